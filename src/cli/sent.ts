import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { addDays } from '../domain/archive-day.ts';
import type { IndexEntry, PackageIndex } from '../domain/index-entry.ts';
import type { Hours } from '../domain/zoned-day.ts';
import { hoursOfDay, isTimeZone } from '../domain/zoned-day.ts';
import type { ListedIndex } from '../staging/packages.ts';
import type { Staging } from '../staging/staging.ts';
import { UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import { counted } from './table.ts';

/** Which items: those of an archive day, or those that were sent on a day of the calendar. */
export interface DayOrSent {
  readonly day?: string;
  readonly sent?: string;
  readonly tz?: string;
}

export type Chosen =
  | { readonly by: 'day'; readonly day: string }
  | { readonly by: 'sent'; readonly day: string; readonly timeZone: string; readonly hours: Hours };

/** A package that holds items of the hours, and these. */
export interface SentPackage {
  readonly listed: ListedIndex;
  readonly index: PackageIndex;
  readonly entries: readonly IndexEntry[];
}

export interface SentItems {
  readonly packages: readonly SentPackage[];
  /** Indexes whose packages can hold such items; the others were ruled out by their listing. */
  readonly looked: number;
  readonly listed: number;
}

/**
 * An item stands at most so long after its package's day, else it stands at that day's midnight
 * (docs/source-format.md): no earlier package can hold it.
 */
const LATEST_AFTER_DAYS = 3;
const INDEXES_AT_ONCE = 4;

export function withDayOrSent(command: Command): Command {
  return command
    .addOption(
      new Option('--day <day>', 'the archive day, YYYY-MM-DD')
        .argParser(dayOption)
        .conflicts(['sent', 'tz']),
    )
    .option('--sent <day>', 'by the items’ own time, over all packages that hold such', dayOption)
    .option('--tz <zone>', 'whose day that is, such as Europe/London (default: UTC)', zoneOption);
}

/** @throws {UsageError} when neither is said */
export function chosen({ day, sent, tz = 'UTC' }: DayOrSent): Chosen {
  if (sent !== undefined) {
    return { by: 'sent', day: sent, timeZone: tz, hours: hoursOfDay(sent, tz) };
  }
  if (day === undefined) throw new UsageError('say which: --day DAY or --sent DAY.');
  if (tz !== 'UTC') throw new UsageError('--tz belongs to --sent: archive days are days of UTC.');
  return { by: 'day', day };
}

/**
 * All staged items of these hours, in whichever packages they lie: late ones come days or years
 * after. One listing tells which indexes can hold some; these are read.
 */
export async function findSent({ packages }: Staging, hours: Hours): Promise<SentItems> {
  const all = await packages.listAllIndexes();
  const candidates = all.filter((listed) => canHold(listed, hours));
  const found = new Map<ListedIndex, SentPackage>();
  const queue = candidates.values();
  const readNext = async (): Promise<void> => {
    for (const listed of queue) {
      const index = await packages.readIndex(listed.path);
      const entries = index.items.filter(({ at }) => at >= hours.from && at < hours.to);
      if (entries.length > 0) found.set(listed, { listed, index, entries });
    }
  };
  await Promise.all(Array.from({ length: INDEXES_AT_ONCE }, readNext));
  return {
    packages: candidates.flatMap((listed) => found.get(listed) ?? []),
    looked: candidates.length,
    listed: all.length,
  };
}

/** What an index does not tell of its items' times is read, if its day is not too early for them. */
export function canHold(
  { day, items, earliest, latest }: ListedIndex,
  { from, to }: Hours,
): boolean {
  if (items === 0 || addDays(day, LATEST_AFTER_DAYS) <= from.slice(0, 10)) return false;
  return earliest === null || latest === null || (earliest < to && latest >= from);
}

/** The packages as a document names them. */
export function packagesNamed(
  packages: readonly SentPackage[],
): { day: string; package: string; delivery: number; items: number }[] {
  return packages.map(({ listed, entries }) => ({
    day: listed.day,
    package: listed.package,
    delivery: listed.delivery,
    items: entries.length,
  }));
}

export function lookedText({ looked, listed, packages }: SentItems): string {
  return `${counted(packages.length, 'package')} with such items, ${counted(looked, 'index', 'indexes')} read of ${String(listed)}`;
}

function zoneOption(value: string): string {
  if (isTimeZone(value)) return value;
  throw new InvalidArgumentError('It must be a time zone of IANA, such as Europe/London.');
}
