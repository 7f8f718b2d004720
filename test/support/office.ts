import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync, readdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { startAzurite, type Azurite } from '../../sandbox/azurite.ts';
import { choosePort } from '../../sandbox/free-port.ts';
import {
  SAMPLE_MAPPING_CSV,
  SAMPLE_OWN_DOMAINS,
  SAMPLE_USERS,
} from '../../sandbox/sample/users.ts';
import { startTenant, type Tenant } from '../../sandbox/tenant/tenant.ts';
import type { TenantUser } from '../../sandbox/tenant/users.ts';
import { mappingVersionPath, ACTIVE_MAPPING_PATH } from '../../src/directory/active-mapping.ts';
import { parseMapping } from '../../src/directory/mapping-csv.ts';
import { staging, type Staging } from '../../src/staging/staging.ts';
import { endAll } from './ending.ts';
import { officeWorkers, type OfficeWorker } from './office-worker.ts';
import { startStorageProxy, type StorageProxy } from './storage-proxy.ts';
import { openNamespace, startTestTemporal, type TestTemporal } from './temporal.ts';

export type { OfficeWorker } from './office-worker.ts';

const SECRET = 'a-secret-of-the-tests';
/** Of the office's app. */
export const CLIENT_ID = '11111111-2222-3333-4444-555555555555';
export const TENANT_ID = '7f3cf4b5-5a3c-4d0b-9d5c-2f6a3f0e1d11';
const CLI = fileURLToPath(new URL('../../src/client.ts', import.meta.url));
/** Servers end without being asked after 25 s (sandbox/part.ts), workers after 90 s. */
const SERVER_ENDS_MS = 40_000;
const SERVERS_END_MS = 2 * SERVER_ENDS_MS;
const WORKERS_END_MS = 100_000;
const LISTENER_ENDS_MS = 10_000;

/**
 * The whole product around a test: real Temporal and Azurite, the tenant's stand-in, a site in a
 * directory, and workers as processes that can be killed. One connector, `o2`.
 */
export interface Office {
  readonly temporal: TestTemporal;
  readonly azurite: Azurite;
  readonly tenant: Tenant;
  /** Directly, past the proxy. */
  readonly staging: Staging;
  /** What stands between the workers and Azurite; null unless asked for. */
  readonly storage: StorageProxy | null;
  /** Name of the content container. */
  readonly container: string;
  /** Where package files are put. */
  readonly siteFolder: string;
  /** The same of another connector. */
  siteFolderOf(id: string): string;
  /** Writes the configuration anew; a worker reads it when it starts. */
  configure(options: Pick<OfficeOptions, 'settings' | 'others'>): void;
  readonly env: NodeJS.ProcessEnv;
  startWorker(): Promise<OfficeWorker>;
  /** Everything that all workers printed so far, those that are gone too. */
  workerOutput(): string;
  /** The operators' command line; gives its exit code and standard output. */
  cli(...args: string[]): Promise<{ code: number; out: string; err: string }>;
  activateMapping(csv: string): Promise<void>;
  stop(): Promise<void>;
}

export interface OfficeOptions {
  readonly users?: readonly TenantUser[];
  readonly mappingCsv?: string | null;
  readonly ownDomains?: readonly string[];
  readonly startDay: string;
  readonly limits?: Readonly<Record<string, number>>;
  /** Members of its `tenant`, beside those that it has. */
  readonly tenant?: Readonly<Record<string, string>>;
  /** Members of the connector's configuration, in place of those that it has otherwise. */
  readonly settings?: Readonly<Record<string, object>>;
  /** Connectors beside `o2`: each with a site and containers of its own. */
  readonly others?: readonly {
    readonly id: string;
    readonly settings?: Readonly<Record<string, object>>;
  }[];
  /** The workers' way to Azurite leads over a proxy. */
  readonly hasStorageProxy?: boolean;
  /** Servers that other offices use too: this one has a namespace and containers of its own there. */
  readonly ground?: Ground;
  /** In place of the product's own composition root of the worker. */
  readonly workerFile?: string;
}

/** What is slow to start and takes many offices beside each other. */
export interface Ground {
  readonly temporal: TestTemporal;
  readonly azurite: Azurite;
  stop(): Promise<void>;
}

