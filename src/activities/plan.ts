import {
  addDays,
  daysBetween,
  isArchiveDay,
  waitUntilMs,
  windowOf,
} from '../domain/archive-day.ts';
import { RunError } from '../domain/run-error.ts';
import type { Staging } from '../staging/staging.ts';
import type { DayPlan } from '../workflows/contracts.ts';
import type { Connectors } from './connector.ts';
import { drainedIn } from './drain.ts';
import { ensureState } from './rebuild-state.ts';

/** A site that is away is tried for hours; after so long somebody should know. */
const FETCH_ALARM_MS = 30 * 60_000;

/** Plans a day's run from the connector's configuration and the reports there are. */
export function planDay(connectors: Connectors) {
  return async (input: {
    connector: string;
    day: string;
    isScheduled: boolean;
    beforeStart?: true;
    ownDayOnly?: true;
  }): Promise<DayPlan> => {
    const connector = connectors.get(input.connector);
    const { settings, staging, readers } = connector;
    if (!isArchiveDay(input.day)) {
      throw new RunError('configuration', `"${input.day}" is no day. Give one as YYYY-MM-DD.`);
    }
    if (input.day < settings.startDay && input.beforeStart !== true) {
      throw new RunError(
        'configuration',
        `${input.day} lies before the startDay of "${settings.id}", ${settings.startDay}. If it is wanted: o2-archiver backfill --connector ${settings.id} --from ${input.day} --to ${input.day} --before-start`,
      );
    }
    await ensureState(connector);
    const lookbackDays = input.ownDayOnly === true ? 0 : settings.lookbackDays;
    const window = windowOf(input.day, lookbackDays, settings.startDay);
    const oldest = addDays(input.day, -settings.catchupDays);
    const from = oldest < settings.startDay ? settings.startDay : oldest;
    const gaps = input.isScheduled ? daysBetween(from, addDays(input.day, -1)) : [];
    const settled = gaps.length === 0 ? new Set() : await settledDays(staging);
    return {
      window,
      staleDays: await staleDays(staging, window),
      gaps: gaps.filter((day) => !settled.has(day)),
      waitUntilMs: waitUntilMs(input.day, settings.waitUntil),
      parkMs: settings.parkMs,
      fetchAlarmMs: FETCH_ALARM_MS,
      slicesPerRun: settings.slicesPerRun,
      hasCanary: settings.hasCanary,
      readers: readers.length,
      ...(await drainedIn(staging)),
    };
  };
}

/** Days that have a report, and days that were waived: neither is a gap. */
async function settledDays({ reports, waivedDays }: Staging): Promise<Set<string>> {
  return (await reports.days()).union(await waivedDays.list());
}

/** Days whose run died after it had archived something: their books are closed by this one. */
async function staleDays({ reports }: Staging, days: readonly string[]): Promise<string[]> {
  const balances = await Promise.all(days.map((day) => reports.balances(day)));
  return days.filter((_, at) => balances[at] === false);
}
