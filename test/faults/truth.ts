import type { GeneratedItem, Person } from './items.ts';

/** What must have become of one item when its cell is over. */
export interface ExpectedEnd {
  /** Of its latest receipt at home. */
  readonly outcome: 'imported' | 'partial' | 'unmapped' | 'failed' | 'waived';
  /** Object ids of the users in whose mailboxes it lies, once in each. */
  readonly mailboxes: readonly string[];
  /** Attachments, by name, that the message may lack: the mailbox takes no more. */
  readonly omitted?: readonly string[];
  /** Its user removed the message: it may lie elsewhere or nowhere, but never twice. */
  readonly isRemovedByUser?: boolean;
}

/** One package as the site had it. */
export interface TrueDelivery {
  readonly day: string;
  /** File name without `.zip`. */
  readonly package: string;
  /** Of the file at the site. */
  readonly sha256: string;
  readonly items: readonly GeneratedItem[];
  /** The product refuses it as a whole: its bytes are staged, its items are not taken. */
  readonly isRefused: boolean;
}

/** What a cell generated, and what must have become of it: all that the checker is told. */
export class Truth {
  readonly #deliveries: TrueDelivery[] = [];
  readonly #ends = new Map<GeneratedItem, ExpectedEnd>();
  readonly #canaries = new Set<string>();
  readonly #witnessed = new Map<string, string>();

  /** Blobs that stood there earlier in the trial: `<container>/<path>` → ETag. */
  get witnessed(): ReadonlyMap<string, string> {
    return this.#witnessed;
  }

  get deliveries(): readonly TrueDelivery[] {
    return this.#deliveries;
  }

  /** Strings that must show in no log, history, index, receipt or state. */
  get canaries(): readonly string[] {
    return [...this.#canaries];
  }

  /** Days of which the books must close. */
  get days(): readonly string[] {
    return [...new Set(this.#deliveries.map(({ day }) => day))].sort();
  }

  delivered(delivery: TrueDelivery): void {
    this.#deliveries.push(delivery);
    for (const item of delivery.items) {
      this.#canaries.add(item.text).add(item.sourceId);
      for (const word of item.text.match(/\b[0-9a-f]{32}\b/g) ?? []) this.#canaries.add(word);
      for (const person of item.parties) this.keepSecret(person);
    }
  }

  /** What is write-once must stay as it is seen here. */
  witness(etags: ReadonlyMap<string, string>): void {
    for (const [blob, etag] of etags) {
      if (!this.#witnessed.has(blob)) this.#witnessed.set(blob, etag);
    }
  }

  keepSecret(secret: Person | string): void {
    if (typeof secret === 'string') this.#canaries.add(secret);
    else this.#canaries.add(secret.name).add(secret.number).add(secret.address);
  }

  /** In place of "imported for every party whom the tenant knows". */
  expect(item: GeneratedItem, end: ExpectedEnd): void {
    this.#ends.set(item, end);
  }

  endOf(item: GeneratedItem): ExpectedEnd {
    const known = this.#ends.get(item);
    if (known !== undefined) return known;
    const mailboxes = item.parties.flatMap(({ id }) => id ?? []);
    return { outcome: mailboxes.length === 0 ? 'unmapped' : 'imported', mailboxes };
  }
}
