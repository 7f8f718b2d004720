import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { lock } from '../../bin/lock.mjs';
import { runCommand } from './run-command.ts';
import { say } from './step.ts';
import { buildWithGo, downloadWithSdk } from './temporal-cli-sources.ts';

/** The first server version with all that our workflows and the Web UI links rely on. */
const MINIMUM_SERVER = '1.29.1';

export interface TemporalCli {
  readonly path: string;
  /** Version of the server inside, `1.29.1`: it decides, the CLI's own may say 0.0.0-DEV. */
  readonly server: string;
}

/**
 * Finds the Temporal CLI, or gets it: `TEMPORAL_CLI_PATH`, `temporal` on PATH, the per-user cache,
 * the SDK's own download, `go install`. Throws with the three cures when none of them serves.
 */
export async function findTemporalCli(environment: NodeJS.ProcessEnv): Promise<TemporalCli> {
  const cached = join(cacheFolder(environment), 'temporal');
  const present = await firstThatServes([...named(environment), ...onPath(environment), cached]);
  if (present !== null) return present;

  mkdirSync(cacheFolder(environment), { recursive: true });
  const release = await lock(`${cached}.lock`, (pid) =>
    say(`Another set-up (process ${String(pid)}) is getting the Temporal CLI; waiting for it.`),
  );
  try {
    return (await firstThatServes([cached])) ?? (await get(cached, environment));
  } finally {
    release();
  }
}

/** The version of the server that a binary holds, from what `temporal --version` prints, or null. */
export function serverVersion(output: string): string | null {
  return /\(Server v?(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? null;
}

export function isNewEnough(version: string, minimum: string = MINIMUM_SERVER): boolean {
  const [ours, theirs] = [version, minimum].map((text) => text.split('.').map(Number));
  for (const [index, wanted] of (theirs ?? []).entries()) {
    const found = ours?.[index] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}

/** Where what was downloaded or built is kept, per user. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'];
  const home = environment['HOME'] ?? homedir();
  return join(
    base === undefined || base === '' ? join(home, '.cache') : base,
    'o2-archiver/temporal-cli',
  );
}

/** What a binary holds, or null with a word on standard error when it is there but does not serve. */
async function judge(path: string): Promise<TemporalCli | null> {
  if (!isExecutable(path)) return null;
  const { output } = await runCommand(path, ['--version'], { timeoutMs: 30_000 });
  const server = serverVersion(output);
  if (server !== null && isNewEnough(server)) return { path, server };
  const holds = server === null ? 'does not say its server version' : `holds server ${server}`;
  say(`${path} ${holds}; needed is ${MINIMUM_SERVER} or newer. Looking further.`);
  return null;
}

async function firstThatServes(paths: readonly string[]): Promise<TemporalCli | null> {
  for (const path of paths) {
    const cli = await judge(path);
    if (cli !== null) return cli;
  }
  return null;
}

function named(environment: NodeJS.ProcessEnv): string[] {
  const path = environment['TEMPORAL_CLI_PATH'];
  if (path === undefined || path === '') return [];
  if (!isExecutable(path)) {
    say(`TEMPORAL_CLI_PATH names ${path}, which is no executable file. Looking further.`);
  }
  return [path];
}

function onPath(environment: NodeJS.ProcessEnv): string[] {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, 'temporal')).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function get(cached: string, environment: NodeJS.ProcessEnv): Promise<TemporalCli> {
  const problems: string[] = [];
  for (const source of [downloadWithSdk, buildWithGo]) {
    const problem = await source(cached, environment);
    const cli = problem === null ? await judge(cached) : null;
    if (cli !== null) return cli;
    problems.push(problem ?? 'It brought a version that does not serve.');
  }
  throw new Error(
    [
      'The Temporal CLI is needed and could not be had:',
      ...problems.map((problem) => `  - ${problem}`),
      'Any one of these cures it:',
      '  1. install the Temporal CLI so that `temporal` is on PATH (https://docs.temporal.io/cli),',
      `  2. set TEMPORAL_CLI_PATH to a binary whose server is ${MINIMUM_SERVER} or newer,`,
      '  3. install Go 1.25 or newer; the CLI is then built from the Go module mirror.',
    ].join('\n'),
  );
}
