import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';

/** A child that takes longer is parked: it goes on, but its place in the window is free. */
const PARKED_AFTER_MS = 30_000;
/** How often ages are looked at while somebody waits: one timer, not one per child. */
const TICK_MS = 15_000;

/**
 * Bounded concurrency of children. `run` resolves when the work has a place and was started; `drain`
 * when all of it has ended. Work that is parked (by age, or told so) frees its place. Nothing is started
 * while `mayStart` says no.
 */
export class Window {
  readonly #limit: number;
  readonly #mayStart: () => boolean;
  readonly #running = new Map<string, number>();
  readonly #parked = new Set<string>();
  #work: Promise<void>[] = [];
  #ticking: CancellationScope | null = null;

  constructor(limit: number, mayStart: () => boolean = () => true) {
    this.#limit = limit;
    this.#mayStart = mayStart;
  }

  /** Ids of the work that has not ended. */
  get running(): string[] {
    return [...this.#running.keys()];
  }

  /** All that has not ended is parked. */
  get isAllParked(): boolean {
    return this.#running.size > 0 && !this.#hasUnparked();
  }

  park(id: string): void {
    if (this.#running.has(id)) this.#parked.add(id);
  }

  async run(id: string, work: () => Promise<void>): Promise<void> {
    if (!this.#hasPlace()) this.#startTicking();
    if (!this.#isFree()) await condition(() => this.#isFree());
    this.#running.set(id, Date.now());
    const ended = work().finally(() => {
      this.#running.delete(id);
      this.#parked.delete(id);
    });
    // `drain` throws it. Until then somebody must listen, or the workflow task fails for ever.
    ended.catch(() => undefined);
    this.#work.push(ended);
  }

  /** Waits for all work, then throws what the first failing one threw. */
  async drain(): Promise<void> {
    this.#startTicking();
    const work = this.#work;
    this.#work = [];
    await Promise.allSettled(work);
    this.#ticking?.cancel();
    this.#ticking = null;
    await Promise.all(work);
  }

  #isFree(): boolean {
    return this.#hasPlace() && this.#mayStart();
  }

  #hasPlace(): boolean {
    return this.#running.size - this.#parked.size < this.#limit;
  }

  #hasUnparked(): boolean {
    return this.#running.size > this.#parked.size;
  }

  #startTicking(): void {
    if (this.#ticking !== null || !this.#hasUnparked()) return;
    const scope = new CancellationScope();
    this.#ticking = scope;
    scope
      .run(async () => {
        // No longer than there is something to park: a drain may last for days.
        while (this.#hasUnparked()) {
          await sleep(TICK_MS, { summary: 'Looks for work that is parked' });
          const old = Date.now() - PARKED_AFTER_MS;
          for (const [id, since] of this.#running) if (since < old) this.#parked.add(id);
        }
        this.#ticking = null;
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }
}