export async function openGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'o2-ground-'));
  const temporal = await startTestTemporal();
  const azurite = await startAzurite({
    folder: join(folder, 'azurite'),
    port: await choosePort({ name: 'Azurite', given: null, previous: null }),
    logFile: join(folder, 'azurite.log'),
    environment: process.env,
  });
  return {
    temporal,
    azurite,
    async stop() {
      await endAll([
        { what: 'Azurite', withinMs: SERVER_ENDS_MS, end: () => azurite.part.stop() },
        { what: 'Temporal', withinMs: SERVER_ENDS_MS, end: () => temporal.stop() },
      ]).finally(() => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

export async function openOffice(options: OfficeOptions): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'o2-office-'));
  const siteFolder = join(folder, 'site');
  mkdirSync(siteFolder);
  const ground = options.ground ?? (await openGround());
  const { azurite } = ground;
  const name = options.ground === undefined ? null : `archive-${randomUUID().slice(0, 8)}`;
  const temporal = name === null ? ground.temporal : await openNamespace(ground.temporal, name);
  const container = name ?? 'archive';
  const storage =
    options.hasStorageProxy === true ? await startStorageProxy(azurite.connectionString) : null;
  const tenant = await startTenant({
    stateDirectory: join(folder, 'tenant'),
    users: options.users ?? SAMPLE_USERS,
    clientId: CLIENT_ID,
    clientSecret: SECRET,
  });
  const store = staging({
    account: { connectionString: azurite.connectionString },
    container,
  });
  for (const one of store.containers) await one.create();
  const siteFolderOf = (id: string) => join(folder, `site-${id}`);
  for (const { id } of options.others ?? []) {
    mkdirSync(siteFolderOf(id));
    const account = { connectionString: azurite.connectionString };
    const { containers } = staging({ account, container: `${container}-${id}` });
    for (const one of containers) await one.create();
  }
  const configFile = join(folder, 'o2-archiver.yaml');
  const configure = (changed: Pick<OfficeOptions, 'settings' | 'others'>) => {
    const places = { siteFolder, siteFolderOf, tenant, container };
    writeFileSync(configFile, configOf({ ...options, ...changed }, places));
  };
  configure({});
  const env = {
    ...process.env,
    O2_ARCHIVER_CONFIG: configFile,
    O2_GRAPH_SECRET: SECRET,
    O2_STAGING: (storage ?? azurite).connectionString,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.client.options.namespace,
    NODE_EXTRA_CA_CERTS: tenant.caFile,
    NODE_NO_WARNINGS: '1',
    // Commands are many and short: compiled once, each costs half.
    NODE_COMPILE_CACHE: join(tmpdir(), 'o2-test-compile-cache'),
  };
  const workers = officeWorkers(env, options.workerFile);
  const office: Office = {
    temporal,
    azurite,
    tenant,
    staging: store,
    storage,
    container,
    siteFolder,
    siteFolderOf,
    configure,
    env,
    startWorker: () => workers.start(),
    workerOutput: () => workers.output(),
    cli: (...args) => runCli(env, args),
    activateMapping: (csv) => activate(store, csv),
    async stop() {
      await endAll([
        { what: 'the workers', withinMs: WORKERS_END_MS, end: () => workers.stop() },
        { what: 'the tenant', withinMs: LISTENER_ENDS_MS, end: () => tenant.close() },
        {
          what: 'the storage proxy',
          withinMs: LISTENER_ENDS_MS,
          end: async () => storage?.close(),
        },
        {
          what: 'the servers',
          withinMs: SERVERS_END_MS,
          end: async () => (options.ground === undefined ? ground.stop() : undefined),
        },
      ]).finally(() => rmSync(folder, { recursive: true, force: true }));
    },
  };
  const csv = options.mappingCsv === undefined ? SAMPLE_MAPPING_CSV : options.mappingCsv;
  if (csv !== null) await office.activateMapping(csv);
  return office;
}

interface Places {
  readonly siteFolder: string;
  readonly siteFolderOf: (id: string) => string;
  readonly tenant: Tenant;
  readonly container: string;
}

function configOf(options: OfficeOptions, places: Places): string {
  const { siteFolder, siteFolderOf, tenant, container } = places;
  const { startDay, ownDomains = SAMPLE_OWN_DOMAINS, limits = {} } = options;
  const one = (id: string, folder: string, name: string, settings: OfficeOptions['settings']) => ({
    id,
    startDay,
    source: { directory: { path: folder }, quietSeconds: 5 },
    staging: { connectionStringEnv: 'O2_STAGING', container: name },
    tenant: {
      tenantId: TENANT_ID,
      clientId: CLIENT_ID,
      clientSecretEnv: 'O2_GRAPH_SECRET',
      ownDomains: [...ownDomains],
      graphEndpoint: tenant.url,
      authorityHost: tenant.url,
      ...options.tenant,
    },
    mailbox: { messageIdDomain: 'o2-archive.example.com' },
    limits: { settleSeconds: 1, ...limits },
    ...settings,
  });
  return stringify({
    connectors: [
      one('o2', siteFolder, container, options.settings),
      ...(options.others ?? []).map(({ id, settings }) =>
        one(id, siteFolderOf(id), `${container}-${id}`, settings),
      ),
    ],
  });
}

/** Makes the files of the site look as if they had been there for a while. */
export function settleFiles(folder: string): void {
  const anHourAgo = Math.floor(Date.now() / 1_000) - 3_600;
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), anHourAgo, anHourAgo);
}

async function activate(store: Staging, csv: string): Promise<void> {
  const { version } = parseMapping(Buffer.from(csv), 'GB');
  if (version === null) throw new Error('the mapping of the test is faulty');
  await store.state.write(mappingVersionPath(version.id), csv);
  const active = { version: version.id, activatedAt: '2026-11-01T00:00:00Z', by: 'test' };
  await store.state.write(ACTIVE_MAPPING_PATH, JSON.stringify(active));
}

async function runCli(env: NodeJS.ProcessEnv, args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}
