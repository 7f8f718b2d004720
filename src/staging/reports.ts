import type { Report } from '../domain/report.ts';
import type { Container } from './container.ts';
import { parseReportPath, reportPath, reportsPrefix, type ReportFormat } from './layout.ts';

const KINDS: Record<ReportFormat, string> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

/** The reports of the days: write-once, numbered, the latest counts. */
export interface Reports {
  /** Days of [from, to] that have a report, by one listing. */
  days(): Promise<Set<string>>;
  latest(day: string): Promise<Report | null>;
  read(day: string, number: number, format: ReportFormat): Promise<Buffer | null>;
  /** Claims the number by the JSON; false when another run claimed it first. */
  write(report: Report, renderings: { csv: string; html: string }): Promise<boolean>;
}

export function reports(books: Container): Reports {
  return {
    async days() {
      const days = new Set<string>();
      for await (const blob of books.list('reports/')) {
        const ref = parseReportPath(blob.path);
        if (ref !== null) days.add(ref.day);
      }
      return days;
    },

    async latest(day) {
      let number = 0;
      for await (const blob of books.list(reportsPrefix(day))) {
        number = Math.max(number, parseReportPath(blob.path)?.number ?? 0);
      }
      if (number === 0) return null;
      const bytes = await books.read(reportPath(day, number, 'json'));
      return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as Report);
    },

    read: (day, number, format) => books.read(reportPath(day, number, format)),

    async write(report, renderings) {
      const put = (format: ReportFormat, text: string) =>
        books.putOnce(
          reportPath(report.day, report.number, format),
          Buffer.from(text),
          KINDS[format],
          { outcome: report.outcome, balances: String(report.balances) },
        );
      const isClaimed = await put('json', `${JSON.stringify(report, null, 2)}\n`);
      if (!isClaimed) return false;
      await put('csv', renderings.csv);
      await put('html', renderings.html);
      return true;
    },
  };
}
