import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startScript, untilReady } from './part.ts';
import type { Part, PartEnd } from './part.ts';

const READY_TIMEOUT_MS = 120_000;
const RESTART_DELAY_MS = 1_000;
/**
 * A worker that never becomes ready, or ends sooner than this after it was, may have a fault that a
 * restart does not cure; one that somebody kills twice has none.
 */
const SHORT_LIFE_MS = 10_000;
const MAX_SHORT_LIVES = 3;
/** Longer than the worker's own grace for activities in flight. */
const GRACE_MS = 40_000;

export interface WorkerOptions {
  /** The worker's program. */
  readonly script: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Holds the pid of the worker that runs, for `kill`. */
  readonly pidFile: string;
  readonly say: (text: string) => void;
}

export interface KeptWorker {
  readonly pid: () => number;
  /** Resolves with a message when it will not be started again. */
  readonly gaveUp: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the worker and, as a service manager would, starts it again when it ends by itself.
 *
 * @throws when the first one does not become ready
 */
export async function keepWorker(options: WorkerOptions): Promise<KeptWorker> {
  let current = startWorker(options);
  await untilWorks(current);
  let wantsEnd = false;
  const isStopping = () => wantsEnd;
  const keep = async (): Promise<string | null> => {
    let readyAtMs: number | null = Date.now();
    for (let shortLives = 0; ;) {
      const end = await current.ended;
      if (isStopping()) return null;
      const isShort = readyAtMs === null || Date.now() - readyAtMs < SHORT_LIFE_MS;
      shortLives = isShort ? shortLives + 1 : 0;
      if (shortLives >= MAX_SHORT_LIVES) {
        return `The worker ended ${shortLives} times right after its start; see ${options.logFile}.`;
      }
      options.say(`The worker ended (${describeEnd(end)}); starting it again.`);
      await sleep(RESTART_DELAY_MS);
      if (isStopping()) return null;
      current = startWorker(options);
      readyAtMs = await readyTime(current);
      if (readyAtMs !== null) options.say(`The worker is ready again (process ${current.pid()}).`);
    }
  };
  const keeping = keep().catch((error: unknown) => String(error));
  const gaveUp = new Promise<string>((resolve) => {
    void keeping.then((message) => {
      if (message !== null) resolve(message);
    });
  });
  return {
    pid: () => current.pid(),
    gaveUp,
    stop: async () => {
      wantsEnd = true;
      await current.stop();
      rmSync(options.pidFile, { force: true });
    },
  };
}

function startWorker({ script, environment, logFile, pidFile }: WorkerOptions): Part {
  const part = startScript({
    name: 'the worker',
    script,
    arguments: [],
    environment,
    logFile,
    graceMs: GRACE_MS,
  });
  writeFileSync(pidFile, String(part.pid()));
  return part;
}

async function untilWorks(worker: Part): Promise<void> {
  await untilReady(worker, READY_TIMEOUT_MS, () =>
    /^worker ready$/m.test(worker.output()) ? true : null,
  );
}

/** Null when it ended before it was ready: somebody may have killed it just then. */
async function readyTime(worker: Part): Promise<number | null> {
  try {
    await untilWorks(worker);
    return Date.now();
  } catch {
    // Its last words stand in its log, which the message of giving up names.
    return null;
  }
}

function describeEnd({ code, signal }: PartEnd): string {
  return signal ?? `exit code ${String(code)}`;
}
