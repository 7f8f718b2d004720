import { setTimeout as sleep } from 'node:timers/promises';
import { openGround, type Ground } from '../support/office.ts';
import { credentialFor } from '../support/test-tenant.ts';
import { until } from '../support/until.ts';
import type { Cell, Stage } from './cell.ts';
import type { Evidence } from './check/evidence.ts';
import type { Finding } from './check/finding.ts';
import { gather } from './check/gather.ts';
import { judge } from './check/judge.ts';
import { readHistories } from './check/read-histories.ts';
import { judgeSecondRun, type SecondRun } from './check/second-run.ts';
import { randomOf, seedOf } from './random.ts';
import { terminateAll } from './running.ts';
import { setStage } from './stage.ts';

/** A cell that hangs is red, and the others go on. */
const PLAY_TIMEOUT_MS = 600_000;
/** There is nothing to do in it. */
const SECOND_RUN_MS = 300_000;
/** Longer than the cells wait for anything (test/support/until.ts). */
const LAST_WORDS_MS = 130_000;

export interface TrialOptions {
  readonly ground: Ground;
  readonly seed: number;
  readonly number: number;
  /** In place of how many a long cell makes. */
  readonly items?: number;
  /** The worker of another source than this one: a guard is off there. */
  readonly workerFile?: string;
}

export interface Trial {
  readonly cell: string;
  readonly findings: readonly Finding[];
  /** What the cell itself objected to; null when nothing. */
  readonly objection: string | null;
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Plays a cell once on a stage of its own and has everything judged that it left behind. */
export async function tryCell(cell: Cell, options: TrialOptions): Promise<Trial> {
  const startedAt = performance.now();
  const ground = cell.hasOwnGround === true ? await openGround() : options.ground;
  let findings: readonly Finding[] = [];
  let objection: string | null = null;
  let notes: readonly string[] = [];
  try {
    const stage = await setStage({
      ground,
      random: randomOf(seedOf(options.seed, `${cell.id} ${String(options.number)}`)),
      hasCanary: cell.hasCanary === true,
      hasContainerSite: cell.hasContainerSite === true,
      ...(cell.office === undefined ? {} : { office: cell.office }),
      ...(options.items === undefined ? {} : { items: options.items }),
      ...(options.workerFile === undefined ? {} : { workerFile: options.workerFile }),
    });
    try {
      notes = stage.notes;
      objection = await objectionOf(cell, stage);
      findings = await judgeAll(stage);
    } finally {
      await stage.close();
    }
  } catch (error) {
    objection ??= textOf(error);
  } finally {
    if (ground !== options.ground) await ground.stop();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return { cell: cell.id, findings, objection, notes, seconds };
}

async function objectionOf(cell: Cell, stage: Stage): Promise<string | null> {
  const { timeoutMs = PLAY_TIMEOUT_MS } = cell;
  const timer = new AbortController();
  const playing = cell.play(stage).then(() => null, textOf);
  const late = sleep(timeoutMs, true, { signal: timer.signal }).catch(() => false);
  const first = await Promise.race([playing, late]);
  timer.abort();
  if (typeof first !== 'boolean') return first;
  // Nobody may go on playing when the stage is taken down.
  await terminateAll(stage.office);
  await Promise.race([playing, sleep(LAST_WORDS_MS, undefined, { ref: false })]);
  return `not over within ${String(timeoutMs / 1_000)} s`;
}

/** I1 to I5 of what is there, then the days once more and I6. */
async function judgeAll(stage: Stage): Promise<readonly Finding[]> {
  const { office, truth } = stage;
  office.tenant.clearFaults();
  office.storage.clearFaults();
  // A copy too many may be among what comes last.
  await until('the tenant has done all late work', () =>
    office.tenant.lateWork() === 0 ? true : null,
  );
  const before = await evidenceOf(stage);
  const findings = judge(before, truth);
  if (stage.workers().length === 0) await stage.startWorker();
  const runs: SecondRun[] = [];
  for (const day of truth.days) runs.push(await runAgain(stage, day));
  return [...findings, ...judgeSecondRun(before, await evidenceOf(stage), runs)];
}

async function runAgain(stage: Stage, day: string): Promise<SecondRun> {
  const before = writesSoFar(stage);
  const timer = new AbortController();
  const late = sleep(SECOND_RUN_MS, null, { signal: timer.signal }).catch(() => null);
  const end = await Promise.race([stage.runDay({ day }), late]);
  timer.abort();
  if (end === null) {
    await terminateAll(stage.office);
    throw new Error(
      `the second run of ${day} is not over within ${String(SECOND_RUN_MS / 1_000)} s`,
    );
  }
  const { result, failure } = end;
  if (result === null) throw new Error(`the second run of ${day} failed: ${failure.message}`);
  const writes = Object.entries(writesSoFar(stage)).map(
    ([kind, count]) => [kind, count - (before[kind] ?? 0)] as const,
  );
  const { started, imported } = result.thisRun;
  return { day, started, imported, writes: Object.fromEntries(writes) };
}

/** Requests that alter something, by kind; with a canary, copies by mailbox, its own apart. */
function writesSoFar({ office, canary }: Stage): Record<string, number> {
  const { requests, created } = office.tenant.counters();
  const isWrite = (kind: string): boolean =>
    !/\.(list|get|count|bytes)$|^(token|openid|batch)$/.test(kind);
  const counts = canary === null ? requests : created;
  return Object.fromEntries(
    Object.entries(counts).filter(([name]) =>
      canary === null ? isWrite(name) : name !== canary.id,
    ),
  );
}

/** Everything is read past the proxy and by the administrator's own token. */
async function evidenceOf({ office }: Stage): Promise<Evidence> {
  const { tenant, env, azurite, container, temporal } = office;
  const credential = credentialFor(tenant, env['O2_GRAPH_SECRET']);
  return gather({
    connectionString: azurite.connectionString,
    container,
    tenant: {
      url: tenant.url,
      token: async () => (await credential.getToken(`${tenant.url}/.default`)).token,
    },
    histories: () => readHistories(temporal.client),
    logs: () => [{ where: 'log of the workers', text: office.workerOutput() }],
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
