import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BlobServiceClient } from '@azure/storage-blob';
import { choosePort } from '../sandbox/free-port.ts';
import { readyLine, startScript, untilReady, type Part } from '../sandbox/part.ts';
import { findTemporalCli } from '../sandbox/setup/temporal-cli.ts';
import { startTemporal, type TemporalServer } from '../sandbox/temporal-server.ts';
import { BENCH_DOMAIN } from './generate-day.ts';
import { TenantControl } from './tenant-control.ts';

const READY_TIMEOUT_MS = 120_000;
const CLIENT_ID = '0be4c400-1111-4111-8111-000000000001';
const TENANT_ID = '0be4c400-2222-4222-8222-000000000002';
const FLOOR_QUEUE = 'floor';

export interface StageOptions {
  /** The tenant's, as its `--users` file wants them. */
  readonly users: readonly object[];
  /** One for each round: nothing of an earlier round is there. */
  readonly connectors: readonly BenchConnector[];
  /** First day that is archived. */
  readonly startDay: string;
  readonly contenders: readonly Contender[];
  /** Takes CPU profiles of the workers, one folder each; null takes none. */
  readonly profileFolder: string | null;
}

export interface BenchConnector {
  readonly id: string;
  /** Folder with the packages of its site. */
  readonly site: string;
}

export type Contender = 'floor' | 'product';

/** What went out of storage and into it. */
export interface BlobBytes {
  readonly read: number;
  readonly written: number;
}

