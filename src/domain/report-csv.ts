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
    ...figures('flag', report.flags),
    ...amendedRows(report),
    ...packageRows(report),
    ...report.open.map((key) => ['open', key, '', '']),
    ...report.changes.map((change) => ['change', change, '', '']),
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
      ['package sha256', name, line.sha256, ''],
      ['package late', name, line.isLate, ''],
      ...line.notes.map((note) => ['package note', name, note, '']),
    ];
  });
}

const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;

function cell(value: Cell): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
