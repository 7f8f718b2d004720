import { setTimeout as sleep } from 'node:timers/promises';

import type { DayEnd, StartedDay } from './days.ts';
import { endOfDay } from './days.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { ProgressView } from './progress-view.ts';
import { progressView } from './progress-view.ts';
import type { Snapshot } from './progress.ts';
import { snapshotOf } from './progress.ts';
import type { Session, TemporalAccess } from './session.ts';

/** Days that are watched at once; each holds one long poll. The others run all the same. */
const MAX_DAYS_WATCHED = 12;
const POLL_MS = 1_000;
/** Without any answer for so long, nobody works. */
const SILENCE_MS = 5_000;

export type Waited =
  | { readonly ends: readonly DayEnd[]; readonly interrupted: null }
  | { readonly ends: null; readonly interrupted: ExitCode };

/** Waits for all days to end and shows how far they are. Ctrl-C ends the waiting, not the days. */
export async function waitForDays(
  session: Session,
  access: TemporalAccess,
  started: readonly StartedDay[],
): Promise<Waited> {
  const view = progressView(session.output);
  const interrupt = interruption();
  try {
    const ends = await Promise.race([
      watchAll(session, access, started, view),
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

async function watchAll(
  session: Session,
  access: TemporalAccess,
  started: readonly StartedDay[],
  view: ProgressView,
): Promise<DayEnd[]> {
  const ends = new Array<DayEnd>(started.length);
  const queue = started.entries();
  const watchNext = async () => {
    for (const [at, day] of queue) ends[at] = await watch(session, access, day, view);
  };
  await Promise.all(Array.from({ length: MAX_DAYS_WATCHED }, watchNext));
  return ends;
}

/** Shows how far a day is until it ends. */
export async function watch(
  session: Session,
  access: TemporalAccess,
  day: StartedDay,
  view: ProgressView,
): Promise<DayEnd> {
  const stop = new AbortController();
  const polling = poll(session, access, day, view, stop.signal);
  try {
    const end = await endOfDay(access, day);
    view.end(day, end);
    return end;
  } finally {
    stop.abort();
    await polling;
  }
}

async function poll(
  session: Session,
  access: TemporalAccess,
  day: StartedDay,
  view: ProgressView,
  stop: AbortSignal,
): Promise<void> {
  const isStopped = () => stop.aborted;
  let silentSinceMs: number | null = session.now();
  let last: Snapshot | null = null;
  while (!isStopped()) {
    // Without the run id: a day that continued as new answers under its workflow id.
    const snapshot = await snapshotOf(access, { workflowId: day.workflowId }, session.now());
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

/** A batch that ends between two questions is missed for a moment: progress never goes back for it. */
function notBehind(now: Snapshot, last: Snapshot | null): Snapshot {
  return {
    ...now,
    settled: Math.max(now.settled, last?.settled ?? 0),
    notArchived: Math.max(now.notArchived, last?.notArchived ?? 0),
  };
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
