import { ScheduleNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';

import type { ConnectorConfig } from '../config/config.ts';
import { toSeconds } from '../domain/archive-day.ts';
import { scheduleId } from '../domain/ids.ts';
import { HELD_PREFIX } from '../staging/layout.ts';
import type { Staging } from '../staging/staging.ts';
import { dueDays, withoutReport } from './missed-days.ts';
import { snapshotOf } from './progress.ts';
import { O2_ARCHIVE_DAY, quoted } from './search-attributes.ts';
import type { Session, TemporalAccess } from './session.ts';
import type { AlarmRow, DayRow, HeldRow, RunRow, ScheduleRow } from './status-text.ts';

const DAYS_SHOWN = 10;
/** Closed runs of a day that are shown. */
const RUNS_SHOWN = 20;

/** The day workflows that run now; for one day also those that ended. */
export async function dayRuns(
  session: Session,
  access: TemporalAccess,
  connector: string,
  day: string | undefined,
): Promise<RunRow[]> {
  const which = day === undefined ? `ExecutionStatus = 'Running'` : `O2ArchiveDay = ${quoted(day)}`;
  const query = `WorkflowType = 'archiveDay' AND O2Connector = ${quoted(connector)} AND ${which}`;
  const rows: RunRow[] = [];
  for await (const run of listed(access.client, query)) {
    const isRunning = run.status.name === 'RUNNING';
    const progress = isRunning
      ? await snapshotOf(access, { workflowId: run.workflowId }, session.now())
      : null;
    rows.push({
      connector,
      day: run.typedSearchAttributes.get(O2_ARCHIVE_DAY) ?? null,
      workflowId: run.workflowId,
      runId: run.runId,
      status: run.status.name,
      startedAt: toSeconds(run.startTime.getTime()),
      progress:
        progress === null
          ? null
          : {
              stage: progress.stage,
              items: progress.items,
              settled: progress.settled,
              notArchived: progress.notArchived,
            },
    });
    if (rows.length === RUNS_SHOWN) break;
  }
  return rows;
}

function listed(client: Client, query: string) {
  return client.workflow.list({ query, pageSize: RUNS_SHOWN });
}

export async function scheduleState(
  { client }: TemporalAccess,
  { id }: ConnectorConfig,
): Promise<ScheduleRow> {
  try {
    const { state, info } = await client.schedule.getHandle(scheduleId(id)).describe();
    const [next] = info.nextActionTimes;
    return {
      connector: id,
      scheduleId: scheduleId(id),
      state: state.paused ? 'paused' : 'active',
      note: emptyAsNull(state.note),
      next: next === undefined || state.paused ? null : toSeconds(next.getTime()),
    };
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    return { connector: id, scheduleId: scheduleId(id), state: 'none', note: null, next: null };
  }
}

/** The server gives a schedule without a note an empty one. */
export function emptyAsNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** What the last days came to, newest first; or the one day. */
export async function daysOf(
  staging: Staging,
  connector: string,
  day: string | undefined,
): Promise<DayRow[]> {
  const newest = [...(await staging.reports.days())].sort().reverse();
  const days = day === undefined ? newest.slice(0, DAYS_SHOWN) : [day];
  const rows: DayRow[] = [];
  for (const each of days) {
    const report = await staging.reports.latest(each);
    if (report === null) continue;
    const { outcome, balances, books, number, writtenAt } = report;
    const signed = await staging.signatures.of(each);
    const isSigned = signed.some((signature) => signature.report === number);
    const row = { connector, day: each, outcome, balances, books, report: number, writtenAt };
    rows.push({ ...row, isSigned });
  }
  return rows;
}

/** The alarms that stand, oldest first. */
export async function standingAlarms(staging: Staging, connector: string): Promise<AlarmRow[]> {
  const alarms = await staging.alarms.list();
  return alarms
    .map(({ code, subject, raisedAt, workflowId, runId }) => ({
      ...{ connector, code, subject, raisedAt, workflowId, runId },
    }))
    .sort((a, b) => a.raisedAt.localeCompare(b.raisedAt));
}

/** How many items and people are held, of all days. */
export async function heldItems(staging: Staging, connector: string): Promise<HeldRow> {
  const people = new Set<string>();
  const items = new Set<string>();
  for await (const path of staging.state.list(HELD_PREFIX)) {
    const [person, file] = path.slice(HELD_PREFIX.length).split('/');
    if (person === undefined || file === undefined) continue;
    people.add(person);
    items.add(file);
  }
  return { connector, people: people.size, items: items.size };
}

/** Days since `startDay` whose time has come and that have no report, oldest first. */
export async function missingDays(
  staging: Staging,
  { startDay, schedule }: ConnectorConfig,
  nowMs: number,
): Promise<string[]> {
  const sinceStart = { startDay, schedule: { ...schedule, catchupDays: MAX_DAYS_LOOKED_AT } };
  return withoutReport(staging, dueDays(sinceStart, Number.NEGATIVE_INFINITY, nowMs));
}

/** Ten years: a limit against a startDay that is a slip of the pen. */
const MAX_DAYS_LOOKED_AT = 3_660;
