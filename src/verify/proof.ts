import type { Difference, DifferenceKind, NoticeKind, Step } from './difference.ts';
import { DIFFERENCES, STEPS } from './difference.ts';

export interface StepResult {
  readonly step: Step;
  readonly checked: number;
  /** Differences found; one thing may differ in several ways. */
  readonly differ: number;
}

export interface ProofResult {
  readonly steps: readonly StepResult[];
  readonly differences: readonly Difference[];
  readonly notices: readonly { readonly kind: NoticeKind; readonly count: number }[];
  /** Copies that were asked for and could not be read: nothing is proven of them. */
  readonly unanswered: readonly {
    readonly itemKey: string;
    readonly mailbox: string;
    readonly detail: string;
  }[];
}

/** Takes down what was checked and what differs. */
export class Proof {
  readonly #checked = new Map<Step, number>();
  readonly #differences: Difference[] = [];
  readonly #notices = new Map<NoticeKind, number>();
  readonly #unanswered: ProofResult['unanswered'][number][] = [];

  checked(step: Step, count = 1): void {
    this.#checked.set(step, (this.#checked.get(step) ?? 0) + count);
  }

  differs(kind: DifferenceKind, where: Partial<Omit<Difference, 'kind'>>): void {
    const { path = null, itemKey = null, mailbox = null, messageId = null, detail = null } = where;
    this.#differences.push({ kind, path, itemKey, mailbox, messageId, detail });
  }

  notice(kind: NoticeKind, count = 1): void {
    if (count > 0) this.#notices.set(kind, (this.#notices.get(kind) ?? 0) + count);
  }

  unanswered(copy: { itemKey: string; mailbox: string }, detail: string): void {
    this.#unanswered.push({ itemKey: copy.itemKey, mailbox: copy.mailbox, detail });
  }

  close(): ProofResult {
    const differ = Map.groupBy(this.#differences, ({ kind }) => DIFFERENCES[kind].step);
    return {
      steps: (Object.keys(STEPS) as Step[])
        .filter((step) => this.#checked.has(step) || differ.has(step))
        .map((step) => ({
          step,
          checked: this.#checked.get(step) ?? 0,
          differ: differ.get(step)?.length ?? 0,
        })),
      differences: this.#differences,
      notices: [...this.#notices].map(([kind, count]) => ({ kind, count })),
      unanswered: this.#unanswered,
    };
  }
}