/** Everything that a round runs on, each in a process of its own. */
export interface Stage {
  readonly temporal: TemporalServer;
  readonly tenant: TenantControl;
  readonly parts: Readonly<Record<'temporal' | 'tenant' | 'blob', Part>>;
  readonly workers: Readonly<Partial<Record<Contender, Part>>>;
  readonly queues: Readonly<Record<Contender, string>>;
  blobRequests(): Promise<number>;
  blobBytes(): Promise<BlobBytes>;
  /** The product's worker ends, and another one comes that remembers nothing. */
  renewWorker(): Promise<void>;
  close(): Promise<void>;
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'o2-bench-'));
  const started: Part[] = [];
  const close = async () => {
    for (const part of started.toReversed()) await part.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const add = (part: Part): Part => {
    started.push(part);
    return part;
  };
  try {
    const temporal = await startServer(folder);
    add(temporal.part);
    const blob = add(script('blob stub', './blob-stub/main.ts', folder, ['0']));
    const { tenant, part: tenantPart } = await startTenant(folder, options.users, add);
    const blobPort = Number((await untilReady(blob, READY_TIMEOUT_MS, lineOf(blob)))['port']);
    const connection = connectionString(blobPort);
    const workers: Partial<Record<Contender, Part>> = {};
    const access = configure(folder, options, { temporal, tenant, connection });
    const startWorker = (): Part => {
      const environment = { ...withProfile(process.env, options, 'product'), ...access };
      return add(script('worker', '../src/worker.ts', folder, [], environment));
    };
    if (options.contenders.includes('product')) {
      await makeContainers(connection, options.connectors);
      workers.product = startWorker();
    }
    if (options.contenders.includes('floor')) {
      const where = [temporal.address, temporal.namespace, FLOOR_QUEUE];
      const environment = withProfile(process.env, options, 'floor');
      workers.floor = add(script('floor', './floor/worker.ts', folder, where, environment));
    }
    for (const worker of Object.values(workers)) await untilPolling(worker);
    return {
      temporal,
      tenant,
      parts: { temporal: temporal.part, tenant: tenantPart, blob },
      workers,
      queues: { floor: FLOOR_QUEUE, product: 'o2-archiver' },
      blobRequests: () => blobRequests(blobPort),
      blobBytes: async () => (await ask(blobPort, 'bytes')) as BlobBytes,
      async renewWorker() {
        await workers.product?.stop();
        workers.product = startWorker();
        await untilPolling(workers.product);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function untilPolling(worker: Part): Promise<void> {
  await untilReady(worker, READY_TIMEOUT_MS, () =>
    worker.output().includes('worker ready') ? true : null,
  );
}

async function startServer(folder: string): Promise<TemporalServer> {
  return startTemporal({
    cli: await findTemporalCli(process.env),
    folder: join(folder, 'temporal'),
    port: await choosePort({ name: 'Temporal', given: null, previous: null }),
    uiPort: await choosePort({ name: 'the Web UI', given: null, previous: null }),
    logFile: join(folder, 'temporal.log'),
    environment: process.env,
  });
}

function script(
  name: string,
  path: string,
  folder: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Part {
  return startScript({
    name,
    script: fileURLToPath(new URL(path, import.meta.url)),
    arguments: parameters,
    environment,
    logFile: join(folder, `${name.replaceAll(' ', '-')}.log`),
  });
}

const lineOf = (part: Part) => () => readyLine(part.output());

async function startTenant(
  folder: string,
  benchUsers: readonly object[],
  add: (part: Part) => Part,
): Promise<{ tenant: TenantControl; part: Part }> {
  const state = join(folder, 'tenant');
  mkdirSync(state);
  const users = join(folder, 'users.json');
  writeFileSync(users, JSON.stringify(benchUsers));
  const [secret, controlKey] = [randomUUID(), randomUUID()];
  const part = add(
    script('tenant', '../sandbox/tenant/main.ts', folder, [
      ...['--state', state, '--users', users],
      ...['--client-id', CLIENT_ID, '--client-secret', secret, '--control-key', controlKey],
    ]),
  );
  const ready = await untilReady(part, READY_TIMEOUT_MS, lineOf(part));
  const caFile = String(ready['caFile']);
  const tenant = new TenantControl({
    port: Number(ready['port']),
    ca: readFileSync(caFile, 'utf8'),
    caFile,
    secret,
    controlKey,
  });
  // Four at once stays: the worker's lanes are part of what is measured. The rest must not end a round.
  await tenant.change({ limits: { requests: 1e9, uploadBytes: 1e12 }, maxMessageBytes: 1e9 });
  return { tenant, part };
}

function connectionString(port: number): string {
  const key = Buffer.from('signatures are not verified').toString('base64');
  return `DefaultEndpointsProtocol=http;AccountName=bench;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${String(port)}/bench;`;
}

async function makeContainers(
  connection: string,
  connectors: readonly BenchConnector[],
): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(connection);
  for (const { id } of connectors) {
    for (const name of [id, `${id}-books`, `${id}-state`]) {
      await service.createContainer(name);
    }
  }
}

/** Writes the configuration; gives the variables that the product's worker needs. */
function configure(
  folder: string,
  { connectors, startDay }: StageOptions,
  at: { temporal: TemporalServer; tenant: TenantControl; connection: string },
): Record<string, string> {
  const root = `https://127.0.0.1:${String(at.tenant.port)}`;
  const config = {
    connectors: connectors.map(({ id, site }) => ({
      id,
      startDay,
      source: { directory: { path: site }, quietSeconds: 0 },
      staging: { connectionStringEnv: 'O2_BENCH_STAGING', container: id },
      tenant: {
        tenantId: TENANT_ID,
        clientId: CLIENT_ID,
        clientSecretEnv: 'O2_BENCH_SECRET',
        ownDomains: [BENCH_DOMAIN],
        graphEndpoint: root,
        authorityHost: root,
      },
    })),
  };
  const file = join(folder, 'o2-archiver.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config, null, 2));
  return {
    O2_ARCHIVER_CONFIG: file,
    O2_BENCH_STAGING: at.connection,
    O2_BENCH_SECRET: at.tenant.secret,
    NODE_EXTRA_CA_CERTS: at.tenant.caFile,
    TEMPORAL_ADDRESS: at.temporal.address,
    TEMPORAL_NAMESPACE: at.temporal.namespace,
  };
}

function withProfile(
  environment: NodeJS.ProcessEnv,
  { profileFolder }: StageOptions,
  contender: Contender,
): NodeJS.ProcessEnv {
  if (profileFolder === null) return environment;
  const folder = join(profileFolder, contender);
  return { ...environment, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
}

async function ask(port: number, what: 'counters' | 'bytes'): Promise<unknown> {
  return (await fetch(`http://127.0.0.1:${String(port)}/${what}`)).json();
}

async function blobRequests(port: number): Promise<number> {
  const counts = (await ask(port, 'counters')) as Record<string, number>;
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Whoever is told to end ends what it started first: not all of the parts watch their parent. */
export function endWith(stage: Stage): void {
  const end = () => void stage.close().then(() => process.exit(1));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}
