import { isCured } from './deliveries.ts';
import { lackWords } from './partial-copies.ts';
import { REASONS } from './reason.ts';
import type { Report } from './report.ts';

/**
 * The report as CSV, everything that its JSON says: section, name, value, note. A cell that a
 * spreadsheet would take for a formula (`= + - @`, their full-width forms, tab, line ends; OWASP, CSV
 * injection) is led by an apostrophe: numbers begin with "+", and an address may begin with anything.
 */
export function renderCsv(report: Report): string {
  const rows: Cell[][] = [
    ['section', 'name', 'value', 'note'],
    ...dayRows(report),
    ...figures('books', report.books),
    ...figures('thisRun', report.thisRun),
    ...figures('kind', report.kinds),
    ...figures('outcome', report.itemOutcomes),
    ...report.failures.flatMap(({ reason, count, oldest }) => [
      ['failure', reason, count, REASONS[reason]],
      ['oldest failure', reason, oldest, ''],
    ]),
    ...unmappedRows(report),
    ...partialRows(report),
    ...figures('flag', report.flags),
    ...(report.withoutRecording ?? []).map((key) => ['without recording', key, '', '']),
    ...amendedRows(report),
    ...latenessRows(report),
    ...hourRows(report),
    ...packageRows(report),
    ...report.open.map((key) => ['open', key, '', '']),
    ...report.changes.map((change) => ['change', change, '', '']),
    ...gapRows(report),
    ...trendRows(report),
    ...coverageRows(report),
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

type Cell = string | number | boolean;

function dayRows(report: Report): Cell[][] {
  const { window, lateDays } = report;
  return [
    ['day', 'connector', report.connector, ''],
    ['day', 'day', report.day, ''],
    ['day', 'from', window.from, ''],
    ['day', 'to', window.to, ''],
    ['day', 'outcome', report.outcome, ''],
    ['day', 'balances', report.balances, ''],
    ['day', 'report', report.number, report.writtenAt],
    ['day', 'lateItems', report.lateItems, ''],
    ['day', 'mappingVersion', report.mappingVersion ?? '', ''],
    ...lateDays.map((day) => ['late packages taken', day, '', '']),
  ];
}

function figures(section: string, counts: object): Cell[][] {
  return Object.entries(counts).map(([name, value]) => [section, name, value as number, '']);
}

function unmappedRows({ unmapped }: Report): Cell[][] {
  return unmapped.flatMap(({ number, address, reason, items, itemsOverall, since }) => {
    const name = number ?? address ?? 'unknown';
    return [
      ['unmapped', name, items, address ?? ''],
      ['unmapped reason', name, reason, REASONS[reason]],
      ['unmapped on all days', name, itemsOverall, since],
    ];
  });
}

function partialRows({ partial = [] }: Report): Cell[][] {
  return partial.flatMap((copy) => [
    ['partial copy', copy.itemKey, copy.mailbox, lackWords(copy)],
    ['attachments left out', copy.itemKey, copy.omitted, copy.mailbox],
    ['cut at the source', copy.itemKey, copy.isCutAtSource, copy.mailbox],
  ]);
}

function amendedRows({ amended }: Report): Cell[][] {
  return [
    ['amended', 'items', amended.count, ''],
    ...amended.groups.map(({ keys }, at) => ['versions of one', at + 1, keys.join(' '), '']),
  ];
}

function packageRows({ packages }: Report): Cell[][] {
  return packages.flatMap((line) => {
    const name = `${line.name}/${String(line.delivery)}`;
    return [
      ['package', name, line.items, line.reason ?? line.outcome],
      ...(isCured(line, packages)
        ? [['package refusal', name, 'refused, delivered again and taken', '']]
        : []),
      ['package sha256', name, line.sha256, ''],
      ['package late', name, line.isLate, ''],
      ...line.notes.map((note) => ['package note', name, note, '']),
    ];
  });
}

function latenessRows({ lateness }: Report): Cell[][] {
  return lateness === undefined || lateness === null ? [] : figures('lateness', lateness);
}

function hourRows({ hours }: Report): Cell[][] {
  if (hours === undefined) return [];
  const rows = hours.ofTheDay.map((count, hour): Cell[] => ['hour', hour, count, 'UTC']);
  return [...rows, ['hour', 'otherDays', hours.otherDays, '']];
}

/** Days without a report: nobody's doing, or left out by somebody. */
function gapRows({ gaps = [], waivedDays = [] }: Report): Cell[][] {
  return [
    ...gaps.map((day) => ['gap', day, '', 'no report']),
    ...waivedDays.flatMap(({ day, by, at, reason }) => [
      ['waived day', day, by, at],
      ['waived day reason', day, reason, ''],
    ]),
  ];
}

/** The value of a day without a report is empty, which is not 0. */
function trendRows({ trend = [], waivedDays = [] }: Report): Cell[][] {
  const waived = new Set(waivedDays.map(({ day }) => day));
  return trend.flatMap(({ day, outcome, items, failed }) => {
    const word = outcome ?? (waived.has(day) ? 'waived' : 'no report');
    return [
      ['trend items', day, items ?? '', word],
      ['trend failed', day, failed ?? '', word],
    ];
  });
}

function coverageRows({ coverage }: Report): Cell[][] {
  if (coverage === undefined || coverage === null) return [['coverage', 'checked', false, '']];
  const { problem, silent, unregistered, faults, ...counts } = coverage;
  return [
    ['coverage', 'checked', problem === null, problem ?? ''],
    ...figures('coverage', counts),
    ...silent.map(({ number, address, status, since }) => [
      ...['silent', address ?? number ?? '', since, `${number ?? ''} ${status ?? ''}`.trim()],
    ]),
    ...unregistered.map(({ number, address, items }) => [
      ...['not registered', address ?? number ?? '', items, number ?? ''],
    ]),
    ...faults.map(({ row, problem: wrong, cure }) => ['faulty row', row, wrong, cure]),
  ];
}

const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;

function cell(value: Cell): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
