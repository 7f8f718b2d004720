import type { ConnectorConfig } from '../config/config.ts';
import type { Staging } from '../staging/staging.ts';
import { dueDays } from './missed-days.ts';
import type { Session } from './session.ts';
import type { AlarmRow, DayRow, DrainRow, HeldRow, RunRow, Told } from './status-document.ts';
import { weekOf } from './status-week.ts';

const DAYS_SHOWN = 10;

/** What staging tells of a connector; the runs are those that Temporal tells of. */
export async function fromStaging(
  session: Session,
  connector: ConnectorConfig,
  { day, runs }: { day: string | undefined; runs: readonly RunRow[] },
): Promise<Told> {
  const { id } = connector;
  const staging = await session.staging(connector);
  const itemsOfDay = new Map<string, number>();
  for (const { workflowId, day: own, progress } of runs) {
    if (own === null || progress === null) continue;
    const indexes = await staging.packages.listIndexes(own);
    itemsOfDay.set(
      workflowId,
      indexes.reduce((sum, { items }) => sum + items, 0),
    );
  }
  const { days, reported } = await reportedDays(staging, id, day);
  const drained = await drainRows(staging, id);
  if (day !== undefined) return { days, itemsOfDay, drained };
  const waived = await staging.waivedDays.list();
  const due = daysDue(connector, session.now());
  const withoutReport = due.filter((each) => !reported.has(each));
  const leftOut = withoutReport.filter((each) => waived.has(each));
  return {
    days,
    itemsOfDay,
    drained,
    alarms: await standingAlarms(staging, id),
    held: [await heldItems(staging, id)],
    missing: withoutReport
      .filter((each) => !waived.has(each))
      .map((each) => ({ connector: id, day: each })),
    waivedDays: (await staging.waivedDays.findAll(leftOut)).map((each) => ({
      connector: id,
      ...each,
    })),
    week: weekOf({ connector: id, days, waived, due, runs }),
  };
}

async function drainRows({ drain }: Staging, connector: string): Promise<DrainRow[]> {
  const flag = await drain.read();
  if (flag === null) return [];
  const { at: since, by, reason } = flag;
  return [{ connector, since, by, reason }];
}

interface Reported {
  /** What the newest days that have a report came to, newest first; or the one day. */
  readonly days: readonly DayRow[];
  /** Every day that has one. */
  readonly reported: ReadonlySet<string>;
}

/** One listing, and a read of each day that is shown. */
async function reportedDays(
  { reports }: Staging,
  connector: string,
  day: string | undefined,
): Promise<Reported> {
  const listed = await reports.listed(day);
  const newest = [...listed].sort(([a], [b]) => b.localeCompare(a)).slice(0, DAYS_SHOWN);
  const rows = newest.map(async ([each, { number, isSigned }]): Promise<DayRow[]> => {
    const report = await reports.numbered(each, number);
    if (report === null) return [];
    const { outcome, balances, books, writtenAt } = report;
    const row = { connector, day: each, outcome, balances, books, report: number, writtenAt };
    return [{ ...row, isSigned }];
  });
  return { days: (await Promise.all(rows)).flat(), reported: new Set(listed.keys()) };
}

/** The alarms that stand, oldest first. */
async function standingAlarms(staging: Staging, connector: string): Promise<AlarmRow[]> {
  const alarms = await staging.alarms.list();
  return alarms
    .map(({ code, subject, raisedAt, workflowId, runId }) => ({
      ...{ connector, code, subject, raisedAt, workflowId, runId },
    }))
    .sort((a, b) => a.raisedAt.localeCompare(b.raisedAt));
}

/** How many items and people are held, of all days, and which item was sent first. */
async function heldItems({ held }: Staging, connector: string): Promise<HeldRow> {
  const people = new Set<string>();
  const items = new Set<string>();
  let oldest: HeldRow['oldest'] = null;
  for await (const { person, itemKey, at } of held.list()) {
    people.add(person);
    items.add(itemKey);
    if (at !== '' && (oldest === null || at < oldest.at)) oldest = { itemKey, at };
  }
  return { connector, people: people.size, items: items.size, oldest };
}

/** Days since `startDay` whose time has come, oldest first. */
function daysDue({ startDay, schedule }: ConnectorConfig, nowMs: number): string[] {
  const sinceStart = { startDay, schedule: { ...schedule, catchupDays: MAX_DAYS_LOOKED_AT } };
  return dueDays(sinceStart, Number.NEGATIVE_INFINITY, nowMs);
}

/** Ten years: a limit against a startDay that is a slip of the pen. */
const MAX_DAYS_LOOKED_AT = 3_660;
