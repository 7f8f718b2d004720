import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { holderOf, tryLock } from '../bin/lock.mjs';
import type { Ports } from './options.ts';

/** Parts of a sandbox that was killed end by themselves; a start waits this long for them. */
const LEFTOVER_TIMEOUT_MS = 40_000;

/** Where everything of one sandbox lies. */
export interface StatePaths {
  readonly root: string;
  readonly logs: string;
  readonly bin: string;
  readonly description: string;
  readonly environment: string;
  readonly connector: string;
  readonly workerPid: string;
  readonly temporal: string;
  readonly azurite: string;
  readonly tenant: string;
  readonly site: string;
  readonly hostKey: string;
  readonly users: string;
  readonly mapping: string;
}

/** Made once for each state folder. */
export interface Secrets {
  readonly sitePassword: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly controlKey: string;
}

export function statePaths(root: string): StatePaths {
  const below = (name: string): string => join(root, name);
  return {
    root,
    logs: below('logs'),
    bin: below('bin'),
    description: below('sandbox.json'),
    environment: below('env'),
    connector: below('o2-archiver.yaml'),
    workerPid: below('worker.pid'),
    temporal: below('temporal'),
    azurite: below('azurite'),
    tenant: below('tenant'),
    site: below('site'),
    hostKey: below('site-host-key'),
    users: below('users.json'),
    mapping: below('mapping.csv'),
  };
}

/** Takes the folder for this process. @throws when another sandbox runs in it */
export async function claimState(paths: StatePaths): Promise<() => void> {
  mkdirSync(paths.root, { recursive: true });
  const file = join(paths.root, 'lock');
  const release = await tryLock(file);
  if (release !== null) return release;
  throw new Error(
    `A sandbox runs already in ${paths.root} (process ${String(holderOf(file))}). Stop it there with Ctrl-C, or start another one with --state DIR.`,
  );
}

/** Removes everything but the lock. */
export function emptyState(paths: StatePaths): void {
  for (const name of readdirSync(paths.root)) {
    if (name !== 'lock') rmSync(join(paths.root, name), { recursive: true, force: true });
  }
}

/** What the last start wrote and a new one takes up: ports, and processes that may still be ending. */
export interface Previous {
  readonly ports: Ports;
  readonly processes: readonly number[];
}

export function previousStart(paths: StatePaths): Previous {
  const none = { temporal: null, ui: null, blob: null, site: null, tenant: null, mailboxes: null };
  try {
    const written = JSON.parse(readFileSync(paths.description, 'utf8')) as Partial<Previous>;
    return { ports: { ...none, ...written.ports }, processes: written.processes ?? [] };
  } catch {
    return { ports: none, processes: [] };
  }
}

/** Two Azurites on one folder would spoil it: waits for what a killed sandbox left behind. */
export async function awaitLeftovers({ processes }: Previous): Promise<void> {
  const deadline = Date.now() + LEFTOVER_TIMEOUT_MS;
  while (processes.some(isAlive) && Date.now() < deadline) await sleep(100);
}

export function secretsOf(paths: StatePaths): Secrets {
  const file = join(paths.root, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets = {
    sitePassword: randomBytes(18).toString('base64url'),
    tenantId: randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomBytes(24).toString('base64url'),
    controlKey: randomBytes(24).toString('base64url'),
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
