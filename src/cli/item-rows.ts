import type { IndexEntry } from '../domain/index-entry.ts';
import { itemWorkflowId } from '../domain/ids.ts';
import type { ItemKind } from '../domain/item.ts';
import type { Reason } from '../domain/reason.ts';
import type { ItemOutcome, Waiver } from '../domain/receipt.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import type { PackageRef } from '../staging/layout.ts';
import type { ListedReceipt } from '../staging/receipts.ts';
import type { Staging } from '../staging/staging.ts';

/** One entry of a package as `items` lists it. */
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
  /** Who closed it, or first closed some of its copies, and why; null where nothing is closed. */
  readonly waived: Waiver | null;
  /** Of a `skipped` one: the package that the item is archived from; null for every other outcome. */
  readonly firstIn: FirstIn | null;
  readonly package: string;
  readonly delivery: number;
  /** File name in the package. */
  readonly entry: string;
  readonly workflowId: string;
  /** Blob path of its latest receipt. */
  readonly receipt: string | null;
}

export interface FirstIn {
  /** The item's home. */
  readonly day: string;
  /** Null, as its delivery is, when nothing is left of the item's receipts at home. */
  readonly package: string | null;
  readonly delivery: number | null;
}

export interface ItemFilter {
  readonly outcome?: string;
  readonly kind?: string;
  readonly reason?: string;
}

/** Each reads a receipt. */
const READS_AT_ONCE = 16;

/** The rows with what only receipts themselves hold: words of waivers, packages of other days. */
export async function withReceipts(staging: Staging, rows: readonly ItemRow[]): Promise<ItemRow[]> {
  const told = [...rows];
  await forEach(rows.entries(), async ([at, row]) => {
    const { copies, receipt, firstIn, itemKey } = row;
    if (isWaived(row) && receipt !== null) {
      const { waived, mailboxes, held } = await staging.receipts.read(receipt);
      const [first = null] = [...mailboxes, ...held].flatMap((copy) => copy.waived ?? []);
      told[at] = { ...row, waived: waived ?? (copies.waived > 0 ? first : null) };
    } else if (firstIn?.package === null) {
      const first = await staging.receipts.find(firstIn.day, itemKey);
      if (first === null) return;
      const { package: name, delivery } = staging.packages.refOf(first.package);
      told[at] = { ...row, firstIn: { day: firstIn.day, package: name, delivery } };
    }
  });
  return told;
}

/** Entries of one package that are listed. */
export interface RowSource {
  readonly listed: PackageRef;
  readonly entries: readonly IndexEntry[];
}

/** All entries of a day. */
export async function itemRows(
  staging: Staging,
  connector: string,
  day: string,
): Promise<ItemRow[]> {
  const sources: RowSource[] = [];
  for (const listed of await staging.packages.listIndexes(day)) {
    const { items } = await staging.packages.readIndex(listed.path);
    sources.push({ listed, entries: items });
  }
  return rowsOf(staging, connector, sources);
}

/**
 * One row per entry, in the order of their times, as the books count them (domain/report.ts): of the
 * entries of one key on a day, one is the item and each other one is `skipped`.
 */
export async function rowsOf(
  staging: Staging,
  connector: string,
  sources: readonly RowSource[],
): Promise<ItemRow[]> {
  const rows: ItemRow[] = [];
  for (const [day, all] of Map.groupBy(sources, ({ listed }) => listed.day)) {
    const receipts = await staging.receipts.latest(day);
    const firsts = await firstsOf(staging, all, receipts);
    for (const { listed, entries } of all) {
      for (const entry of entries) {
        const receipt = receipts.get(entry.itemKey) ?? null;
        const row = rowOf({ connector, listed }, entry, receipt);
        const first = firsts.get(entry.itemKey);
        const isRepeated = first !== undefined && first.entry !== entry && row.firstIn === null;
        rows.push(isRepeated && receipt !== null ? repeated(row, first.listed) : row);
      }
    }
  }
  return rows.sort(
    (a, b) =>
      compare(a.at, b.at) ||
      compare(a.itemKey, b.itemKey) ||
      Number(a.firstIn !== null) - Number(b.firstIn !== null),
  );
}

interface First {
  readonly listed: PackageRef;
  readonly entry: IndexEntry;
}

/** Of each key of a day the entry that is the item: the first one in the package its receipt names. */
async function firstsOf(
  { packages, receipts }: Staging,
  sources: readonly RowSource[],
  latest: ReadonlyMap<string, ListedReceipt>,
): Promise<Map<string, First>> {
  const firsts = new Map<string, First>();
  const doubtful = new Map<string, First[]>();
  for (const { listed, entries } of sources) {
    for (const entry of entries) {
      const first = firsts.get(entry.itemKey);
      if (first === undefined) firsts.set(entry.itemKey, { listed, entry });
      else if (first.listed !== listed) {
        doubtful.set(entry.itemKey, [...(doubtful.get(entry.itemKey) ?? []), { listed, entry }]);
      }
    }
  }
  await forEach(doubtful.entries(), async ([itemKey, others]) => {
    const receipt = latest.get(itemKey);
    const first = firsts.get(itemKey);
    if (receipt === undefined || receipt.outcome === 'skipped' || first === undefined) return;
    const path = (await receipts.read(receipt.path)).package;
    const named = [first, ...others].find(({ listed }) => packages.pathOf(listed) === path);
    if (named !== undefined) firsts.set(itemKey, named);
  });
  return firsts;
}

function repeated(row: ItemRow, { day, package: name, delivery }: PackageRef): ItemRow {
  return {
    ...row,
    outcome: 'skipped',
    reason: null,
    reasons: [],
    copies: { imported: 0, waived: 0, notArchived: 0 },
    firstIn: { day, package: name, delivery },
  };
}

async function forEach<T>(all: Iterator<T> & Iterable<T>, work: (one: T) => Promise<void>) {
  const next = async (): Promise<void> => {
    for (const one of all) await work(one);
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, next));
}

export function isWanted(row: ItemRow, { outcome, kind, reason }: ItemFilter): boolean {
  return (
    (outcome === undefined || row.outcome === outcome || (outcome === 'waived' && isWaived(row))) &&
    (kind === undefined || row.kind === kind) &&
    (reason === undefined || row.reasons.some((each) => each === reason))
  );
}

/** The item, or some copy of one that is still open: somebody looks for every case that is closed. */
function isWaived({ outcome, copies }: ItemRow): boolean {
  return outcome === 'waived' || copies.waived > 0;
}

function rowOf(
  { connector, listed }: { connector: string; listed: PackageRef },
  { itemKey, kind, at, name: entry }: IndexEntry,
  receipt: ListedReceipt | null,
): ItemRow {
  const copies = [...(receipt?.mailboxes ?? []), ...(receipt?.held ?? [])];
  const imported = receipt?.mailboxes.filter((copy) => copy.outcome !== 'failed').length ?? 0;
  const waived = copies.filter((copy) => copy.waived !== undefined).length;
  return {
    connector,
    day: listed.day,
    itemKey,
    kind,
    at,
    outcome: receipt?.outcome ?? 'open',
    reason: receipt?.reason ?? null,
    reasons: receipt === null ? [] : reasonsOf(receipt),
    copies: { imported, waived, notArchived: copies.length - imported - waived },
    waived: null,
    firstIn:
      receipt?.outcome === 'skipped' ? { day: receipt.home, package: null, delivery: null } : null,
    package: listed.package,
    delivery: listed.delivery,
    entry,
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
