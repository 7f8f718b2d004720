import { setTimeout as sleep } from 'node:timers/promises';

import type { DayEnd, StartedDay } from './days.ts';
import { endOfDay } from './days.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { ProgressView } from './progress-view.ts';
import { progressView } from './progress-view.ts';
import type { ShownSnapshot } from './progress.ts';
import { notBehind, snapshotOf } from './progress.ts';
import type { Session, TemporalAccess } from './session.ts';

/** Days that are watched at once; each holds one long poll. The others run all the same. */
const MAX_DAYS_WATCHED = 12;
const POLL_MS = 1_000;
/** Without any answer for so long, nobody works. */
const SILENCE_MS = 5_000;

export type Waited<End> =
  | { readonly ends: readonly End[]; readonly interrupted: null }
  | { readonly ends: null; readonly interrupted: ExitCode };

/** How a kind of run is looked at, and how it ended. */
export interface Kind<End extends DayEnd> {
  readonly endOf: (access: TemporalAccess, day: StartedDay) => Promise<End>;
  /** Null when nobody answers. */
  readonly lookAt: (
    access: TemporalAccess,
    day: StartedDay,
    nowMs: number,
  ) => Promise<ShownSnapshot | null>;
}

const ARCHIVING: Kind<DayEnd> = {
  endOf: endOfDay,
  // Without the run id: a day that continued as new answers under its workflow id.
  lookAt: (access, { workflowId }, nowMs) => snapshotOf(access, { workflowId }, nowMs),
};

/** Waits for all days to end and shows how far they are. Ctrl-C ends the waiting, not the days. */
export function waitForDays(
  session: Session,
  access: TemporalAccess,
  started: readonly StartedDay[],
): Promise<Waited<DayEnd>> {
  return waitFor(session, access, started, ARCHIVING);
}

/** The same for days that run otherwise. */
export async function waitFor<End extends DayEnd>(
  session: Session,
  access: TemporalAccess,
  started: readonly StartedDay[],
  kind: Kind<End>,
): Promise<Waited<End>> {
  const view = progressView(session.output);
  const interrupt = interruption();
  try {
    const ends = await Promise.race([
      watchAll(session, access, started, view, kind),
      interrupt.signalled,
    ]);
    if (ends !== null) return { ends, interrupted: null };
  } finally {
    interrupt.stop();
    view.close();
  }
  session.output.note(goesOn(started, access));
  return { ends: null, interrupted: EXIT.interrupted };
}

async function watchAll<End extends DayEnd>(
  session: Session,
  access: TemporalAccess,
  started: readonly StartedDay[],
  view: ProgressView,
  kind: Kind<End>,
): Promise<End[]> {
  const ends = new Array<End>(started.length);
  const queue = started.entries();
  const watchNext = async () => {
    for (const [at, day] of queue) ends[at] = await follow(session, access, day, view, kind);
  };
  await Promise.all(Array.from({ length: MAX_DAYS_WATCHED }, watchNext));
  return ends;
}

/** Shows how far a day is until it ends. */
export function watch(
  session: Session,
  access: TemporalAccess,
  day: StartedDay,
  view: ProgressView,
): Promise<DayEnd> {
  return follow(session, access, day, view, ARCHIVING);
}

async function follow<End extends DayEnd>(
  session: Session,
  access: TemporalAccess,
  day: StartedDay,
  view: ProgressView,
  kind: Kind<End>,
): Promise<End> {
  const stop = new AbortController();
  const look = () => kind.lookAt(access, day, session.now());
  const polling = poll(session, look, day, view, stop.signal);
  try {
    const end = await kind.endOf(access, day);
    view.end(day, end);
    return end;
  } finally {
    stop.abort();
    await polling;
  }
}

async function poll(
  session: Session,
  look: () => Promise<ShownSnapshot | null>,
  day: StartedDay,
  view: ProgressView,
  stop: AbortSignal,
): Promise<void> {
  const isStopped = () => stop.aborted;
  let silentSinceMs: number | null = session.now();
  let last: ShownSnapshot | null = null;
  while (!isStopped()) {
    const snapshot = await look();
    if (isStopped()) return;
    if (snapshot !== null) {
      silentSinceMs = null;
      last = notBehind(snapshot, last);
      view.update(day, last);
    } else if (silentSinceMs !== null && session.now() - silentSinceMs > SILENCE_MS) {
      silentSinceMs = null;
      session.output.note(`No worker answers for ${day.workflowId}. Start one: npm run worker`);
    }
    await sleep(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Ctrl-C while something is waited for. */
export function interruption(): { signalled: Promise<null>; stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  const onSignal = () => resolve(null);
  process.once('SIGINT', onSignal);
  return { signalled: promise, stop: () => process.off('SIGINT', onSignal) };
}

/** What somebody who stops waiting must know. */
export function goesOn(started: readonly StartedDay[], { namespace }: TemporalAccess): string {
  const ids = started.map(({ workflowId }) => `  ${workflowId}`);
  return [
    '',
    'Stopped waiting. On the server these go on:',
    ...(ids.length === 0 ? ['  none'] : ids),
    'See how far they are:  o2-archiver status',
    `End one all the same:  temporal workflow cancel --namespace ${namespace} --workflow-id ID`,
  ].join('\n');
}
