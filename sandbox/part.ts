import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A child process of the sandbox, in a process group of its own so that Ctrl-C does not reach it. */
export interface Part {
  readonly name: string;
  /** The program itself, also when it is on a leash. */
  readonly pid: () => number;
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<PartEnd>;
  readonly isStopping: () => boolean;
  /** Ends it in order, and after its grace without asking. */
  stop(): Promise<void>;
  /** What it wrote since it was started, standard output and standard error together. */
  output(): string;
}

export interface PartEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface CommonOptions {
  /** As people see it: `Azurite`, `TeleMessage site`. */
  readonly name: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Takes its output; null hands it our own terminal. */
  readonly logFile: string | null;
  readonly graceMs?: number;
}

export interface ScriptOptions extends CommonOptions {
  /** A TypeScript file of this project that watches its parent by itself. */
  readonly script: string;
}

export interface ProgramOptions extends CommonOptions {
  readonly command: string;
  /** What ends it in order. */
  readonly signal: NodeJS.Signals;
  readonly marker?: string;
}

const GRACE_MS = 20_000;
const LEASH = fileURLToPath(new URL('./leash.ts', import.meta.url));
const NODE_ARGUMENTS = ['--disable-warning=ExperimentalWarning'];

/** Starts a script of ours. */
export function startScript(options: ScriptOptions): Part {
  return start(options, [options.script, ...options.arguments], options.graceMs ?? GRACE_MS);
}

/** Starts a program that is not ours, on a leash (leash.ts): it cannot outlive this process. */
export function startProgram(options: ProgramOptions): Part {
  const graceMs = options.graceMs ?? GRACE_MS;
  const marker = options.marker === undefined ? [] : ['--marker', options.marker];
  const leash = ['--signal', options.signal, '--grace-ms', String(graceMs), ...marker];
  const program = [options.command, ...options.arguments];
  return start(options, [LEASH, ...leash, '--', ...program], graceMs + 5_000);
}

/**
 * Waits until `probe` gives something other than null.
 * @throws when the part ends first, or the time is over; with its last words. The part is stopped.
 */
export async function untilReady<T>(
  part: Part,
  timeoutMs: number,
  probe: () => T | null | Promise<T | null>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  const state = { hasEnded: false };
  void part.ended.then(() => (state.hasEnded = true));
  while (Date.now() < deadline) {
    const found = await probe();
    if (found !== null) return found;
    if (state.hasEnded) throw new Error(`${part.name} ended while it started.${lastWords(part)}`);
    await sleep(50);
  }
  await part.stop();
  throw new Error(`${part.name} was not ready after ${timeoutMs / 1000} s.${lastWords(part)}`);
}

/** The first line of the output that is a JSON object with `ready: true`, or null. */
export function readyLine(output: string): Readonly<Record<string, unknown>> | null {
  for (const line of output.split('\n').slice(0, -1)) {
    if (!line.startsWith('{')) continue;
    try {
      const value = JSON.parse(line) as Record<string, unknown>;
      if (value['ready'] === true) return value;
    } catch {
      // A log line that only looks like one.
    }
  }
  return null;
}

function start(options: CommonOptions, nodeArguments: string[], patienceMs: number): Part {
  const log = openLog(options.logFile);
  const output = log?.descriptor ?? 'inherit';
  const spawnOptions: SpawnOptions = {
    stdio: [log === null ? 'inherit' : 'ignore', output, output, 'ipc'],
    env: options.environment,
    detached: true,
  };
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, ...nodeArguments], spawnOptions);
  if (log !== null) closeSync(log.descriptor);
  // The channel is there to tell the child when we are gone; it must not keep us alive.
  child.channel?.unref();
  return control(options, child, log?.startsAt ?? 0, patienceMs);
}

function control(
  { name, logFile }: CommonOptions,
  child: ChildProcess,
  startsAt: number,
  patienceMs: number,
): Part {
  let isStopping = false;
  let programPid: number | null = null;
  child.on('message', (message) => {
    programPid = (message as { pid?: number }).pid ?? null;
  });
  const ended = new Promise<PartEnd>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => {
      // A leash that was killed itself could not end its program.
      if (programPid !== null) killGroup(programPid);
      resolve({ code, signal });
    });
  });
  return {
    name,
    ended,
    pid: () => programPid ?? child.pid ?? 0,
    isStopping: () => isStopping,
    stop: async () => {
      isStopping = true;
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(child.pid ?? 0), patienceMs);
      await ended;
      clearTimeout(timer);
    },
    output: () => (logFile === null ? '' : readFileSync(logFile).subarray(startsAt).toString()),
  };
}

function openLog(path: string | null): { descriptor: number; startsAt: number } | null {
  if (path === null) return null;
  mkdirSync(dirname(path), { recursive: true });
  const startsAt = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return { descriptor: openSync(path, 'a', 0o600), startsAt };
}

function killGroup(pid: number): void {
  if (pid <= 0) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

function lastWords(part: Part): string {
  const lines = part.output().trim().split('\n').slice(-8);
  return lines.join('') === '' ? '' : ` Its last words:\n  ${lines.join('\n  ')}`;
}
