import { REASONS } from './reason.ts';
import type { Report } from './report.ts';

/**
 * The report as CSV: section, name, value, note. A cell that a spreadsheet would take for a formula
 * (`= + - @`, tab, CR) is led by an apostrophe (OWASP, CSV injection): numbers begin with "+".
 */
export function renderCsv(report: Report): string {
  const rows: (string | number | boolean)[][] = [
    ['section', 'name', 'value', 'note'],
    ['day', 'connector', report.connector, ''],
    ['day', 'day', report.day, ''],
    ['day', 'outcome', report.outcome, ''],
    ['day', 'balances', report.balances, ''],
    ['day', 'report', report.number, report.writtenAt],
    ...Object.entries(report.books).map(([name, value]) => ['books', name, value, '']),
    ...Object.entries(report.thisRun).map(([name, value]) => ['thisRun', name, value, '']),
    ...Object.entries(report.kinds).map(([name, value]) => ['kind', name, value, '']),
    ...Object.entries(report.itemOutcomes).map(([name, value]) => ['outcome', name, value, '']),
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

function cell(value: string | number | boolean): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
