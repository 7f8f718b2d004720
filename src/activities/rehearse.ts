import { Context } from '@temporalio/activity';
import { windowOf } from '../domain/archive-day.ts';
import type { IndexEntry, PackageIndex } from '../domain/index-entry.ts';
import { NOBODY } from '../domain/receipt.ts';
import { booksOf, dayOutcome, type ReceiptFacts } from '../domain/report.ts';
import type { ItemReference, RehearsedDay, RehearsedPerson } from '../workflows/contracts.ts';
import { BEAT_EVERY_MS } from './attempt.ts';
import type { Connector, Connectors } from './connector.ts';
import { map } from './map.ts';
import { packageLine } from './reconcile.ts';
import { rehearseItem, type ItemRehearsal } from './rehearse-item.ts';
import { indexOf } from './stage.ts';

/** As many as a batch has in flight. */
const ITEMS_AT_ONCE = 25;
/** Some 600 bytes of a payload each. */
const MAX_PEOPLE_TOLD = 100;

/** How far it is, in its heartbeats. */
export interface RehearsalProgress {
  readonly done: number;
  readonly items: number;
}

/**
 * The books of a day as its next run would close them. Packages that are staged and not indexed are
 * verified and indexed in memory, each item is converted and mapped, and all of it is thrown away: who
 * creates an index or a message blob is taken for the first ever to have seen it (docs/adr).
 */
export function rehearse(connectors: Connectors) {
  return async (input: {
    connector: string;
    day: string;
    run: string;
  }): Promise<Omit<RehearsedDay, 'isLeft'>> => {
    const connector = connectors.get(input.connector);
    const { connector: id, day, run } = input;
    const { staging } = connector;
    const context = Context.current();
    const progress = { done: 0, items: 0 };
    const beat = setInterval(() => context.heartbeat(progress), BEAT_EVERY_MS);
    try {
      const indexes = await indexesOf(connector, day);
      progress.items = indexes.reduce((sum, { items }) => sum + items.length, 0);
      const listed = await staging.receipts.latest(day);
      const receipts = new Map<string, ReceiptFacts>();
      const thisRun = { started: 0, imported: 0, unchanged: 0 };
      const rehearsal: ItemRehearsal = {
        ...{ connector, run, map: map(connectors) },
        earlierDayOf: await earlierDays(connector, day),
      };
      const waiting = distinct(connector, indexes);
      const oneByOne = async (): Promise<void> => {
        for (const item of waiting) {
          const seen = await rehearseItem(rehearsal, item, listed.get(item.itemKey));
          receipts.set(item.itemKey, seen.receipt);
          thisRun.started += seen.isStarted ? 1 : 0;
          thisRun.imported += seen.imported;
          progress.done += 1;
        }
      };
      await Promise.all(Array.from({ length: ITEMS_AT_ONCE }, oneByOne));
      thisRun.unchanged = progress.items - thisRun.started;
      const last = await staging.reports.latest(day);
      const { books, balances, kinds, itemOutcomes, failures } = booksOf(day, indexes, receipts);
      const outcome = dayOutcome(indexes, { books, balances });
      return {
        ...{ connector: id, day, outcome, books, thisRun, kinds, itemOutcomes, failures },
        balances: outcome !== 'no-delivery' && balances,
        packages: indexes.map((index) => packageLine(index, last)),
        ...peopleOf(connector, indexes, receipts),
      };
    } finally {
      clearInterval(beat);
    }
  };
}

/** Those that are written, and those that a run would write, in the order of the books. */
async function indexesOf(connector: Connector, day: string): Promise<PackageIndex[]> {
  const { packages } = connector.staging;
  const indexes = new Map<string, PackageIndex>();
  for (const { path } of await packages.listIndexes(day)) {
    indexes.set(path, await packages.readIndex(path));
  }
  for (const delivery of await packages.list(day)) {
    const path = packages.indexPathOf(delivery);
    if (!indexes.has(path)) indexes.set(path, await indexOf(connector, delivery.path));
  }
  return [...indexes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, index]) => index);
}

/** Items that an index of an earlier day of the window holds: that day is archived first. */
async function earlierDays(
  { staging, settings }: Connector,
  day: string,
): Promise<(itemKey: string) => string | undefined> {
  const days = new Map<string, string>();
  for (const earlier of windowOf(day, settings.lookbackDays, settings.startDay).slice(0, -1)) {
    for (const { path, items } of await staging.packages.listIndexes(earlier)) {
      const index = items === 0 ? null : await staging.packages.readIndex(path);
      for (const { itemKey, problem } of index?.items ?? []) {
        if (problem === null && !days.has(itemKey)) days.set(itemKey, earlier);
      }
    }
  }
  return (itemKey) => days.get(itemKey);
}

/** The first entry of each item. */
function* distinct(
  connector: Connector,
  indexes: readonly PackageIndex[],
): Generator<ItemReference> {
  const seen = new Set<string>();
  for (const index of indexes) {
    for (const entry of index.items) {
      if (seen.has(entry.itemKey)) continue;
      seen.add(entry.itemKey);
      yield referenceOf(connector, index, entry);
    }
  }
}

function referenceOf(
  { settings, staging }: Connector,
  index: PackageIndex,
  { name: _name, source: _source, ...entry }: IndexEntry,
): ItemReference {
  const { day, packageSha256 } = index;
  const place = { connector: settings.id, day, package: staging.packages.pathOf(index) };
  return { ...entry, ...place, packageSha256 };
}

function peopleOf(
  connector: Connector,
  indexes: readonly PackageIndex[],
  receipts: ReadonlyMap<string, ReceiptFacts>,
): Pick<RehearsedDay, 'people' | 'peopleCount'> {
  const people = new Map<string, RehearsedPerson>();
  for (const item of distinct(connector, indexes)) {
    for (const entry of receipts.get(item.itemKey)?.held ?? []) {
      const { person, role, position, reason, waived } = entry;
      if (person === NOBODY || waived !== undefined) continue;
      const known = people.get(person);
      const items = (known?.items ?? 0) + 1;
      people.set(person, { ...(known ?? { item, role, position, reason }), items });
    }
  }
  const all = [...people.values()].sort((a, b) => b.items - a.items);
  return { people: all.slice(0, MAX_PEOPLE_TOLD), peopleCount: all.length };
}
