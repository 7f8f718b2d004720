import type { BatchProgress, DayProgress, DayStage, Drained } from '../workflows/contracts.ts';
import { PROGRESS_QUERY } from '../workflows/contracts.ts';
import type { StartedDay } from './days.ts';
import type { TemporalAccess } from './session.ts';
import { counted, grouped } from './table.ts';

/** How far a day is, its running batches counted in. */
export interface Snapshot {
  readonly stage: DayStage;
  readonly packages: number;
  /** The oldest of the days that the run works off; null when its worker does not tell. */
  readonly since: string | null;
  readonly items: number;
  readonly settled: number;
  readonly notArchived: number;
  /** When the run began, epoch milliseconds. */
  readonly startedMs: number;
  /** While the connector is drained: nothing more is started. */
  readonly drained?: Drained;
  /** When it was asked, epoch milliseconds. */
  readonly atMs: number;
}

/** Where a day is, or its dry run. */
export type ShownStage = DayStage | 'rehearse';

/** How far a day is, or its dry run. */
export interface ShownSnapshot extends Omit<Snapshot, 'stage'> {
  readonly stage: ShownStage;
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
    since: day.since ?? null,
    items: day.items,
    settled: Math.min(day.items, day.settled + sum((batch) => batch.settled)),
    notArchived: day.notArchived + sum((batch) => batch.notArchived),
    startedMs: Date.parse(day.startedAt),
    ...(day.drained === undefined ? {} : { drained: day.drained }),
    atMs: nowMs,
  };
}

export const STAGE_WORDS: Readonly<Record<ShownStage, string>> = {
  waiting: 'waiting for a package',
  fetch: 'fetching packages',
  stage: 'checking packages',
  archive: 'archiving items',
  rehearse: 'trying items',
  reconcile: 'writing the report',
  done: 'done',
};

/** `155 of 310 items since 2026-11-16`: those of the days before are counted too. */
export function countWords(
  day: string,
  { settled, items, since }: Pick<Snapshot, 'settled' | 'items' | 'since'>,
): string {
  const days = since === null || since === day ? '' : ` since ${since}`;
  return `${grouped(settled)} of ${counted(items, 'item')}${days}`;
}

/** Items a second between two snapshots, and the time that the rest takes at that rate. */
export function pace(
  first: Pick<Snapshot, 'settled' | 'atMs'>,
  now: Pick<Snapshot, 'settled' | 'items' | 'atMs'>,
): { perSecond: number | null; secondsLeft: number | null } {
  const seconds = (now.atMs - first.atMs) / 1000;
  const settled = now.settled - first.settled;
  if (seconds <= 0 || settled <= 0) return { perSecond: null, secondsLeft: null };
  const perSecond = settled / seconds;
  return { perSecond, secondsLeft: Math.ceil((now.items - now.settled) / perSecond) };
}

/** What is measured over much longer tells of what is over. */
const PACE_OVER_MS = 60_000;
/** Over less it jumps. */
const PACE_LEAST_MS = 5_000;

/** A batch that ends between two questions is missed for a moment: progress never goes back for it. */
export function notBehind<T extends ShownSnapshot>(now: T, last: ShownSnapshot | null): T {
  return {
    ...now,
    settled: Math.max(now.settled, last?.settled ?? 0),
    notArchived: Math.max(now.notArchived, last?.notArchived ?? 0),
  };
}

/** A look at a run, and its pace. */
export type Paced = ShownSnapshot & ReturnType<typeof pace>;

/** Runs that are looked at again and again. */
export interface Paces {
  /**
   * The pace of the last minute, 0 when nothing moved in it. Until a minute was watched it is that
   * since the run began, where nothing moved so far. Null while the run is drained.
   */
  of(workflowId: string, now: ShownSnapshot): Paced;
}

export function paces(): Paces {
  const looks = new Map<string, ShownSnapshot[]>();
  return {
    of(workflowId, seenNow) {
      const seen = looks.get(workflowId) ?? [];
      const now = notBehind(seenNow, seen.at(-1) ?? null);
      const minuteAgo = seen.findLastIndex(({ atMs }) => now.atMs - atMs >= PACE_OVER_MS);
      const recent = seen.slice(Math.max(0, minuteAgo)).filter(({ stage }) => stage === now.stage);
      looks.set(workflowId, [...recent, now]);
      return { ...now, ...paceOf(recent[0], now) };
    },
  };
}

function paceOf(first: ShownSnapshot | undefined, now: ShownSnapshot): ReturnType<typeof pace> {
  const isWorking = now.stage === 'archive' || now.stage === 'rehearse';
  if (!isWorking || now.drained !== undefined) return { perSecond: null, secondsLeft: null };
  const watchedMs = first === undefined ? 0 : now.atMs - first.atMs;
  const measured =
    first === undefined || watchedMs < PACE_LEAST_MS
      ? { perSecond: null, secondsLeft: null }
      : pace(first, now);
  if (measured.perSecond !== null) return measured;
  if (watchedMs >= PACE_OVER_MS) return { perSecond: 0, secondsLeft: null };
  return pace({ settled: 0, atMs: now.startedMs }, now);
}

/** How long ago: `12 min 4 s`, `21 days`. */
export function age(at: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(at)) / 1_000);
  return seconds < 2 * 86_400 ? duration(seconds) : counted(Math.floor(seconds / 86_400), 'day');
}

/** `2 min 5 s` */
export function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${String(hours)} h ${String(minutes)} min`;
  const rest = `${String(Math.floor(seconds % 60))} s`;
  return minutes > 0 ? `${String(minutes)} min ${rest}` : rest;
}
