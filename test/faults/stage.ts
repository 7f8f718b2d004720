import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { ZipFile } from 'yazl';
import { dayWorkflowId, TASK_QUEUE } from '../../src/domain/ids.ts';
import type { DayResult } from '../../src/workflows/contracts.ts';
import {
  openOffice,
  type Ground,
  type Office,
  type OfficeOptions,
  type OfficeWorker,
} from '../support/office.ts';
import { credentialFor, trust } from '../support/test-tenant.ts';
import { witness } from './check/read-staging.ts';
import type { Cast, DayEnd, GraphAnswer, Stage } from './cell.ts';
import { itemMaker, wordOf, type GeneratedItem, type Person, type User } from './items.ts';
import { Truth } from './truth.ts';

export const CONNECTOR = 'o2';
export const MESSAGE_ID_DOMAIN = 'o2-archive.example.com';
export const DAY = '2026-11-21';
const START_DAY = '2026-11-10';
const OUR_DOMAIN = 'firm.example.com';

export interface StageOptions {
  readonly ground: Ground;
  /** Of this very trial. */
  readonly random: () => number;
  readonly office?: Partial<OfficeOptions>;
  readonly hasContainerSite?: boolean;
  readonly hasCanary?: boolean;
  readonly items?: number;
  readonly workerFile?: string;
}

