import {
  ApplicationFailure,
  CancellationScope,
  ContinueAsNew,
  continueAsNew,
  executeChild,
  isCancellation,
  log,
  ParentClosePolicy,
  setHandler,
  sleep,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { Fetched } from '../activities/fetch.ts';
import { dayBefore } from '../domain/archive-day.ts';
import { dayWorkflowId } from '../domain/ids.ts';
import type { ArchiveDayInput, DayPlan, DayResult } from './contracts.ts';
import { archiveSlices } from './day-batches.ts';
import { bring, tell } from './day-end.ts';
import { DayState } from './day-state.ts';
import { afterTheCure, againCommand, failed, judge } from './day-verdict.ts';
import { applicationFailureIn } from './failure.ts';
import { fetch, planDay, reconcile, stage, tryCanary } from './proxies.ts';
import { parkedSignal, progressQuery } from './queries.ts';
import {
  O2_ARCHIVE_DAY,
  O2_CONNECTOR,
  SCHEDULED_BY_ID,
  SCHEDULED_START_TIME,
} from './search-attributes.ts';
import { Window } from './window.ts';

/** A scheduled run without its package looks again this often, until `waitUntil`. */
const LOOK_AGAIN_MS = 10 * 60_000;
/** Made-up days at once: each looks at the site, and their windows overlap. */
const GAPS_IN_FLIGHT = 2;

/**
 * Archives one day: fetches and stages what the site has of the days in its window, starts a child
 * workflow for every item that is open, and closes the books. Completes when they balance.
 */
export async function archiveDay(input: ArchiveDayInput): Promise<DayResult> {
  const { isScheduled, day } = whichDay(input);
  const state = new DayState(input.connector, day, input.carried);
  try {
    const result = await archive(input, state, isScheduled);
    await tell(state, null);
    return result;
  } catch (error) {
    if (error instanceof ContinueAsNew || isCancellation(error)) throw error;
    const failure = applicationFailureIn(error);
    await tell(state, failure?.type ?? 'internal-error');
    // The failure that the Web UI shows first says why and what to type, not "activity failed".
    const isOurs = error instanceof ApplicationFailure;
    if (failure === null || isOurs) throw error;
    const cure = afterTheCure(input.connector, day);
    throw failed(failure.type ?? 'internal-error', `${failure.message} ${cure}`);
  }
}

async function archive(
  input: ArchiveDayInput,
  state: DayState,
  isScheduled: boolean,
): Promise<DayResult> {
  const { connector, day } = state;
  setHandler(progressQuery, () => state.progress());
  setHandler(parkedSignal, (batchId) => state.park(batchId));
  state.drain.listen({ children: () => state.window.running, onChange: () => state.show() });
  state.drain.learn(input.carried?.drained);

  const gapWindow = new Window(GAPS_IN_FLIGHT, state.drain.isOpen);
  let healing = Promise.resolve();
  if (input.carried === undefined) {
    upsertSearchAttributes([
      { key: O2_CONNECTOR, value: connector },
      { key: O2_ARCHIVE_DAY, value: day },
    ]);
    state.plan = await planned(input, state, isScheduled);
    for (const stale of state.plan.staleDays) state.touch(stale);
    healing = healGaps(connector, state.plan.gaps, gapWindow);
    healing.catch(() => undefined);
    await gather(state);
    await state.drain.pass();
    if (state.plan.hasCanary) await tryCanary({ connector });
  }

  for (;;) {
    state.enter('archive');
    const next = await archiveSlices(state, input.retry);
    if (next !== null) {
      await healing;
      await gapWindow.drain();
      await continueAsNew<typeof archiveDay>({ ...input, day, carried: state.carried(next) });
    }
    const isOver = Date.now() + LOOK_AGAIN_MS > state.plan.waitUntilMs;
    if (state.isDelivered || !isScheduled || isOver || state.stoppedBy !== null) break;
    // What there was of other days is archived by now: from here on its own day only.
    state.awaitOwnDay();
    await sleep(LOOK_AGAIN_MS, { summary: `No package of ${day} yet: looks again` });
    await gather(state);
  }

  state.enter('reconcile');
  const result = await closeBooks(state);
  await bring(state, result);
  await healing;
  await gapWindow.drain();
  state.enter('done');
  return judge(state, result);
}

/** What was planned while the connector was drained may be days old when that ends. */
async function planned(
  { beforeStart, ownDayOnly }: ArchiveDayInput,
  { connector, day, drain }: DayState,
  isScheduled: boolean,
): Promise<DayPlan> {
  for (;;) {
    const plan = await planDay({
      connector,
      day,
      isScheduled,
      ...(beforeStart === true ? { beforeStart } : {}),
      ...(ownDayOnly === true ? { ownDayOnly } : {}),
    });
    drain.learn(plan.drained);
    if (drain.isOpen()) return plan;
    await drain.pass();
  }
}

/** The day is the input's; without one, the UTC day before the nominal time of the run. */
function whichDay(input: ArchiveDayInput): { isScheduled: boolean; day: string } {
  const info = workflowInfo();
  const nominal = info.typedSearchAttributes.get(SCHEDULED_START_TIME);
  const isScheduled = info.typedSearchAttributes.get(SCHEDULED_BY_ID) !== undefined;
  return { isScheduled, day: input.day ?? dayBefore((nominal ?? info.startTime).getTime()) };
}

/** Each earlier day without a report gets a run of its own beside this one, a few at a time. */
async function healGaps(connector: string, gaps: readonly string[], window: Window): Promise<void> {
  for (const day of gaps) {
    await window.run(day, async () => {
      try {
        await executeChild<typeof archiveDay>('archiveDay', {
          workflowId: dayWorkflowId(connector, day),
          args: [{ connector, day }],
          parentClosePolicy: ParentClosePolicy.ABANDON,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
          staticSummary: `Archive day ${day}, made up by a later run`,
        });
      } catch (error) {
        if (isCancellation(error)) throw error;
        // Its own page says what is wrong with it; it is not this day's trouble.
        log.info('GapNotHealed', { day });
      }
    });
  }
}

/** Fetches and stages what the site has of the days at hand. */
async function gather(state: DayState): Promise<void> {
  const { connector, day, days } = state;
  await state.drain.pass();
  state.enter('fetch');
  const [from = day] = days;
  const fetching = fetch.executeWithOptions({ summary: `packages of ${from} to ${day}` }, [
    { connector, window: days },
  ]);
  await stageAll(state, await orAlarm(state, fetching));
}

/** Waits on, but not in silence: a site that is away is tried for hours. */
async function orAlarm<T>(state: DayState, fetching: Promise<T>): Promise<T> {
  const watch = new CancellationScope();
  const watching = watch.run(async () => {
    await sleep(state.plan.fetchAlarmMs, {
      summary: 'An alarm, if the packages are not there by then',
    });
    await tell(state, 'fetch-delayed');
  });
  watching.catch(() => undefined);
  try {
    return await fetching;
  } finally {
    watch.cancel();
  }
}

async function stageAll(state: DayState, fetched: Fetched): Promise<void> {
  state.enter('stage');
  state.took(fetched);
  for (const { path, isIndexed, day } of fetched.packages) {
    if (isIndexed) continue;
    await state.drain.pass();
    const summary = path.slice(path.lastIndexOf('/', path.lastIndexOf('/') - 1) + 1);
    await stage.executeWithOptions({ summary }, [{ connector: state.connector, path }]);
    state.touch(day);
  }
}

/** The books of every day that this run touched, its own day's last. */
async function closeBooks(state: DayState): Promise<DayResult> {
  const { day } = state;
  const unbalanced: string[] = [];
  for (const touched of state.touchedDays.filter((other) => other !== day)) {
    const { balances } = await close(state, touched, []);
    if (!balances) unbalanced.push(touched);
  }
  if (state.isLeft && !state.isDelivered) {
    // Neither delivered nor missing: without a report it stays a gap, and the next run takes it.
    throw failed(
      'package-not-ready',
      `A package of ${day} lies at the site and cannot be taken yet: it is still being written, it breaks off, or the account may not read it. The next run takes it; or in a minute: ${againCommand(state.connector, day)}`,
    );
  }
  const result = await close(
    state,
    day,
    state.newDays.filter((other) => other !== day),
  );
  return unbalanced.length === 0 ? result : { ...result, unbalanced };
}

async function close(
  state: DayState,
  day: string,
  lateDays: readonly string[],
): Promise<DayResult> {
  const { connector } = state;
  await state.drain.pass();
  const result = await reconcile.executeWithOptions({ summary: `books of ${day}` }, [
    { connector, day, thisRun: state.countsOf(day), lateDays },
  ]);
  state.closed(day);
  return result;
}
