import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface OfficeWorker {
  readonly pid: number;
  isRunning(): boolean;
  /** Everything it printed so far. */
  output(): string;
  kill(): Promise<void>;
  /** By SIGTERM; gives its exit code. @throws when it had to be killed */
  stop(): Promise<number | null>;
}

/** The worker processes of one office. */
export interface OfficeWorkers {
  start(): Promise<OfficeWorker>;
  /** Everything that all of them printed so far, those that are gone too. */
  output(): string;
  /** Ends all that run. @throws as for one of them */
  stop(): Promise<void>;
}

const WORKER = fileURLToPath(new URL('../../src/worker.ts', import.meta.url));
/** What it finishes takes it up to 30 s, and a service manager waits as long as this. */
const STOP_MS = 90_000;

/** @param file in place of the product's own composition root */
export function officeWorkers(env: NodeJS.ProcessEnv, file = WORKER): OfficeWorkers {
  const running = new Set<ChildProcess>();
  const started: OfficeWorker[] = [];
  // They must not work on when the test's process is ended and has no time to stop them.
  const killAll = () => running.forEach((child) => child.kill('SIGKILL'));
  process.once('exit', killAll);
  return {
    async start() {
      const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      child.once('exit', () => running.delete(child));
      const worker = await whenReady(child);
      started.push(worker);
      return worker;
    },
    output: () => started.map((worker) => worker.output()).join(''),
    async stop() {
      const ends = await Promise.allSettled([...running].map(stopped));
      process.off('exit', killAll);
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}

async function whenReady(child: ChildProcess): Promise<OfficeWorker> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('worker ready')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`worker ended (${String(code)}): ${output}`)));
  });
  return {
    pid: child.pid ?? 0,
    isRunning: () => isRunning(child),
    output: () => output,
    async kill() {
      if (!isRunning(child)) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    stop: () => stopped(child),
  };
}

async function stopped(child: ChildProcess): Promise<number | null> {
  if (!isRunning(child)) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
  if (child.signalCode === 'SIGKILL') {
    throw new Error(`it did not end within ${String(STOP_MS / 1_000)} s of SIGTERM and was killed`);
  }
  return child.exitCode;
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
