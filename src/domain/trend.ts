import { addDays, daysBetween } from './archive-day.ts';
import type { DayOutcome, Report } from './report.ts';

/** A day as its latest report had it; all null for a day without a report. */
export interface TrendDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly outcome: DayOutcome | null;
  readonly items: number | null;
  /** Copies that were not archived when that report was written. */
  readonly failed: number | null;
}

const TREND_DAYS = 30;

/** The days that a report's trend covers: thirty, none before the connector's first. */
export function trendWindow(day: string, startDay: string): string[] {
  const from = addDays(day, 1 - TREND_DAYS);
  return daysBetween(from < startDay && startDay <= day ? startDay : from, day);
}

export function trendOf(
  days: readonly string[],
  reports: readonly Pick<Report, 'day' | 'outcome' | 'books'>[],
): TrendDay[] {
  const known = new Map(reports.map((report) => [report.day, report]));
  return days.map((day) => {
    const report = known.get(day);
    return {
      day,
      outcome: report?.outcome ?? null,
      items: report?.books.items ?? null,
      failed: report?.books.failed ?? null,
    };
  });
}
