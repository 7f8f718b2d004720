import { amendmentsOf, type Amendments } from '../domain/amendments.ts';
import { addDays, daysBetween, toSeconds } from '../domain/archive-day.ts';
import type { PackageIndex } from '../domain/index-entry.ts';
import {
  booksOf,
  dayOutcome,
  type DayBooks,
  type PackageLine,
  type Report,
  type ThisRun,
  type UnmappedPerson,
} from '../domain/report.ts';
import { changesBetween } from '../domain/report-changes.ts';
import { renderCsv } from '../domain/report-csv.ts';
import { renderHtml } from '../domain/report-html.ts';
import { isReason } from '../domain/reason.ts';
import { RunError } from '../domain/run-error.ts';
import type { HeldItem } from '../staging/held.ts';
import type { ListedReceipt } from '../staging/receipts.ts';
import type { DayResult } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';
import { figuresOf } from './figures.ts';
import { partyOf } from './held.ts';
import { partialCopies } from './partial-copies.ts';

export interface ReconcileInput {
  readonly connector: string;
  readonly day: string;
  readonly thisRun: ThisRun;
  /** Earlier days that this run took packages of: named by the report of the run's own day. */
  readonly lateDays: readonly string[];
}

/** Keys that the failure of a day names: enough to begin with. */
const MAX_OPEN_TOLD = 5;
/** Reports that another run wrote in between; each try reads the books anew. */
const MAX_CLAIMS = 5;

/**
 * Makes the books of a day from its indexes and latest receipts, and writes its next report when they
 * differ from the last one's. Pure in what it reads: run it as often as you like.
 */
export function reconcile(connectors: Connectors) {
  return async (input: ReconcileInput): Promise<DayResult> => {
    const connector = connectors.get(input.connector);
    for (let claim = 0; claim < MAX_CLAIMS; claim += 1) {
      const { report, isNew } = await nextReport(connector, input);
      const renderings = { csv: renderCsv(report), html: renderHtml(report) };
      const { reports } = connector.staging;
      // An attempt that was killed after the JSON left the other two out.
      if (!isNew) await reports.complete(report, renderings);
      else if (!(await reports.write(report, renderings))) continue;
      const { connector: id, day, outcome, balances, books } = report;
      const open = report.open.slice(0, MAX_OPEN_TOLD);
      return {
        ...{ connector: id, day, outcome, balances, books, thisRun: input.thisRun },
        report: reports.pathOf(report),
        ...(open.length === 0 ? {} : { open }),
      };
    }
    throw new RunError(
      'staging-unavailable',
      `The next report of ${input.day} could not be claimed.`,
    );
  };
}

/** The report as it should stand now: the last one again when nothing changed. */
async function nextReport(
  connector: Connector,
  input: ReconcileInput,
): Promise<{ report: Report; isNew: boolean }> {
  const { day } = input;
  const { staging } = connector;
  // First the report, then the receipts: what it is compared with must not be newer than they are.
  const last = await staging.reports.latest(day);
  const [listed, receipts] = await Promise.all([
    staging.packages.listIndexes(day),
    staging.receipts.latest(day),
  ]);
  const indexes: PackageIndex[] = [];
  for (const { path } of listed) indexes.push(await staging.packages.readIndex(path));
  const amended = await amendedItems(connector, day, indexes);
  const books = booksOf(day, indexes, receipts);
  const unmapped = await unmappedPeople(connector, receipts);
  const outcome = dayOutcome(indexes, books);
  const report = {
    version: 1,
    connector: input.connector,
    day,
    window: { from: `${day}T00:00:00Z`, to: `${addDays(day, 1)}T00:00:00Z` },
    number: (last?.number ?? 0) + 1,
    writtenAt: toSeconds(Date.now()),
    outcome,
    balances: outcome !== 'no-delivery' && books.balances,
    books: books.books,
    thisRun: input.thisRun,
    ...factsOf(books),
    packages: indexes.map((index) => packageLine(index, last)),
    unmapped,
    partial: await partialCopies(connector, receipts),
    amended,
    lateDays: input.lateDays,
    mappingVersion: await mappingInForce(connector, day),
    changes: [],
  } satisfies Report;
  const changes = last === null ? [] : changesBetween(last, report);
  if (last !== null && changes.length === 0) return { report: last, isNew: false };
  const figures = await figuresOf(connector, report, indexes, receipts);
  return { report: { ...report, changes, ...figures }, isNew: true };
}

/** Against the days of the window before: what lies further apart is not looked for. */
async function amendedItems(
  { staging, settings }: Connector,
  day: string,
  indexes: readonly PackageIndex[],
): Promise<Amendments> {
  const search = amendmentsOf(indexes);
  const earlier = daysBetween(addDays(day, -settings.lookbackDays), addDays(day, -1));
  for (const before of earlier) {
    for (const { path, items } of await staging.packages.listIndexes(before)) {
      if (items > 0) search.look(await staging.packages.readIndex(path));
    }
  }
  return search.found();
}

function factsOf({ kinds, itemOutcomes, failures, flags, lateItems, open }: DayBooks) {
  return { kinds, itemOutcomes, failures, flags, lateItems, open };
}

async function mappingInForce(connector: Connector, day: string): Promise<string | null> {
  try {
    return (await connector.mapping(day))?.id ?? null;
  } catch (error) {
    // What the run stopped for; its books are closed all the same.
    if (error instanceof RunError && error.code === 'mapping-invalid') return null;
    throw error;
  }
}

/** Late is what came after the day's first report; it stays late in all later reports. */
export function packageLine(index: PackageIndex, last: Report | null): PackageLine {
  const known = last?.packages.find(
    (line) => line.name === index.package && line.delivery === index.delivery,
  );
  return {
    name: index.package,
    delivery: index.delivery,
    sha256: index.packageSha256,
    outcome: index.outcome,
    reason: index.reason,
    notes: index.notes,
    items: index.items.length,
    isLate: known?.isLate ?? last !== null,
  };
}

/** Once each, by number and address: the report's reader must act on them. */
async function unmappedPeople(
  connector: Connector,
  receipts: ReadonlyMap<string, ListedReceipt>,
): Promise<UnmappedPerson[]> {
  const isOpen = (receipt?: ListedReceipt) =>
    receipt?.held.some(({ waived }) => waived === undefined) === true;
  if (![...receipts.values()].some(isOpen)) return [];
  const people = new Map<string, HeldItem[]>();
  for await (const item of connector.staging.held.list()) {
    const known = people.get(item.person);
    if (known === undefined) people.set(item.person, [item]);
    else known.push(item);
  }
  const unmapped: UnmappedPerson[] = [];
  for (const items of people.values()) {
    const ofTheDay = items.filter(({ itemKey }) => isOpen(receipts.get(itemKey)));
    const [first] = ofTheDay;
    if (first === undefined) continue;
    const party = await partyOf(connector, ofTheDay);
    if (party === null) continue;
    unmapped.push({
      number: party.number,
      address: party.address,
      reason: isReason(first.reason) ? first.reason : 'no-user',
      items: ofTheDay.length,
      itemsOverall: items.length,
      since: items.reduce((oldest, { at }) => (at < oldest ? at : oldest), first.at),
    });
  }
  return unmapped.sort((a, b) => b.items - a.items || key(a).localeCompare(key(b)));
}

const key = ({ number, address }: UnmappedPerson) => `${number ?? ''} ${address ?? ''}`;
