import { dayTable } from './day-table.ts';
import type { DayEnd, StartedDay } from './days.ts';
import { exitCodeOfDays, joinedWords, startDay } from './days.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import type { ProgressView } from './progress-view.ts';
import { progressView } from './progress-view.ts';
import type { WantedDay } from './run.ts';
import { startedText } from './run.ts';
import type { Session, TemporalAccess } from './session.ts';
import { counted } from './table.ts';
import { goesOn, interruption, watch } from './wait.ts';

/** Days of one connector that run at once: each has up to a hundred items in flight. */
const DAYS_IN_FLIGHT = 4;

interface Turn {
  readonly session: Session;
  readonly access: TemporalAccess;
  readonly view: ProgressView;
  readonly started: Map<WantedDay, StartedDay>;
  readonly ends: Map<WantedDay, DayEnd>;
  isStopped: boolean;
}

/**
 * Runs many days, oldest first, a few at a time and each connector's beside the others'. Stays until
 * the last of them runs, or has ended when told to wait. Ctrl-C starts no further day; the same
 * command again goes on, because a day that is archived costs it one look. `told` is what the JSON document says
 * beside the days.
 */
export async function runInTurn(
  session: Session,
  wanted: readonly WantedDay[],
  isWaiting: boolean,
  told: object = {},
): Promise<ExitCode> {
  const access = await session.temporal();
  const view = progressView(session.output);
  const turn: Turn = {
    ...{ session, access, view, isStopped: false },
    ...{ started: new Map(), ends: new Map() },
  };
  const interrupt = interruption();
  try {
    const done = isWaiting ? 'ended' : 'started';
    const isDone = await Promise.race([runLanes(turn, wanted, done), interrupt.signalled]);
    if (isDone === null) {
      stop(turn, wanted);
      return EXIT.interrupted;
    }
  } catch (error) {
    stop(turn, wanted);
    throw error;
  } finally {
    interrupt.stop();
    view.close();
  }
  const ends = inOrder(wanted, turn.ends);
  const started = inOrder(wanted, turn.started);
  session.output.result({ ...told, days: isWaiting ? ends : started }, () =>
    isWaiting ? dayTable(ends) : startedText(started, session.webUi),
  );
  return isWaiting ? exitCodeOfDays(ends) : EXIT.done;
}

/** Resolves when all days have begun, or have ended. */
async function runLanes(
  turn: Turn,
  wanted: readonly WantedDay[],
  until: 'started' | 'ended',
): Promise<true> {
  const allStarted = Promise.withResolvers<true>();
  const onStarted = (): void => {
    if (turn.started.size === wanted.length) allStarted.resolve(true);
  };
  const lanes = [...Map.groupBy(wanted, ({ connector }) => connector).values()];
  const ended = Promise.all(lanes.map((days) => runLane(turn, days, onStarted)));
  await (until === 'ended' ? ended : Promise.race([ended, allStarted.promise]));
  return true;
}

/** One connector's days, the next when one has ended. */
async function runLane(
  turn: Turn,
  days: readonly WantedDay[],
  onStarted: () => void,
): Promise<void> {
  const { session, access, view, started, ends } = turn;
  const queue = days.entries();
  const runNext = async (): Promise<void> => {
    for (const [at, day] of queue) {
      if (turn.isStopped) return;
      // The days before it have their own runs, but for those before the first.
      const choice = { isBeforeStart: day.isBeforeStart, isOwnDayOnly: at > 0 };
      const running = await startDay(access, day.connector, day.day, choice);
      if (running.joined) session.output.note(joinedWords(running));
      started.set(day, running);
      onStarted();
      ends.set(day, await watch(session, access, running, view));
    }
  };
  await Promise.all(Array.from({ length: DAYS_IN_FLIGHT }, runNext));
}

/** Starts nothing more, and says what goes on and what does not. */
function stop(turn: Turn, wanted: readonly WantedDay[]): void {
  turn.isStopped = true;
  const running = [...turn.started].flatMap(([day, one]) => (turn.ends.has(day) ? [] : [one]));
  const left = wanted.filter((day) => !turn.started.has(day));
  const { output } = turn.session;
  if (running.length > 0 || left.length === 0) output.note(goesOn(running, turn.access));
  const [first] = left;
  if (first === undefined) return;
  output.note(
    `${counted(left.length, 'day')} not begun, from ${first.day} on. The same command goes on.`,
  );
}

function inOrder<T>(wanted: readonly WantedDay[], found: ReadonlyMap<WantedDay, T>): T[] {
  return wanted.flatMap((day) => found.get(day) ?? []);
}
