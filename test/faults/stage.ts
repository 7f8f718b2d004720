import {
  openOffice,
  type Ground,
  type Office,
  type OfficeOptions,
  type OfficeWorker,
} from '../support/office.ts';
import { trust } from '../support/test-tenant.ts';
import { asAdministrator } from './asking.ts';
import type { Cast, Stage } from './cell.ts';
import { witness } from './check/read-staging.ts';
import { deliverer, sourceOf } from './delivering.ts';
import { itemMaker, wordOf, type User } from './items.ts';
import { OUR_DOMAIN, peopleOf, userOf } from './people.ts';
import { starter } from './running.ts';
import { Truth } from './truth.ts';

const DAY = '2026-11-21';
const START_DAY = '2026-11-10';

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
  const container = options.hasContainerSite === true ? `site-${wordOf(random).slice(0, 8)}` : null;
  const office = await officeOf(options, { cast, canary, container });
  const { storage, tenant } = office;
  if (storage === null) throw new Error('a stage needs the proxy before its storage');
  const truth = new Truth();
  truth.keepSecret(String(office.env['O2_GRAPH_SECRET']));
  const { connectionString } = ground.azurite;
  const startDay = starter(office, DAY, async () => {
    truth.witness(await witness(connectionString, office.container));
  });
  const workers: OfficeWorker[] = [];
  const notes: string[] = [];
  return {
    ...{ day: DAY, office: { ...office, storage }, ground, siteContainer: container },
    ...{ cast, canary, truth, random, notes, startDay },
    make: itemMaker(DAY, random),
    items: (usual) => options.items ?? usual,
    note: (text) => void notes.push(text),
    expect: (item, end) => truth.expect(item, end),
    deliver: deliverer({ folder: office.siteFolder, container, connectionString }, truth, DAY),
    hire() {
      const hired = user('Hal');
      tenant.addUser(userOf(hired));
      return hired;
    },
    async startWorker() {
      const worker = await office.startWorker();
      workers.push(worker);
      return worker;
    },
    workers: () => workers.filter((worker) => worker.isRunning()),
    runDay: async (input) => (await startDay(input)).end(),
    ask: (method, path, body) => asAdministrator(office, method, path, body),
    created: () => sumOf(tenant.counters().created),
    requested: (kind) => tenant.counters().requests[kind] ?? 0,
    close: () => office.stop(),
  };
}

async function officeOf(
  options: StageOptions,
  { cast, canary, container }: { cast: Cast; canary: User | null; container: string | null },
): Promise<Office> {
  const office = await openOffice({
    startDay: START_DAY,
    users: [cast.ann, cast.ben, cast.cat, ...(canary === null ? [] : [canary])].map(userOf),
    mappingCsv: null,
    ownDomains: [OUR_DOMAIN],
    hasStorageProxy: true,
    ground: options.ground,
    ...(canary === null ? {} : { tenant: { canaryMailbox: canary.address } }),
    ...(container === null ? {} : { settings: { source: sourceOf(container) } }),
    ...(options.workerFile === undefined ? {} : { workerFile: options.workerFile }),
    ...options.office,
  });
  trust(office.tenant.caFile);
  return office;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
