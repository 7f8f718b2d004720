/** A fault on tap, in the words of the tenant's. Whatever is left out takes the value in brackets. */
export interface SiteFault {
  /** What it meets: a listing, the opening of a file, or one of its reads. */
  readonly request: 'list' | 'open' | 'read';
  /** Only this file, by its name [any]. */
  readonly file?: string;
  /** How many requests it meets [1]; 0: all from now on. */
  readonly times?: number;
  /** Lets so many requests that fit pass first [0]. */
  readonly after?: number;
  /**
   * "refuse" without the right, "missing", "hang" without an answer, "reset" every connection, "drip"
   * one byte a read every `latencyMs`; of a listing: "backwards", "doubled", "half" of its names.
   */
  readonly outcome:
    'refuse' | 'missing' | 'hang' | 'reset' | 'drip' | 'backwards' | 'doubled' | 'half';
  /** Of "drip" [0]. */
  readonly latencyMs?: number;
}

/** What the listing says of a file in place of the truth. */
interface Pretended {
  readonly sizeBytes: number;
}

/** The faults of a site, as a test or a demonstration orders them. */
export class SiteFaults {
  #orders: { fault: SiteFault; left: number; toPass: number }[] = [];
  readonly #pretended = new Map<string, Pretended>();

  order(fault: SiteFault): void {
    const times = fault.times ?? 1;
    const left = times === 0 ? Number.POSITIVE_INFINITY : times;
    this.#orders.push({ fault, left, toPass: fault.after ?? 0 });
  }

  /** From now on the listing lies about a file. */
  pretend(file: string, pretended: Pretended): void {
    this.#pretended.set(file, pretended);
  }

  pretendedOf(file: string): Pretended | null {
    return this.#pretended.get(file) ?? null;
  }

  clear(): void {
    this.#orders = [];
    this.#pretended.clear();
  }

  /** The fault that this request meets. */
  take(request: SiteFault['request'], file: string): SiteFault | null {
    for (const order of this.#orders) {
      const { fault } = order;
      if (fault.request !== request || (fault.file ?? file) !== file) continue;
      if (order.toPass > 0) {
        order.toPass -= 1;
        continue;
      }
      order.left -= 1;
      this.#orders = this.#orders.filter(({ left }) => left > 0);
      return fault;
    }
    return null;
  }
}
