import type { BatchProgress, DayProgress, DayStage } from '../workflows/contracts.ts';
import { PROGRESS_QUERY } from '../workflows/contracts.ts';
import type { StartedDay } from './days.ts';
import type { TemporalAccess } from './session.ts';

/** How far a day is, its running batches counted in. */
export interface Snapshot {
  readonly stage: DayStage;
  readonly packages: number;
  readonly items: number;
  readonly settled: number;
  readonly notArchived: number;
  /** When it was asked, epoch milliseconds. */
  readonly atMs: number;
}

/** A query waits for a worker; without one the server holds it. */
const QUERY_TIMEOUT_MS = 3_000;

/** Asks the day and its running batches. Null when nobody answers: no worker, or it is over. */
export async function snapshotOf(
  { client }: TemporalAccess,
  { workflowId, runId }: Pick<StartedDay, 'workflowId'> & { runId?: string },
  nowMs: number,
): Promise<Snapshot | null> {
  const ask = async <T>(id: string, run?: string): Promise<T | null> => {
    try {
      return await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
        client.workflow.getHandle(id, run).query<T>(PROGRESS_QUERY),
      );
    } catch {
      // Progress is a courtesy: a busy worker or a finished batch must not end the command.
      return null;
    }
  };
  const day = await ask<DayProgress>(workflowId, runId);
  if (day === null) return null;
  const batches = await Promise.all(day.running.map((id) => ask<BatchProgress>(id)));
  const known = batches.filter((batch) => batch !== null);
  const sum = (count: (batch: BatchProgress) => number) =>
    known.reduce((total, batch) => total + count(batch), 0);
  return {
    stage: day.stage,
    packages: day.packages,
    items: day.items,
    settled: Math.min(day.items, day.settled + sum((batch) => batch.settled)),
    notArchived: day.notArchived + sum((batch) => batch.notArchived),
    atMs: nowMs,
  };
}

export const STAGE_WORDS: Readonly<Record<DayStage, string>> = {
  waiting: 'waiting for a package',
  fetch: 'fetching packages',
  stage: 'checking packages',
  archive: 'archiving items',
  reconcile: 'writing the report',
  done: 'done',
};

/** Items a second between two snapshots, and the time that the rest takes at that rate. */
export function pace(
  first: Snapshot,
  now: Snapshot,
): { perSecond: number | null; secondsLeft: number | null } {
  const seconds = (now.atMs - first.atMs) / 1000;
  const settled = now.settled - first.settled;
  if (seconds <= 0 || settled <= 0) return { perSecond: null, secondsLeft: null };
  const perSecond = settled / seconds;
  return { perSecond, secondsLeft: Math.ceil((now.items - now.settled) / perSecond) };
}

/** `2 min 5 s` */
export function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${String(hours)} h ${String(minutes)} min`;
  const rest = `${String(Math.floor(seconds % 60))} s`;
  return minutes > 0 ? `${String(minutes)} min ${rest}` : rest;
}
