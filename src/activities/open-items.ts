import { isArchived, isTriedDaily } from '../domain/receipt.ts';
import { hasWaivedCopies } from '../domain/receipt-chain.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import type { Drained, ItemReference, RetryChoice, Slice } from '../workflows/contracts.ts';
import type { Connectors } from './connector.ts';
import { drainedIn } from './drain.ts';

/** Items of one batch at most: 200 references are about 90 KB of payload. */
const SLICE_ITEMS = 200;

export interface SlicePage {
  readonly slices: readonly Slice[];
  /** Items in all slices of the window, on this page or not. */
  readonly totalItems: number;
  /** Where the next page begins; null when this is the last. */
  readonly next: { readonly index: string; readonly from: number } | null;
}

/** Cuts the indexes of the window's days into slices, oldest day first, a page at a time. */
export function listSlices(connectors: Connectors) {
  return async (input: {
    connector: string;
    days: readonly string[];
    after: { readonly index: string; readonly from: number } | null;
    limit: number;
  }): Promise<SlicePage> => {
    const { staging } = connectors.get(input.connector);
    const all: Slice[] = [];
    for (const day of input.days) {
      for (const { path, items } of await staging.packages.listIndexes(day)) {
        for (let from = 0; from < items; from += SLICE_ITEMS) {
          all.push({ day, index: path, from, to: Math.min(from + SLICE_ITEMS, items) });
        }
      }
    }
    const after = input.after;
    const begin =
      after === null
        ? 0
        : all.findIndex((slice) => slice.index === after.index && slice.from === after.from) + 1;
    const slices = all.slice(begin, begin + input.limit);
    const last = slices.at(-1);
    const isLast = last === undefined || begin + input.limit >= all.length;
    return {
      slices,
      totalItems: all.reduce((sum, slice) => sum + slice.to - slice.from, 0),
      next: isLast ? null : { index: last.index, from: last.from },
    };
  };
}

type CompactReference = Omit<ItemReference, 'connector' | 'day' | 'package' | 'packageSha256'>;

export interface OpenItems {
  /** What the references have in common. */
  readonly common: Pick<ItemReference, 'connector' | 'day' | 'package' | 'packageSha256'>;
  readonly items: readonly CompactReference[];
  /** Keys of those of them that have a copy whose case is closed. */
  readonly withWaivers?: readonly string[];
  /** Items of the slice that need nothing now. */
  readonly unchanged: number;
  /** Those of them that are not archived: held, or failed for good. */
  readonly notArchived: number;
  /** The connector is drained: none of them is started before that has ended. */
  readonly drained?: Drained;
}

/**
 * Which items of a slice have no archived receipt and a chance now, by one listing of receipts: the
 * index is ordered by item key, so that a slice is a range of keys with a common beginning.
 */
export function openItems(connectors: Connectors) {
  return async (input: {
    connector: string;
    slice: Slice;
    retry?: RetryChoice;
    onlyKeys?: readonly string[];
    request?: string;
    /** Only those that the slice's day has no receipt of, whatever that would say. */
    withoutReceipt?: true;
  }): Promise<OpenItems> => {
    const { staging } = connectors.get(input.connector);
    const { slice } = input;
    const index = await staging.packages.readIndex(slice.index);
    const ref = staging.packages.refOf(slice.index);
    const entries = index.items.slice(slice.from, slice.to);
    const first = entries[0]?.itemKey ?? '';
    const last = entries.at(-1)?.itemKey ?? '';
    const receipts = await staging.receipts.latest(slice.day, commonStart(first, last));
    const only = input.onlyKeys === undefined ? null : new Set(input.onlyKeys);
    const isStarted = (receipt: ReceiptFacts | undefined, itemKey: string) => {
      if (input.withoutReceipt === true) return receipt === undefined;
      // What an operator asks for is settled by the receipt itself.
      if (input.request !== undefined) return receipt !== undefined;
      return only === null ? isOpen(receipt, itemKey, input.retry) : !isDone(receipt);
    };
    const seen = new Set<string>();
    const items: CompactReference[] = [];
    const withWaivers: string[] = [];
    let notArchived = 0;
    for (const { name: _name, source: _source, ...entry } of entries) {
      const receipt = receipts.get(entry.itemKey);
      if (only?.has(entry.itemKey) === false || seen.has(entry.itemKey)) continue;
      seen.add(entry.itemKey);
      if (isStarted(receipt, entry.itemKey)) {
        items.push(entry);
        if (receipt !== undefined && hasWaivedCopies(receipt)) withWaivers.push(entry.itemKey);
      } else if (receipt !== undefined && !isArchived(receipt.outcome)) notArchived += 1;
    }
    return {
      common: {
        connector: input.connector,
        day: slice.day,
        package: staging.packages.pathOf(ref),
        packageSha256: index.packageSha256,
      },
      items,
      ...(withWaivers.length === 0 ? {} : { withWaivers }),
      unchanged: only === null ? entries.length - items.length : 0,
      notArchived,
      ...(await drainedIn(staging)),
    };
  };
}

function isOpen(
  receipt: ReceiptFacts | undefined,
  itemKey: string,
  retry: RetryChoice | undefined,
): boolean {
  if (receipt === undefined) return true;
  const hasPartial = receipt.mailboxes.some((copy) => copy.outcome === 'partial');
  if (retry?.outcome === 'partial') return hasPartial;
  if (retry?.itemKey === itemKey && hasPartial) return true;
  if (isArchived(receipt.outcome)) return false;
  if (retry !== undefined) {
    if (retry.itemKey !== undefined) return retry.itemKey === itemKey;
    return retry.outcome === undefined || retry.outcome === receipt.outcome;
  }
  // Held for a mapping: starts again when the answer changes (revisitHeld), not daily.
  return isTriedDaily(receipt);
}

function isDone(receipt: ReceiptFacts | undefined): boolean {
  return receipt !== undefined && isArchived(receipt.outcome);
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}
