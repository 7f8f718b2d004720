import type { Coverage } from './coverage.ts';
import type { Gaps } from './gaps.ts';
import type { PackageIndex } from './index-entry.ts';
import type { Receipt } from './receipt.ts';
import type { TrendDay } from './trend.ts';

/** What a report tells beside the books: for people, and counted when it is written. */
export interface DayFigures extends Gaps {
  readonly hours: HourCounts;
  /** Null where nothing of the day arrived for the first time. */
  readonly lateness: Lateness | null;
  /** Keys of connected calls that came without a recording, at most 100; the flag counts them. */
  readonly withoutRecording: readonly string[];
  /** The day and those before it, oldest first. */
  readonly trend: readonly TrendDay[];
  /** Null where no file of registered users is configured: coverage is not checked. */
  readonly coverage: Coverage | null;
}

/** Items by their own time. */
export interface HourCounts {
  /** One count for each hour of the day, UTC. */
  readonly ofTheDay: readonly number[];
  /** Items whose own time lies on another day. */
  readonly otherDays: number;
}

/** From an item's own time to the arrival of its package, in seconds; none is below 0. */
export interface Lateness {
  /** Items that arrived for the first time; an item that came twice counts by its first arrival. */
  readonly items: number;
  readonly medianSeconds: number;
  readonly maxSeconds: number;
  /** Items that took more than 24 hours. */
  readonly over24Hours: number;
}

const MAX_CALLS_NAMED = 100;
const DAY_SECONDS = 86_400;

export function hoursOf(day: string, indexes: readonly PackageIndex[]): HourCounts {
  const ofTheDay = Array.from({ length: 24 }, () => 0);
  let otherDays = 0;
  for (const { at } of indexes.flatMap((index) => index.items)) {
    const hour = Number(at.slice(11, 13));
    if (at.startsWith(day)) ofTheDay[hour] = (ofTheDay[hour] ?? 0) + 1;
    else otherDays += 1;
  }
  return { ofTheDay, otherDays };
}

/** `arrivals`: when each delivery was received, by `<package>/<delivery>`, ISO 8601. */
export function latenessOf(
  indexes: readonly PackageIndex[],
  arrivals: ReadonlyMap<string, string>,
  receipts: ReadonlyMap<string, Pick<Receipt, 'outcome'>>,
): Lateness | null {
  const least = new Map<string, number>();
  for (const { package: name, delivery, items } of indexes) {
    const arrivedMs = Date.parse(arrivals.get(`${name}/${String(delivery)}`) ?? '');
    if (Number.isNaN(arrivedMs)) continue;
    for (const { itemKey, at } of items) {
      // Its first arrival was another day's.
      if (receipts.get(itemKey)?.outcome === 'skipped') continue;
      const seconds = Math.max(0, Math.round((arrivedMs - Date.parse(at)) / 1_000));
      least.set(itemKey, Math.min(seconds, least.get(itemKey) ?? seconds));
    }
  }
  const sorted = Float64Array.from(least.values()).sort();
  const [middle, last] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  if (middle === undefined || last === undefined) return null;
  return {
    items: sorted.length,
    medianSeconds: middle,
    maxSeconds: last,
    over24Hours: sorted.filter((seconds) => seconds > DAY_SECONDS).length,
  };
}

export function callsWithoutRecording(
  indexes: readonly PackageIndex[],
  receipts: ReadonlyMap<string, Pick<Receipt, 'flags'>>,
): string[] {
  const keys = new Set<string>();
  for (const { itemKey } of indexes.flatMap((index) => index.items)) {
    if (keys.size === MAX_CALLS_NAMED) break;
    const flags = receipts.get(itemKey)?.flags ?? [];
    if (flags.includes('connected-without-recording')) keys.add(itemKey);
  }
  return [...keys];
}
