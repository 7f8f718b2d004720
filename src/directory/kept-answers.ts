/**
 * Answers of a slow authority, kept for a while: one question at a time per key, and never more than
 * `maxKept` (the longest known go first). A question that failed is asked again.
 */
export class KeptAnswers<T> {
  readonly #kept = new Map<string, { readonly answer: Promise<T>; untilMs: number }>();
  readonly #maxKept: number;
  readonly #nowMs: () => number;

  constructor(maxKept: number, nowMs: () => number) {
    this.#maxKept = maxKept;
    this.#nowMs = nowMs;
  }

  /** `keepMs` says for how long an answer is believed. */
  get(key: string, ask: () => Promise<T>, keepMs: (answer: T) => number): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined && this.#nowMs() < known.untilMs) return known.answer;
    const fresh = { answer: ask(), untilMs: Infinity };
    this.#kept.delete(key);
    this.#kept.set(key, fresh);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#maxKept) break;
      this.#kept.delete(oldest);
    }
    fresh.answer.then(
      (answer) => {
        fresh.untilMs = this.#nowMs() + keepMs(answer);
      },
      () => {
        if (this.#kept.get(key) === fresh) this.#kept.delete(key);
      },
    );
    return fresh.answer;
  }
}
