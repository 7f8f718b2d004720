import { ScheduleNotFoundError } from '@temporalio/client';

import type { ConnectorConfig } from '../config/config.ts';
import { toSeconds } from '../domain/archive-day.ts';
import { scheduleId } from '../domain/ids.ts';
import type { Paces } from './progress.ts';
import { snapshotOf } from './progress.ts';
import { rehearsalSnapshot } from './rehearse.ts';
import { O2_ARCHIVE_DAY, quoted } from './search-attributes.ts';
import type { Session, TemporalAccess } from './session.ts';
import type { RunProgress, RunRow, ScheduleRow } from './status-document.ts';

/** The workflow type of a dry run. */
const DRY_RUN = 'rehearseDay';
/** Runs that are shown: of one day also closed ones. */
const RUNS_SHOWN = 20;

/** The runs of days that go on now, dry ones too; for one day also those that ended. */
export async function dayRuns(
  session: Session,
  access: TemporalAccess,
  connector: string,
  { day, paces }: { day: string | undefined; paces: Paces },
): Promise<RunRow[]> {
  const which = day === undefined ? `ExecutionStatus = 'Running'` : `O2ArchiveDay = ${quoted(day)}`;
  const query = `WorkflowType IN ('archiveDay', '${DRY_RUN}') AND O2Connector = ${quoted(connector)} AND ${which}`;
  const rows: RunRow[] = [];
  for await (const run of access.client.workflow.list({ query, pageSize: RUNS_SHOWN })) {
    const { workflowId, runId, status } = run;
    const dryRun = run.type === DRY_RUN;
    const look = { workflowId, runId, dryRun };
    rows.push({
      connector,
      day: run.typedSearchAttributes.get(O2_ARCHIVE_DAY) ?? null,
      ...look,
      status: status.name,
      startedAt: toSeconds(run.startTime.getTime()),
      progress: status.name === 'RUNNING' ? await progressOf(session, access, look, paces) : null,
    });
    if (rows.length === RUNS_SHOWN) break;
  }
  return rows;
}

async function progressOf(
  session: Session,
  access: TemporalAccess,
  { workflowId, runId, dryRun }: Pick<RunRow, 'workflowId' | 'runId' | 'dryRun'>,
  paces: Paces,
): Promise<RunProgress | null> {
  const found = dryRun
    ? await rehearsalSnapshot(access, { workflowId, runId }, session.now())
    : await snapshotOf(access, { workflowId }, session.now());
  if (found === null) return null;
  const { stage, packages, since, items, settled, notArchived, ...more } = paces.of(
    workflowId,
    found,
  );
  const { perSecond, secondsLeft } = more;
  const counts = { items, itemsOfDay: null, settled, notArchived };
  return { stage, packages, since, ...counts, perSecond, secondsLeft };
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
