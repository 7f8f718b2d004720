import type { Report } from '../domain/report.ts';
import type { Container } from './container.ts';
import {
  parseReportPath,
  parseSignaturePath,
  reportPath,
  reportsOfMonth,
  reportsPrefix,
  type ReportFormat,
} from './layout.ts';

const KINDS: Record<ReportFormat, string> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

/** What a listing tells of a day's latest report. */
export interface ListedReport {
  readonly number: number;
  /** Somebody has signed that they read this one, not an earlier one. */
  readonly isSigned: boolean;
}

/** The reports of the days: write-once, numbered, the latest counts. */
export interface Reports {
  /** Days of [from, to] that have a report, by one listing. */
  days(): Promise<Set<string>>;
  /** Whether the latest report balances; null without one. By one listing. */
  balances(day: string): Promise<boolean | null>;
  latest(day: string): Promise<Report | null>;
  /** The report of that number. */
  numbered(day: string, number: number): Promise<Report | null>;
  /** Of each day that has one its latest report, or of the one day, by one listing. */
  listed(day?: string): Promise<Map<string, ListedReport>>;
  /** The latest reports of the days that have one, in their order: a listing a month, a read a day. */
  latestOf(days: readonly string[]): Promise<Report[]>;
  /** The mapping version of the newest report that names one; by one listing. */
  lastMapping(): Promise<string | null>;
  /** Blob path of a report's JSON, by which the others name it. */
  pathOf(report: Pick<Report, 'day' | 'number'>): string;
  read(day: string, number: number, format: ReportFormat): Promise<Buffer | null>;
  /** Claims the number by the JSON; false when another run claimed it first. */
  write(report: Report, renderings: Renderings): Promise<boolean>;
  /** Puts the renderings of a report that is there, where the run that wrote it stopped before. */
  complete(report: Report, renderings: Renderings): Promise<void>;
}

/** A report as people read it. */
export interface Renderings {
  readonly csv: string;
  readonly html: string;
}

/** Reports read side by side: a month of them takes four turns, and no connection waits long. */
const READS_AT_ONCE = 8;

export function reports(books: Container): Reports {
  const put = (report: Report, format: ReportFormat, text: string) =>
    books.putOnce(reportPath(report.day, report.number, format), Buffer.from(text), KINDS[format], {
      outcome: report.outcome,
      balances: String(report.balances),
      writtenat: report.writtenAt,
      mapping: report.mappingVersion ?? '',
    });
  const complete = async (report: Report, { csv, html }: Renderings) => {
    await put(report, 'csv', csv);
    await put(report, 'html', html);
  };
  const numbered = async (day: string, number: number): Promise<Report | null> => {
    const bytes = await books.read(reportPath(day, number, 'json'));
    return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as Report);
  };

  return {
    async days() {
      const days = new Set<string>();
      for await (const blob of books.list('reports/')) {
        const ref = parseReportPath(blob.path);
        if (ref !== null) days.add(ref.day);
      }
      return days;
    },

    async balances(day) {
      let latest = { number: 0, balances: null as boolean | null };
      for await (const { path, metadata } of books.list(reportsPrefix(day))) {
        const number = parseReportPath(path)?.number ?? 0;
        if (number > latest.number) latest = { number, balances: metadata['balances'] === 'true' };
      }
      return latest.balances;
    },

    async latest(day) {
      let number = 0;
      for await (const blob of books.list(reportsPrefix(day))) {
        number = Math.max(number, parseReportPath(blob.path)?.number ?? 0);
      }
      return number === 0 ? null : numbered(day, number);
    },

    numbered,

    async listed(day) {
      const latest = new Map<string, number>();
      const signed = new Set<string>();
      for await (const { path } of books.list(
        day === undefined ? 'reports/' : reportsPrefix(day),
      )) {
        const signature = parseSignaturePath(path);
        if (signature !== null) signed.add(`${signature.day}/${String(signature.report)}`);
        const ref = parseReportPath(path);
        if (ref !== null) latest.set(ref.day, Math.max(latest.get(ref.day) ?? 0, ref.number));
      }
      const named = [...latest].map(([each, number]): [string, ListedReport] => [
        each,
        { number, isSigned: signed.has(`${each}/${String(number)}`) },
      ]);
      return new Map(named);
    },

    async latestOf(days) {
      const numbers = new Map<string, number>();
      for (const month of new Set(days.map((day) => day.slice(0, 7)))) {
        for await (const { path } of books.list(reportsOfMonth(month))) {
          const ref = parseReportPath(path);
          if (ref === null || ref.number <= (numbers.get(ref.day) ?? 0)) continue;
          numbers.set(ref.day, ref.number);
        }
      }
      const wanted = days.flatMap((day) => {
        const number = numbers.get(day);
        return number === undefined ? [] : [reportPath(day, number, 'json')];
      });
      const found: Report[] = [];
      for (let from = 0; from < wanted.length; from += READS_AT_ONCE) {
        const some = wanted.slice(from, from + READS_AT_ONCE);
        for (const bytes of await Promise.all(some.map((path) => books.read(path)))) {
          if (bytes !== null) found.push(JSON.parse(bytes.toString('utf8')) as Report);
        }
      }
      return found;
    },

    async lastMapping() {
      let last = { writtenAt: '', version: null as string | null };
      for await (const { metadata } of books.list('reports/')) {
        const { mapping = '', writtenat: writtenAt = '' } = metadata;
        if (mapping !== '' && writtenAt > last.writtenAt) last = { writtenAt, version: mapping };
      }
      return last.version;
    },

    pathOf: ({ day, number }) => reportPath(day, number, 'json'),

    read: (day, number, format) => books.read(reportPath(day, number, format)),

    async write(report, renderings) {
      const isClaimed = await put(report, 'json', `${JSON.stringify(report, null, 2)}\n`);
      if (isClaimed) await complete(report, renderings);
      return isClaimed;
    },

    complete,
  };
}
