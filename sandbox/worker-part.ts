import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startScript, untilReady } from './part.ts';
import type { Part, PartEnd } from './part.ts';

const READY_TIMEOUT_MS = 120_000;
const RESTART_DELAY_MS = 1_000;
/** A worker that ends sooner than this after its start has a fault that a restart does not cure. */
const SHORT_LIFE_MS = 10_000;
const MAX_SHORT_LIVES = 3;
/** Longer than the worker's own grace for activities in flight. */
const GRACE_MS = 40_000;

export interface WorkerOptions {
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

/** Starts the worker and, as a service manager would, starts it again when it ends by itself. */
export async function keepWorker(options: WorkerOptions): Promise<KeptWorker> {
  let current = await startWorker(options);
  let isStopping = false;
  const keep = async (): Promise<string | null> => {
    for (let shortLives = 0; ;) {
      const startedAt = Date.now();
      const end = await current.ended;
      if (isStopping) return null;
      shortLives = Date.now() - startedAt < SHORT_LIFE_MS ? shortLives + 1 : 0;
      if (shortLives >= MAX_SHORT_LIVES) {
        return `The worker ended ${shortLives} times right after its start; see ${options.logFile}.`;
      }
      options.say(`The worker ended (${describeEnd(end)}); starting it again.`);
      await sleep(RESTART_DELAY_MS);
      current = await startWorker(options);
      options.say(`The worker is ready again (process ${current.pid()}).`);
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
      isStopping = true;
      await current.stop();
      rmSync(options.pidFile, { force: true });
    },
  };
}

async function startWorker({ environment, logFile, pidFile }: WorkerOptions): Promise<Part> {
  const part = startScript({
    name: 'the worker',
    script: fileURLToPath(new URL('../src/worker.ts', import.meta.url)),
    arguments: [],
    environment,
    logFile,
    graceMs: GRACE_MS,
  });
  writeFileSync(pidFile, String(part.pid()));
  await untilReady(part, READY_TIMEOUT_MS, () =>
    /^worker ready$/m.test(part.output()) ? true : null,
  );
  return part;
}

function describeEnd({ code, signal }: PartEnd): string {
  return signal ?? `exit code ${String(code)}`;
}
