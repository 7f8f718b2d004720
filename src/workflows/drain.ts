import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
} from '@temporalio/workflow';
import type { Drained } from './contracts.ts';
import { awaitDrainEnd } from './proxies.ts';
import { drainSignal } from './queries.ts';

/**
 * Whether an operator has drained the connector, as one run knows it. The truth is the flag in the
 * state container: whoever waits looks at it himself, by an activity that stays pending. A signal only
 * says that the flag has changed, so that nothing hangs on its arrival, or on the order of two.
 */
export class Drain {
  readonly #connector: string;
  #drained: Drained | null = null;
  #watch: CancellationScope | null = null;
  #children: () => readonly string[] = () => [];
  #onChange: () => void = () => undefined;

  constructor(connector: string) {
    this.#connector = connector;
  }

  /**
   * Hears what the operator says and passes it on to `children`, by workflow id: they start items too.
   * `onChange` is called when it begins and when it ends.
   */
  listen(ears: { children?: () => readonly string[]; onChange: () => void }): void {
    this.#children = ears.children ?? this.#children;
    this.#onChange = ears.onChange;
    setHandler(drainSignal, (drained) => {
      if (drained !== null) this.learn(drained);
      else if (this.#drained !== null) this.#look();
      for (const workflowId of this.#children()) void passOn(workflowId, drained);
    });
  }

  get drained(): Drained | null {
    return this.#drained;
  }

  readonly isOpen = (): boolean => this.#drained === null;

  /** From the flag, as an activity read it, or from who was told. */
  learn(drained: Drained | undefined): void {
    if (drained === undefined || this.#drained !== null) return;
    this.#drained = drained;
    this.#look();
    this.#onChange();
  }

  /** Resolves at once, and costs nothing, as long as the connector is not drained. */
  async pass(): Promise<void> {
    if (!this.isOpen()) await condition(this.isOpen);
  }

  /** Looks now, and then until the flag is gone. */
  #look(): void {
    this.#watch?.cancel();
    const scope = new CancellationScope();
    this.#watch = scope;
    scope
      .run(() => awaitDrainEnd({ connector: this.#connector }))
      .then(() => {
        this.#drained = null;
        this.#onChange();
      })
      .catch((error: unknown) => {
        // Another look was begun in its place, or the run was cancelled and ends by that.
        if (!isCancellation(error)) throw error;
      });
  }
}

/** In words for people, in Markdown; empty when the connector is not drained. */
export function drainedInWords(connector: string, drained: Drained | null): string {
  if (drained === null) return '';
  return `\n\n**Drained since ${drained.since} by ${drained.by}**: nothing more is started. It goes on after \`o2-archiver drain --end --connector ${connector}\`.`;
}

async function passOn(workflowId: string, drained: Drained | null): Promise<void> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(drainSignal, drained);
  } catch (error) {
    // It has ended, or has yet to begin: then it reads the flag with its first step.
    log.info('DrainNotPassedOn', { error: String(error) });
  }
}
