import { deliveryWords, standingRefusals } from '../domain/deliveries.ts';
import { dayRanges, waiversOf } from '../domain/gaps.ts';
import type { WaivedDay } from '../domain/gaps.ts';
import { REFUSALS } from '../domain/index-entry.ts';
import { lackWords, RAISE_LIMIT, RAISE_OWN_LIMIT } from '../domain/partial-copies.ts';
import { REASONS } from '../domain/reason.ts';
import { duration } from '../domain/report-markup.ts';
import type { Books, Report } from '../domain/report.ts';
import { counted, grouped, printable, table } from './table.ts';

/** The books of a day as an operator reads them: the equation first, then what to do. */
export function reportText(report: Report): string {
  // All its figures are 0, and nothing is wrong with them.
  const parts = report.outcome === 'no-delivery' ? [nothingDelivered(report)] : booksText(report);
  return [heading(report), daysWithoutText(report), ...parts]
    .filter((part) => part !== '')
    .join('\n\n');
}

function booksText(report: Report): string[] {
  return [
    equation(report),
    kindsText(report),
    refusedText(report),
    failuresText(report),
    partialText(report),
    waivedText(report),
    unmapped(report),
    packagesText(report),
    notes(report),
    coverageText(report),
  ];
}

/** Days before this one that had no report when it was written, and who left them out if somebody did. */
function daysWithoutText({ gaps = [], waivedDays = [], connector }: Report): string {
  return [
    ...(gaps.length === 0
      ? []
      : [
          `${counted(gaps.length, 'EARLIER DAY', 'EARLIER DAYS')} WITHOUT A REPORT when this was written: ${dayRanges(gaps)}`,
          `What is still missing, and how to make it up: o2-archiver status --connector ${connector}`,
        ]),
    ...waiversOf(waivedDays).map(
      ({ days, ...waived }) =>
        `${counted(days.length, 'earlier day')} left out on purpose: ${dayRanges(days)}, ${waivedBy(waived)}`,
    ),
  ].join('\n');
}

function waivedBy({ by, at, reason }: Omit<WaivedDay, 'day'>): string {
  return `by ${printable(by)} on ${at}: ${printable(reason)}`;
}

function nothingDelivered({ connector, day }: Report): string {
  return `Ask TeleMessage for the package. When it is there: o2-archiver run --connector ${connector} --day ${day} --wait`;
}

function heading({ connector, day, outcome, balances, number, window, writtenAt }: Report): string {
  const verdict =
    outcome === 'no-delivery'
      ? 'NOTHING WAS DELIVERED: the site had no package of the day.'
      : balances
        ? 'The books balance.'
        : 'THE BOOKS DO NOT BALANCE.';
  return [
    `${connector}  ${day}  ${outcome}  ${verdict}`,
    `report ${String(number)} of ${writtenAt}, window ${window.from} to ${window.to}`,
  ].join('\n');
}

/** Aligned like a sum on paper; copies, save the last line. */
export function equationText(books: Books): string {
  const terms: [string, string, number][] = [
    ['', 'available', books.available],
    ['=', 'imported', books.imported],
    ['+', 'partially imported', books.partiallyImported],
    ['+', 'skipped', books.skipped],
    ['+', 'waived', books.waived],
    ['+', 'failed', books.failed],
  ];
  const width = Math.max(...terms.map(([, , count]) => grouped(count).length));
  const lines = terms.map(
    ([sign, name, count]) =>
      `  ${sign.padEnd(2)}${name.padEnd(20)}${grouped(count).padStart(width)}`,
  );
  const open = books.items - books.itemsWithReceipt;
  return [
    'copies',
    ...lines,
    `${counted(books.items, 'item')}, ${grouped(books.itemsWithReceipt)} with a receipt${open === 0 ? '' : `, ${grouped(open)} STILL OPEN`}`,
  ].join('\n');
}

function equation({ books, thisRun }: Report): string {
  const { started, imported, unchanged } = thisRun;
  return `${equationText(books)}\nthis run: ${grouped(started)} started, ${grouped(imported)} copies imported, ${grouped(unchanged)} unchanged`;
}

