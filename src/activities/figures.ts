import {
  callsWithoutRecording,
  hoursOf,
  latenessOf,
  type DayFigures,
} from '../domain/day-figures.ts';
import type { PackageIndex } from '../domain/index-entry.ts';
import type { ReceiptFacts, Report } from '../domain/report.ts';
import { trendOf, trendWindow } from '../domain/trend.ts';
import type { Connector } from './connector.ts';
import { checkCoverage } from './coverage.ts';

/** What is told beside the books. It makes no new report, so it is counted for a new one alone. */
export async function figuresOf(
  connector: Connector,
  report: Report,
  indexes: readonly PackageIndex[],
  receipts: ReadonlyMap<string, ReceiptFacts>,
): Promise<DayFigures> {
  const { staging, settings } = connector;
  const { day } = report;
  const days = trendWindow(day, settings.startDay);
  const [staged, earlier] = await Promise.all([
    staging.packages.list(day),
    staging.reports.latestOf(days.slice(0, -1)),
  ]);
  const arrivals = new Map(
    staged.map((one) => [`${one.package}/${String(one.delivery)}`, one.receivedAt]),
  );
  return {
    hours: hoursOf(day, indexes),
    lateness: latenessOf(indexes, arrivals, receipts),
    withoutRecording: callsWithoutRecording(indexes, receipts),
    trend: trendOf(days, [...earlier, report]),
    coverage: await checkCoverage(connector, day, indexes, earlier),
  };
}
