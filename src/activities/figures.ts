import {
  callsWithoutRecording,
  hoursOf,
  latenessOf,
  type DayFigures,
} from '../domain/day-figures.ts';
import { gapsOf, type WaivedDay } from '../domain/gaps.ts';
import type { PackageIndex } from '../domain/index-entry.ts';
import type { ReceiptFacts, Report } from '../domain/report.ts';
import { trendOf, trendWindow } from '../domain/trend.ts';
import type { Staging } from '../staging/staging.ts';
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
  const [staged, earlier, waived] = await Promise.all([
    staging.packages.list(day),
    staging.reports.latestOf(days.slice(0, -1)),
    waivedOf(staging, days),
  ]);
  const arrivals = new Map(
    staged.map((one) => [`${one.package}/${String(one.delivery)}`, one.receivedAt]),
  );
  const trend = trendOf(days, [...earlier, report]);
  return {
    hours: hoursOf(day, indexes),
    lateness: latenessOf(indexes, arrivals, receipts),
    withoutRecording: callsWithoutRecording(indexes, receipts),
    trend,
    ...gapsOf(trend, settings.startDay, waived),
    coverage: await checkCoverage(connector, day, indexes, earlier),
  };
}

/** Who left out which of these days, and why. */
async function waivedOf({ waivedDays }: Staging, days: readonly string[]): Promise<WaivedDay[]> {
  const listed = await waivedDays.list();
  return waivedDays.findAll(days.filter((day) => listed.has(day)));
}
