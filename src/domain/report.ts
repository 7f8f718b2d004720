import type { Amendments } from './amendments.ts';
import type { DayFigures } from './day-figures.ts';
import { standingRefusals } from './deliveries.ts';
import type { IndexEntry, PackageIndex, Refusal } from './index-entry.ts';
import type { ItemOutcome, MailboxEntry, Receipt, ReceiptFlag } from './receipt.ts';
import type { ItemKind } from './item.ts';
import type { PartialCopy } from './partial-copies.ts';
import type { Reason } from './reason.ts';

export type DayOutcome = 'complete' | 'partial' | 'empty' | 'no-delivery' | 'failed';

/** Counted per copy (item × mailbox), save the last two. */
export interface Books {
  readonly available: number;
  readonly imported: number;
  readonly partiallyImported: number;
  readonly skipped: number;
  readonly waived: number;
  readonly failed: number;
  /** Index entries of the day. */
  readonly items: number;
  /** Those whose key has a final receipt. */
  readonly itemsWithReceipt: number;
}

export interface ThisRun {
  /** Item workflows started. */
  readonly started: number;
  /** Copies that came onto a receipt. */
  readonly imported: number;
  /** Items that needed nothing. */
  readonly unchanged: number;
}

/** A person of ours without a mailbox, as the report's reader must know them to act. */
export interface UnmappedPerson {
  readonly number: string | null;
  readonly address: string | null;
  readonly reason: Reason;
  /** Items of this day that wait for them. */
  readonly items: number;
  /** Items of all days that waited when the report was written. */
  readonly itemsOverall: number;
  /** Time of the oldest of those, ISO 8601 UTC in seconds. */
  readonly since: string;
}

export interface PackageLine {
  readonly name: string;
  readonly delivery: number;
  readonly sha256: string;
  readonly outcome: 'taken' | 'refused';
  readonly reason: Refusal | null;
  readonly notes: readonly string[];
  readonly items: number;
  readonly isLate: boolean;
}

/** Its figures beside the books are absent where an earlier version wrote it. */
export interface Report extends Partial<DayFigures> {
  readonly version: 1;
  readonly connector: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** The window covered, [from, to) in UTC. */
  readonly window: { readonly from: string; readonly to: string };
  readonly number: number;
  readonly writtenAt: string;
  readonly outcome: DayOutcome;
  readonly balances: boolean;
  readonly books: Books;
  readonly thisRun: ThisRun;
  readonly kinds: Readonly<Record<ItemKind, number>>;
  readonly itemOutcomes: Readonly<Record<ItemOutcome, number>>;
  readonly packages: readonly PackageLine[];
  readonly failures: readonly { reason: Reason; count: number; oldest: string }[];
  readonly unmapped: readonly UnmappedPerson[];
  /** The first hundred of `books.partiallyImported`; absent where an earlier version wrote it. */
  readonly partial?: readonly PartialCopy[];
  readonly flags: Readonly<Record<ReceiptFlag, number>>;
  /** Items that the source delivered before with other content, this day or in the window before. */
  readonly amended: Amendments;
  /** Items whose own time lies before the day. */
  readonly lateItems: number;
  /** Earlier days that the run which wrote this took late packages of. */
  readonly lateDays: readonly string[];
  /** The custom mapping in force when it was written; null without one. */
  readonly mappingVersion?: string | null;
  /** Item keys without a final receipt, at most 100: why the books do not balance. */
  readonly open: readonly string[];
  /** What differs from the report before this one, in words. */
  readonly changes: readonly string[];
}

/** What the books need of a receipt; the rest stays in it. */
export type ReceiptFacts = Pick<
  Receipt,
  'itemKey' | 'home' | 'outcome' | 'reason' | 'mailboxes' | 'held' | 'flags'
>;

export interface DayBooks {
  readonly books: Books;
  readonly balances: boolean;
  readonly kinds: Record<ItemKind, number>;
  readonly itemOutcomes: Record<ItemOutcome, number>;
  readonly failures: { reason: Reason; count: number; oldest: string }[];
  readonly flags: Record<ReceiptFlag, number>;
  readonly lateItems: number;
  readonly open: string[];
}

const MAX_OPEN_NAMED = 100;

/**
 * The books of a day: a pure function of its indexes and the latest receipt of each key. The first
 * entry of a key is the item; every further entry of the same key is one `skipped`.
 */