export interface SetStage extends Stage {
  /** What the cell noted so far. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Sets the stage of one trial of a cell: everything in it is its own, and nothing has happened yet. */
export async function setStage(options: StageOptions): Promise<SetStage> {
  const { ground, random } = options;
  const { cast, user } = peopleOf(random);
  const canary = options.hasCanary === true ? user('Kit') : null;
  const site = options.hasContainerSite === true ? `site-${wordOf(random).slice(0, 8)}` : null;
  const office = await openOffice({
    startDay: START_DAY,
    users: [cast.ann, cast.ben, cast.cat, ...(canary === null ? [] : [canary])].map(userOf),
    mappingCsv: null,
    ownDomains: [OUR_DOMAIN],
    hasStorageProxy: true,
    ground,
    ...(canary === null ? {} : { tenant: { canaryMailbox: canary.address } }),
    ...(site === null ? {} : { settings: { source: sourceOf(site) } }),
    ...(options.workerFile === undefined ? {} : { workerFile: options.workerFile }),
    ...options.office,
  });
  trust(office.tenant.caFile);
  const { storage } = office;
  if (storage === null) throw new Error('a stage needs the proxy before its storage');
  const truth = new Truth();
  truth.keepSecret(String(office.env['O2_GRAPH_SECRET']));
  const workers: OfficeWorker[] = [];
  const notes: string[] = [];
  const { workflow } = office.temporal.client;

  const startDay: Stage['startDay'] = async ({ day = DAY, retry, workflowId } = {}) => {
    const handle = await workflow.start('archiveDay', {
      taskQueue: TASK_QUEUE,
      workflowId: workflowId ?? dayWorkflowId(CONNECTOR, day),
      args: [{ connector: CONNECTOR, day, ...(retry === undefined ? {} : { retry }) }],
    });
    return {
      workflowId: handle.workflowId,
      runId: handle.firstExecutionRunId,
      async end() {
        const end = await endOf(handle.result() as Promise<DayResult>);
        truth.witness(await witness(ground.azurite.connectionString, office.container));
        return end;
      },
    };
  };
  return {
    day: DAY,
    office: { ...office, storage },
    ground,
    siteContainer: site,
    cast,
    canary,
    make: itemMaker(DAY, random),
    truth,
    random,
    items: (usual) => options.items ?? usual,
    note: (text) => void notes.push(text),
    expect: (item, end) => truth.expect(item, end),
    async deliver(
      items,
      { day = DAY, number = 1, changedAt = anHourAgo(), isStored = false } = {},
    ) {
      const name = `${day.replaceAll('-', '')}0000-TeleMessage_${String(number)}_20261125010000`;
      const path = join(office.siteFolder, `${name}.zip`);
      await writePackage(path, name, items, { compress: !isStored });
      utimesSync(path, changedAt, changedAt);
      if (site !== null) await upload(ground, site, path);
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      truth.delivered({ day, package: name, sha256, items, isRefused: false });
      return name;
    },
    hire() {
      const hired = user('Hal');
      office.tenant.addUser(userOf(hired));
      return hired;
    },
    async startWorker() {
      const worker = await office.startWorker();
      workers.push(worker);
      return worker;
    },
    workers: () => workers.filter((worker) => worker.isRunning()),
    startDay,
    runDay: async (input) => (await startDay(input)).end(),
    ask: (method, path, body) => asAdministrator(office, method, path, body),
    created: () => sumOf(office.tenant.counters().created),
    requested: (kind) => office.tenant.counters().requests[kind] ?? 0,
    notes,
    close: () => office.stop(),
  };
}

function sourceOf(container: string): object {
  return { azureBlob: { connectionStringEnv: 'O2_STAGING', container }, quietSeconds: 0 };
}

async function upload({ azurite }: Ground, container: string, path: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const client = service.getContainerClient(container);
  await client.createIfNotExists();
  await client.getBlockBlobClient(basename(path)).uploadFile(path);
}

function anHourAgo(): Date {
  return new Date(Date.now() - 3_600_000);
}

/** Writes the zip that the vendor would: the items' files and their list. */
async function writePackage(
  path: string,
  name: string,
  items: readonly GeneratedItem[],
  how: { readonly compress: boolean },
): Promise<void> {
  const zip = new ZipFile();
  for (const { eml, entry } of items) zip.addBuffer(eml, entry, how);
  const manifest = [`Count: ${String(items.length)}`, ...items.map(({ entry }) => entry), ''];
  zip.addBuffer(Buffer.from(manifest.join('\r\n')), `${name}.mf`);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

async function asAdministrator(
  { tenant, env }: Office,
  method: string,
  path: string,
  body?: object,
): Promise<GraphAnswer> {
  const credential = credentialFor(tenant, env['O2_GRAPH_SECRET']);
  const { token } = await credential.getToken(`${tenant.url}/.default`);
  const response = await fetch(`${tenant.url}/v1.0${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      prefer: 'IdType="ImmutableId"',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${String(response.status)} for ${method} ${path}`);
  const text = await response.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Partial<GraphAnswer>;
  return { status: response.status, id: json.id ?? '', value: json.value ?? [] };
}

async function endOf(result: Promise<DayResult>): Promise<DayEnd> {
  try {
    return { result: await result, failure: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : (cause?.name ?? '');
    return { result: null, failure: { type, message: cause?.message ?? '' } };
  }
}

/** Makes people whose names, numbers and addresses are this trial's alone. */
function peopleOf(random: () => number) {
  let place = 0;
  const person = (first: string, domain: string): Person => {
    place += 1;
    const word = wordOf(random).slice(0, 10);
    return {
      id: null,
      name: `${first} Q${word}`,
      // Ofcom keeps 07700 900000 to 900999 for fiction.
      number: `447700900${String(100 + place * 7)}`,
      address: `${first.toLowerCase()}.q${word}@${domain}`,
    };
  };
  const user = (first: string): User => ({ ...person(first, OUR_DOMAIN), id: uuidOf(random) });
  const cast: Cast = {
    ann: user('Ann'),
    ben: user('Ben'),
    cat: user('Cat'),
    dan: person('Dan', OUR_DOMAIN),
    eve: person('Eve', 'elsewhere.example.net'),
  };
  return { cast, user };
}

function uuidOf(random: () => number): string {
  const word = wordOf(random);
  return `${word.slice(0, 8)}-${word.slice(8, 12)}-4${word.slice(13, 16)}-8${word.slice(17, 20)}-${word.slice(20, 32)}`;
}

/** The user of the tenant's stand-in that a person is. */
export function userOf({ id, address, name }: User) {
  return {
    id,
    userPrincipalName: address,
    mail: address,
    displayName: name,
    accountEnabled: true,
  };
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
