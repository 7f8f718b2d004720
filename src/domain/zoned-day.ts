import type { ArchiveDay } from './archive-day.ts';
import { toSeconds } from './archive-day.ts';

/** Times from `from` to before `to`, ISO 8601 UTC in seconds. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** No place's clock is further from UTC. */
const FURTHEST_SECONDS = 15 * 3_600;

export function isTimeZone(name: string): boolean {
  try {
    return calendar(name).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The hours of a calendar day in a time zone of IANA: 23 or 25 where the clocks are changed. */
export function hoursOfDay(day: ArchiveDay, timeZone: string): Hours {
  const dateOf = calendar(timeZone);
  return { from: beginningOf(day, dateOf), to: endOf(day, dateOf) };
}

function beginningOf(day: ArchiveDay, dateOf: Intl.DateTimeFormat): string {
  return toSeconds(firstMs(day, (date) => date >= day, dateOf));
}

function endOf(day: ArchiveDay, dateOf: Intl.DateTimeFormat): string {
  return toSeconds(firstMs(day, (date) => date > day, dateOf));
}

/** The first second near the day whose date there is one of those wanted: dates only go forward. */
function firstMs(
  day: ArchiveDay,
  isWanted: (date: string) => boolean,
  dateOf: Intl.DateTimeFormat,
): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) / 1_000;
  let before = midnight - FURTHEST_SECONDS;
  let at = midnight + 86_400 + FURTHEST_SECONDS;
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (isWanted(dateOf.format(middle * 1_000))) at = middle;
    else before = middle;
  }
  return at * 1_000;
}

/** Sweden writes dates as `2026-11-23`. */
function calendar(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
}