export function booksOf(
  day: string,
  indexes: readonly PackageIndex[],
  receipts: ReadonlyMap<string, ReceiptFacts>,
): DayBooks {
  const tally = new Tally(day);
  const seen = new Set<string>();
  for (const entry of indexes.flatMap((index) => index.items)) {
    tally.entry(entry);
    const receipt = receipts.get(entry.itemKey);
    if (receipt === undefined) tally.withoutReceipt(entry);
    else if (seen.has(entry.itemKey)) tally.repeated();
    else tally.receipt(entry, receipt);
    seen.add(entry.itemKey);
  }
  return tally.close();
}

/**
 * The day's outcome as its report and its workflow state it. A refusal counts until a later delivery of
 * the package is taken.
 */
export function dayOutcome(
  indexes: readonly PackageIndex[],
  { books, balances }: Pick<DayBooks, 'books' | 'balances'>,
): DayOutcome {
  if (indexes.length === 0) return 'no-delivery';
  if (!balances) return 'failed';
  const refusals = standingRefusals(indexes.map((index) => ({ ...index, name: index.package })));
  if (books.failed > 0 || refusals.length > 0) return 'partial';
  return books.items === 0 ? 'empty' : 'complete';
}

class Tally {
  readonly #day: string;
  readonly #copies = { imported: 0, partiallyImported: 0, skipped: 0, waived: 0, failed: 0 };
  readonly #kinds: Record<ItemKind, number> = { sms: 0, mms: 0, call: 0 };
  readonly #outcomes: Record<ItemOutcome, number> = {
    imported: 0,
    partial: 0,
    skipped: 0,
    unmapped: 0,
    waived: 0,
    failed: 0,
  };
  readonly #flags: Record<ReceiptFlag, number> = {
    encrypted: 0,
    'unknown-charset': 0,
    'doubtful-text': 0,
    'time-corrected': 0,
    'files-removed-at-source': 0,
    'connected-without-recording': 0,
  };
  readonly #failures = new Map<Reason, { count: number; oldest: string }>();
  readonly #open: string[] = [];
  #items = 0;
  #itemsWithReceipt = 0;
  #lateItems = 0;
  #openCount = 0;

  constructor(day: string) {
    this.#day = day;
  }

  entry(entry: IndexEntry): void {
    this.#items += 1;
    this.#kinds[entry.kind] += 1;
    if (entry.at < this.#day) this.#lateItems += 1;
  }

  withoutReceipt(entry: IndexEntry): void {
    this.#openCount += 1;
    if (this.#open.length < MAX_OPEN_NAMED) this.#open.push(entry.itemKey);
  }

  repeated(): void {
    this.#itemsWithReceipt += 1;
    this.#copies.skipped += 1;
    this.#outcomes.skipped += 1;
  }

  receipt(entry: IndexEntry, receipt: ReceiptFacts): void {
    this.#itemsWithReceipt += 1;
    this.#outcomes[receipt.outcome] += 1;
    for (const flag of receipt.flags) this.#flags[flag] += 1;
    if (receipt.outcome === 'skipped') {
      this.#copies.skipped += 1;
      return;
    }
    for (const copy of receipt.mailboxes) {
      if (copy.outcome === 'imported') this.#copies.imported += 1;
      else if (copy.outcome === 'partial') this.#copies.partiallyImported += 1;
      else this.#notMade(entry, copy);
    }
    for (const held of receipt.held) this.#notMade(entry, held);
  }

  #notMade(entry: IndexEntry, { waived, reason }: Pick<MailboxEntry, 'waived' | 'reason'>): void {
    if (waived === undefined) this.#fail(entry, reason ?? 'interrupted');
    else this.#copies.waived += 1;
  }

  #fail(entry: IndexEntry, reason: Reason): void {
    this.#copies.failed += 1;
    const known = this.#failures.get(reason);
    const oldest = known !== undefined && known.oldest < entry.at ? known.oldest : entry.at;
    this.#failures.set(reason, { count: (known?.count ?? 0) + 1, oldest });
  }

  close(): DayBooks {
    const copies = this.#copies;
    const sum =
      copies.imported + copies.partiallyImported + copies.skipped + copies.waived + copies.failed;
    return {
      books: {
        available: sum + this.#openCount,
        ...copies,
        items: this.#items,
        itemsWithReceipt: this.#itemsWithReceipt,
      },
      balances: this.#openCount === 0,
      kinds: this.#kinds,
      itemOutcomes: this.#outcomes,
      failures: [...this.#failures].map(([reason, failure]) => ({ reason, ...failure })),
      flags: this.#flags,
      lateItems: this.#lateItems,
      open: this.#open,
    };
  }
}
