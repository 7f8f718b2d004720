import type { Clock } from '../../src/mailbox/clock.ts';

/** A clock whose hands only the test turns. */
export interface HandClock extends Clock {
  /** Turns the hands, waking every sleeper at its time. */
  pass(ms: number): Promise<void>;
  /** Turns them from sleeper to sleeper until the promise is settled. */
  runUntil(done: Promise<unknown>): Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  wake(): void;
}

export function handClock(startMs = Date.parse('2026-11-23T02:00:00Z')): HandClock {
  let nowMs = startMs;
  /** The next to wake last. */
  let sleepers: Sleeper[] = [];

  const insert = (sleeper: Sleeper): void => {
    let low = 0;
    let high = sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sleepers[middle]!.atMs > sleeper.atMs) low = middle + 1;
      else high = middle;
    }
    sleepers.splice(low, 0, sleeper);
  };
  const wakeNext = async (untilMs: number): Promise<boolean> => {
    const next = sleepers.at(-1);
    if (next === undefined || next.atMs > untilMs) return false;
    sleepers.pop();
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    await turn();
    return true;
  };

  return {
    nowMs: () => nowMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const sleeper: Sleeper = { atMs: nowMs + ms, wake: resolve };
        insert(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          reject(signal.reason as Error);
        });
      });
    },
    async pass(ms) {
      const untilMs = nowMs + ms;
      await turn();
      while (await wakeNext(untilMs));
      nowMs = untilMs;
      await turn();
    },
    async runUntil(done) {
      let isDone = false;
      void done.finally(() => {
        isDone = true;
      });
      await turn();
      const isSettled = (): boolean => isDone;
      while (!isSettled() && (await wakeNext(Infinity)));
      await done;
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
async function turn(): Promise<void> {
  for (let at = 0; at < 12; at += 1) await Promise.resolve();
}
