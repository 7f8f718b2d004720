/** Starts a script of this project with a Node that runs it, and lives and ends with it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, findNode, runsLauncher } from './dependencies.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A terminal signals the whole group and npm passes the same signal on once more. */
const ECHO_MS = 250;
const PARENT_POLL_MS = 1_000;

/** Says on standard error what prevents the start, and ends with 1; else gives the Node to use. */
export async function prepare(choice) {
  try {
    if (!runsLauncher(process.version)) {
      throw new Error(`Node.js ${process.version} is too old: install Node.js 20 or newer.`);
    }
    await ensureInstalled(ROOT, choice);
    const node = findNode(ROOT);
    if (node === null) {
      throw new Error(
        `There is no packaged Node.js for ${process.platform}-${process.arch}: install Node.js 22.18 or newer (this is ${process.version}).`,
      );
    }
    return node;
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/**
 * Runs the script in a process group of its own, so that each signal reaches it once, and ends as it
 * ends. The IPC channel tells the script when this process is gone (src/parent-watch.ts).
 */
export function run(node, script, scriptArguments) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, ...scriptArguments], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  const lastAt = new Map();
  const pass = (signal) => {
    const now = Date.now();
    if (now - (lastAt.get(signal) ?? 0) < ECHO_MS) return;
    lastAt.set(signal, now);
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  watchOwnParent(() => pass('SIGTERM'));
  child.once('error', (error) => {
    process.stderr.write(`${script} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function watchOwnParent(onGone) {
  const parent = process.ppid;
  if (parent <= 1) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_POLL_MS);
  timer.unref();
}
