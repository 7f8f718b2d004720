import { REASONS } from './reason.ts';
import type { Report } from './report.ts';

/**
 * The report as CSV: section, name, value, note. A cell that a spreadsheet would take for a formula
 * (`= + - @`, tab, CR) is led by an apostrophe (OWASP, CSV injection): numbers begin with "+".
 */
export function renderCsv(report: Report): string {
  const counts = (section: string, figures: object): Cell[][] =>
    Object.entries(figures).map(([name, value]) => [section, name, value as number, '']);
  const rows: Cell[][] = [
    ['section', 'name', 'value', 'note'],
    ['day', 'connector', report.connector, ''],
    ['day', 'day', report.day, ''],
    ['day', 'outcome', report.outcome, ''],
    ['day', 'balances', report.balances, ''],
    ['day', 'report', report.number, report.writtenAt],
    ...counts('books', report.books),
    ...counts('thisRun', report.thisRun),
    ...counts('kind', report.kinds),
    ...counts('outcome', report.itemOutcomes),
    ...report.failures.map(({ reason, count }) => ['failure', reason, count, REASONS[reason]]),
    ...report.unmapped.map((person) => [
      'unmapped',
      person.number ?? person.address ?? 'unknown',
      person.items,
      person.address ?? '',
    ]),
    ...report.packages.map((line) => [
      'package',
      `${line.name}/${String(line.delivery)}`,
      line.items,
      line.reason ?? line.outcome,
    ]),
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

type Cell = string | number | boolean;

function cell(value: Cell): string {
  const text =
    typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
