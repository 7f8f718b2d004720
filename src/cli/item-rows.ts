import type { IndexEntry } from '../domain/index-entry.ts';
import { itemWorkflowId } from '../domain/ids.ts';
import type { ItemKind } from '../domain/item.ts';
import type { Reason } from '../domain/reason.ts';
import type { ItemOutcome, Waiver } from '../domain/receipt.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import type { ListedReceipt } from '../staging/receipts.ts';
import type { Staging } from '../staging/staging.ts';

/** One item of a day as `items` lists it. */
export interface ItemRow {
  readonly connector: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly itemKey: string;
  readonly kind: ItemKind;
  readonly at: string;
  /** `open` until it has a receipt. */
  readonly outcome: ItemOutcome | 'open';
  readonly reason: Reason | null;
  /** Every reason of its copies, once each. */
  readonly reasons: readonly Reason[];
  readonly copies: {
    readonly imported: number;
    readonly waived: number;
    readonly notArchived: number;
  };
  /** Who closed it and why; null for every other outcome. */
  readonly waived: Waiver | null;
  readonly package: string;
  readonly workflowId: string;
  /** Blob path of its latest receipt. */
  readonly receipt: string | null;
}

export interface ItemFilter {
  readonly outcome?: string;
  readonly kind?: string;
  readonly reason?: string;
}

/** The rows with the words of their waivers, which only the receipts themselves hold. */
export async function withWaivers(staging: Staging, rows: readonly ItemRow[]): Promise<ItemRow[]> {
  const told: ItemRow[] = [];
  for (const row of rows) {
    const isClosed = row.outcome === 'waived' && row.receipt !== null;
    const waived = isClosed ? (await staging.receipts.read(row.receipt)).waived : null;
    told.push({ ...row, waived });
  }
  return told;
}

/** Items of one package that are listed. */
export interface RowSource {
  readonly day: string;
  readonly package: string;
  readonly entries: readonly IndexEntry[];
}

/** All items of a day. */
export async function itemRows(
  staging: Staging,
  connector: string,
  day: string,
): Promise<ItemRow[]> {
  const sources: RowSource[] = [];
  for (const { path, package: name } of await staging.packages.listIndexes(day)) {
    const { items } = await staging.packages.readIndex(path);
    sources.push({ day, package: name, entries: items });
  }
  return rowsOf(staging, connector, sources);
}

/**
 * One row per item key, in the order of their times. An item that was delivered again on another day
 * stands as its home has it, when that is among the packages.
 */
export async function rowsOf(
  staging: Staging,
  connector: string,
  sources: readonly RowSource[],
): Promise<ItemRow[]> {
  const rows = new Map<string, ItemRow>();
  for (const [day, all] of Map.groupBy(sources, (source) => source.day)) {
    const receipts = await staging.receipts.latest(day);
    for (const { package: name, entries } of all) {
      for (const entry of entries) {
        const known = rows.get(entry.itemKey);
        if (known !== undefined && (known.day === day || known.outcome !== 'skipped')) continue;
        const receipt = receipts.get(entry.itemKey) ?? null;
        rows.set(entry.itemKey, rowOf({ connector, day, name }, entry, receipt));
      }
    }
  }
  return [...rows.values()].sort((a, b) => compare(a.at, b.at) || compare(a.itemKey, b.itemKey));
}

export function isWanted(row: ItemRow, { outcome, kind, reason }: ItemFilter): boolean {
  return (
    (outcome === undefined || row.outcome === outcome) &&
    (kind === undefined || row.kind === kind) &&
    (reason === undefined || row.reasons.some((each) => each === reason))
  );
}

function rowOf(
  { connector, day, name }: { connector: string; day: string; name: string },
  { itemKey, kind, at }: IndexEntry,
  receipt: ListedReceipt | null,
): ItemRow {
  const copies = [...(receipt?.mailboxes ?? []), ...(receipt?.held ?? [])];
  const imported = receipt?.mailboxes.filter((copy) => copy.outcome !== 'failed').length ?? 0;
  const waived = copies.filter((copy) => copy.waived !== undefined).length;
  return {
    connector,
    day,
    itemKey,
    kind,
    at,
    outcome: receipt?.outcome ?? 'open',
    reason: receipt?.reason ?? null,
    reasons: receipt === null ? [] : reasonsOf(receipt),
    copies: { imported, waived, notArchived: copies.length - imported - waived },
    waived: null,
    package: name,
    workflowId: itemWorkflowId(connector, itemKey),
    receipt: receipt?.path ?? null,
  };
}

function reasonsOf({ reason, mailboxes, held }: ReceiptFacts): Reason[] {
  const open = [...mailboxes, ...held].filter((copy) => copy.waived === undefined);
  const all = [reason, ...open.map((copy) => copy.reason)];
  return [...new Set(all.filter((each) => each !== null))];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