export function kindsText({
  kinds: byKind,
  itemOutcomes,
}: Pick<Report, 'kinds' | 'itemOutcomes'>): string {
  const present = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${grouped(count)} ${name}`)
      .join(', ');
  if (present(byKind) === '') return '';
  return `items by kind: ${present(byKind)}\nitems by outcome: ${present(itemOutcomes)}`;
}

/** What TeleMessage must deliver again. */
export function refusedText({ packages: lines }: Pick<Report, 'packages'>): string {
  const rows = standingRefusals(lines).flatMap(({ name, delivery, reason }) =>
    reason === null ? [] : [[name, delivery, reason, REFUSALS[reason]]],
  );
  if (rows.length === 0) return '';
  return `Packages refused as a whole: their items are in no sum. Ask TeleMessage to deliver them again in order\n${table(['package', 'delivery', 'reason', 'what is wrong'], rows)}`;
}

export function failuresText({ failures: failed }: Pick<Report, 'failures'>): string {
  if (failed.length === 0) return '';
  const rows = failed.map(({ reason, count, oldest }) => [reason, count, oldest, REASONS[reason]]);
  return `Not archived\n${table(['reason', 'copies', 'oldest', 'what to do'], rows)}`;
}

/** Copies that are made and lack something: a day that is complete may have them. */
function partialText({ books, partial = [], connector, day }: Report): string {
  const count = books.partiallyImported;
  if (count === 0) return '';
  const rows = partial.map((copy) => [copy.itemKey, copy.mailbox, copy.omitted, lackWords(copy)]);
  const rest = count - partial.length;
  const items = `o2-archiver items --connector ${connector} --day ${day} --outcome partial`;
  return [
    `Archived, but ${counted(count, 'copy lacks', 'copies lack')} something`,
    ...(rows.length === 0 ? [] : [table(['item', 'mailbox', 'left out', 'why'], rows)]),
    ...(rest > 0
      ? [`${rows.length === 0 ? '' : `and ${grouped(rest)} more. `}Their items: ${items}`]
      : []),
    ...(partial.some(({ omitted }) => omitted > 0)
      ? [
          `Where attachments are left out: ${RAISE_OWN_LIMIT}: ${RAISE_LIMIT}`,
          `then retry the item: o2-archiver retry --connector ${connector} --item KEY`,
        ]
      : []),
  ].join('\n');
}

function waivedText({ books, connector, day }: Report): string {
  if (books.waived === 0) return '';
  return `${counted(books.waived, 'copy is', 'copies are')} waived. Who closed the case and why: o2-archiver items --connector ${connector} --day ${day} --outcome waived`;
}

function unmapped({ unmapped: people }: Report): string {
  if (people.length === 0) return '';
  const rows = people.map(({ number, address, reason, items, itemsOverall, since }) => [
    ...[number, address, reason, items, itemsOverall, since],
  ]);
  const head = ['number', 'address', 'reason', 'items', 'of all days', 'since'];
  return `People without a mailbox, once each\n${table(head, rows)}`;
}

export function packagesText({ packages: taken }: Pick<Report, 'packages'>): string {
  if (taken.length === 0) return 'No package was delivered.';
  const rows = taken.map((line) => [
    line.name,
    line.delivery,
    deliveryWords(line, taken),
    line.items,
    line.isLate ? 'late' : null,
    `${line.sha256.slice(0, 12)}…`,
  ]);
  const head = ['package', 'delivery', 'outcome', 'items', 'late', 'sha256'];
  const words = taken.flatMap(({ name, notes: said }) =>
    said.map((note) => `  ${printable(name)}: ${printable(note)}`),
  );
  return [table(head, rows), ...words].join('\n');
}

function notes({ lateItems, lateness, lateDays, flags, amended, open, changes }: Report): string {
  const flagged = Object.entries(flags).filter(([, count]) => count > 0);
  return [
    ...(lateness === undefined || lateness === null
      ? []
      : [
          `arrived after ${duration(lateness.medianSeconds)} in the median, ${duration(lateness.maxSeconds)} at most; ${counted(lateness.over24Hours, 'item')} after more than 24 hours`,
        ]),
    ...(lateItems > 0 ? [`${counted(lateItems, 'item')} older than the day`] : []),
    ...(lateDays.length > 0 ? [`late packages of ${lateDays.join(', ')} were taken too`] : []),
    ...flagged.map(([flag, count]) => `${flag.replaceAll('-', ' ')}: ${counted(count, 'item')}`),
    ...(amended.count > 0
      ? [`${counted(amended.count, 'item')} delivered before with other content`]
      : []),
    ...amended.groups.slice(0, 10).map(({ keys }) => `versions of one: ${keys.join(' ')}`),
    ...open.slice(0, 10).map((key) => `open: ${key}`),
    ...(open.length > 10 ? [`and ${String(open.length - 10)} more are open`] : []),
    ...changes.map((change) => `changed: ${printable(change)}`),
  ].join('\n');
}

/** Names nobody: the list may be long, and is in the other formats. */
function coverageText({ coverage }: Report): string {
  if (coverage === undefined) return '';
  if (coverage === null) return 'coverage is not checked: report.registeredUsersFile is not set';
  if (coverage.problem !== null) return `coverage could not be checked: ${coverage.problem}`;
  const { registered, withItems, silentCount, unregisteredCount, faultyRows } = coverage;
  return [
    `registered users: ${grouped(registered)}, ${grouped(withItems)} with an item, ${grouped(silentCount)} silent`,
    `seen and not registered: ${grouped(unregisteredCount)}; who they are: --format html`,
    ...(faultyRows > 0
      ? [`${counted(faultyRows, 'faulty row')} in the list of registered users`]
      : []),
  ].join('\n');
}

/** What to do where a day has no report. */
export function noReport(connector: string, day: string, waived: WaivedDay | null): string {
  const archive = `o2-archiver run --connector ${connector} --day ${day} --wait`;
  const missing = `there is no report of ${day} for "${connector}"`;
  return waived === null
    ? `${missing}. Archive the day: ${archive}`
    : `${missing}: the day was left out on purpose, ${waivedBy(waived)}. To archive it all the same: ${archive}`;
}
