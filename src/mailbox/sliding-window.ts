/**
 * How much was used in the last `windowMs`, counted in sixtieths of it: what a slot holds counts
 * until the whole slot has left the window, so that the true sum is never above the counted one.
 */
export class SlidingWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #slotMs: number;
  #slots: { readonly number: number; amount: number }[] = [];
  #used = 0;

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#slotMs = windowMs / SLOTS;
  }

  add(amount: number, nowMs: number): void {
    const number = Math.floor(nowMs / this.#slotMs);
    const last = this.#slots.at(-1);
    if (last?.number === number) last.amount += amount;
    else this.#slots.push({ number, amount });
    this.#used += amount;
  }

  /**
   * Milliseconds until `amount` fits beside what is used and `held` (begun and not yet counted).
   * More than the whole limit fits as soon as nothing is used. Infinity while only `held` is in the way.
   */
  waitMs(amount: number, held: number, nowMs: number): number {
    this.#expire(nowMs);
    const room = Math.max(0, this.#limit - Math.min(amount, this.#limit) - held);
    if (this.#used <= room)
      return held + Math.min(amount, this.#limit) <= this.#limit ? 0 : Infinity;
    let left = this.#used;
    for (const slot of this.#slots) {
      left -= slot.amount;
      if (left <= room) return this.#endOf(slot.number) - nowMs;
    }
    return Infinity;
  }

  isEmpty(nowMs: number): boolean {
    this.#expire(nowMs);
    return this.#slots.length === 0;
  }

  #expire(nowMs: number): void {
    let gone = 0;
    for (const slot of this.#slots) {
      if (this.#endOf(slot.number) > nowMs) break;
      this.#used -= slot.amount;
      gone += 1;
    }
    if (gone > 0) this.#slots = this.#slots.slice(gone);
  }

  /** When the slot has left the window whole. */
  #endOf(number: number): number {
    return (number + 1) * this.#slotMs + this.#windowMs;
  }
}

const SLOTS = 60;
