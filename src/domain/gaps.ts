import { addDays } from './archive-day.ts';
import type { TrendDay } from './trend.ts';

/** A day that stays without a run on purpose. */
export interface WaivedDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly by: string;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
  readonly reason: string;
}

/** Days of a report's trend that have no report themselves, oldest first. */
export interface Gaps {
  /** Nobody left them out. */
  readonly gaps: readonly string[];
  readonly waivedDays: readonly WaivedDay[];
}

/** Days that were left out by one person, at one time, for one reason. */
interface Waiver extends Omit<WaivedDay, 'day'> {
  readonly days: readonly string[];
}

/** A day before `startDay` is no gap. A waived day that has a report all the same is not told. */
export function gapsOf(
  trend: readonly TrendDay[],
  startDay: string,
  waived: readonly WaivedDay[],
): Gaps {
  const without = new Set(
    trend.flatMap(({ day, outcome }) => (outcome === null && day >= startDay ? [day] : [])),
  );
  const waivedDays = waived
    .filter(({ day }) => without.has(day))
    .sort((a, b) => a.day.localeCompare(b.day));
  const leftOut = new Set(waivedDays.map(({ day }) => day));
  return { gaps: [...without].filter((day) => !leftOut.has(day)), waivedDays };
}

/** One for each person, time and reason. */
export function waiversOf(waivedDays: readonly WaivedDay[]): Waiver[] {
  const together = Map.groupBy(waivedDays, ({ by, at, reason }) =>
    JSON.stringify([by, at, reason]),
  );
  return [...together.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { by, at, reason } = first;
    return [{ by, at, reason, days: same.map(({ day }) => day) }];
  });
}

/** `2026-11-02, 2026-11-05 to 2026-11-09`; the days are given oldest first. */
export function dayRanges(days: readonly string[]): string {
  const ranges: [first: string, last: string][] = [];
  for (const day of days) {
    const range = ranges.at(-1);
    if (range !== undefined && addDays(range[1], 1) === day) range[1] = day;
    else ranges.push([day, day]);
  }
  return ranges
    .map(([first, last]) => {
      if (first === last) return first;
      return addDays(first, 1) === last ? `${first}, ${last}` : `${first} to ${last}`;
    })
    .join(', ');
}
