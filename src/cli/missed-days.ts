import type { ConnectorConfig } from '../config/config.ts';
import { addDays, dayOf, daysBetween, toSeconds } from '../domain/archive-day.ts';
import type { Staging } from '../staging/staging.ts';

/**
 * The days whose nominal time of the schedule lies in (afterMs, nowMs], oldest first: the run at
 * that time on date N covers the day N−1. Never before `startDay` nor beyond `catchupDays`.
 */
export function dueDays(
  { startDay, schedule }: Pick<ConnectorConfig, 'startDay' | 'schedule'>,
  afterMs: number,
  nowMs: number,
): string[] {
  const latest = addDays(dayOf(nowMs), -1);
  const oldest = addDays(latest, -schedule.catchupDays);
  return daysBetween(oldest < startDay ? startDay : oldest, latest).filter((day) => {
    const nominalMs = Date.parse(`${addDays(day, 1)}T${schedule.at}:00Z`);
    return nominalMs > afterMs && nominalMs <= nowMs;
  });
}

/** Days without a report and without a waiver. */
export async function withoutReport(staging: Staging, days: readonly string[]): Promise<string[]> {
  if (days.length === 0) return [];
  const reported = await staging.reports.days();
  const waived = await staging.waivedDays.list();
  return days.filter((day) => !reported.has(day) && !waived.has(day));
}

/** The note on a paused schedule: who, when and why. `pausedSince` reads the time again. */
export function pauseNote(operator: string, nowMs: number, reason: string): string {
  return `Paused by ${operator} at ${toSeconds(nowMs)}: ${reason}`;
}

/** Epoch milliseconds; null when the schedule was paused by another hand. */
export function pausedSince(note: string | undefined): number | null {
  const [, at] = /^Paused by .* at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ): /.exec(note ?? '') ?? [];
  return at === undefined ? null : Date.parse(at);
}
