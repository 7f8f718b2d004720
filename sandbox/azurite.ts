import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startProgram, untilReady } from './part.ts';
import type { Part } from './part.ts';

const ACCOUNT = 'o2sandbox';
const READY_TIMEOUT_MS = 60_000;

export interface AzuriteOptions {
  /** Holds the blobs and the account's key; created when it is not there. */
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface Azurite {
  readonly part: Part;
  readonly account: string;
  /** `http://127.0.0.1:10000/o2sandbox` */
  readonly endpoint: string;
  readonly connectionString: string;
  /**
   * Its last run in this folder did not end in order. Azurite writes its index late, so blobs that it
   * had acknowledged may be missing.
   */
  readonly wasKilled: boolean;
}

/**
 * Starts a real Azurite blob service on loopback, with an account key of its own (the default one is
 * public), and waits until it answers. Its end is by SIGINT, which lets it write its index.
 */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  mkdirSync(options.folder, { recursive: true });
  const key = accountKey(options.folder);
  const marker = join(options.folder, 'running');
  const wasKilled = existsSync(marker);
  const part = startProgram({
    name: 'Azurite',
    command: process.execPath,
    arguments: [
      azuriteScript(),
      ...['--location', join(options.folder, 'data')],
      ...['--blobHost', '127.0.0.1'],
      ...['--blobPort', String(options.port)],
      '--silent',
      '--disableTelemetry',
    ],
    environment: { ...options.environment, AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
    logFile: options.logFile,
    signal: 'SIGINT',
    marker,
  });
  const endpoint = `http://127.0.0.1:${options.port}/${ACCOUNT}`;
  await untilReady(part, READY_TIMEOUT_MS, () => answers(endpoint));
  return {
    part,
    account: ACCOUNT,
    endpoint,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};BlobEndpoint=${endpoint};`,
    wasKilled,
  };
}

function azuriteScript(): string {
  const manifest = createRequire(import.meta.url).resolve('azurite/package.json');
  return join(dirname(manifest), 'dist/src/blob/main.js');
}

/** One key per state folder: the blobs' owner stays the same from start to start. */
function accountKey(folder: string): string {
  const file = join(folder, 'account-key');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const key = randomBytes(64).toString('base64');
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}

/** Any answer, a refusal too, says that it listens. */
async function answers(endpoint: string): Promise<true | null> {
  try {
    await (await fetch(endpoint, { signal: AbortSignal.timeout(5_000) })).arrayBuffer();
    return true;
  } catch {
    return null;
  }
}
