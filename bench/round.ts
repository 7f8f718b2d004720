import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { DayResult } from '../src/workflows/contracts.ts';
import { cpuSeconds } from './cpu.ts';
import { BENCH_DAY } from './generate-day.ts';
import type { Contender, Stage } from './stage.ts';
import type { GraphCounts } from './tenant-control.ts';

/** Visibility, timers and closing tasks of a run come after its end: they belong to its round. */
const TAIL_MS = 1_500;
const HISTORIES = 20;

export interface Round {
  readonly contender: Contender;
  readonly items: number;
  readonly wallSeconds: number;
  readonly workerSeconds: number;
  readonly temporalSeconds: number;
  readonly stubSeconds: number;
  /** Events in the history of an item's workflow, the median of some. */
  readonly eventsPerItem: number;
  /** Events in the histories of all batches. */
  readonly batchEvents: number;
  readonly graph: GraphCounts | null;
  readonly blobRequests: number;
}

const DAYS = {
  floor: { type: 'floorDay', batch: 'floorBatch', item: 'floorItem' },
  product: { type: 'archiveDay', batch: 'archiveBatch', item: 'archiveItem' },
} as const;

/** Archives one day and says what it took. @throws when not every item was archived */
export async function runRound(
  stage: Stage,
  client: Client,
  { contender, connector, items }: { contender: Contender; connector: string; items: number },
): Promise<Round> {
  await stage.tenant.reset();
  const blobBefore = await stage.blobRequests();
  const before = await readCpu(stage, contender);
  const startedAt = performance.now();
  const result = (await client.workflow.execute(DAYS[contender].type, {
    workflowId: `bench-day:${contender}:${connector}`,
    taskQueue: stage.queues[contender],
    args: [{ connector, day: BENCH_DAY, ...(contender === 'floor' ? { items } : {}) }],
  })) as Pick<DayResult, 'books'>;
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  await sleep(TAIL_MS);
  const after = await readCpu(stage, contender);
  if (result.books.imported !== items) {
    throw new Error(
      `The ${contender} archived ${String(result.books.imported)} of ${String(items)} items: ${JSON.stringify(result.books)}`,
    );
  }
  return {
    contender,
    items,
    wallSeconds,
    workerSeconds: after.worker - before.worker,
    temporalSeconds: after.temporal - before.temporal,
    stubSeconds: after.stubs - before.stubs,
    eventsPerItem: await eventsOf(client, contender, connector),
    batchEvents: await batchEventsOf(client, contender, connector),
    graph: contender === 'product' ? await stage.tenant.counts() : null,
    blobRequests: (await stage.blobRequests()) - blobBefore,
  };
}

async function readCpu(
  { parts, workers }: Stage,
  contender: Contender,
): Promise<{ worker: number; temporal: number; stubs: number }> {
  const worker = workers[contender];
  return {
    worker: worker === undefined ? 0 : await cpuSeconds(worker.pid()),
    temporal: await cpuSeconds(parts.temporal.pid()),
    stubs: (await cpuSeconds(parts.blob.pid())) + (await cpuSeconds(parts.tenant.pid())),
  };
}

async function eventsOf(client: Client, contender: Contender, connector: string): Promise<number> {
  const query = `WorkflowType = '${DAYS[contender].item}' AND O2Connector = '${connector}'`;
  const lengths: number[] = [];
  for await (const { workflowId } of client.workflow.list({ query, pageSize: HISTORIES })) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    lengths.push(events?.length ?? 0);
    if (lengths.length === HISTORIES) break;
  }
  return median(lengths);
}

async function batchEventsOf(
  client: Client,
  contender: Contender,
  connector: string,
): Promise<number> {
  const query = `WorkflowType = '${DAYS[contender].batch}' AND O2Connector = '${connector}'`;
  let events = 0;
  for await (const { historyLength } of client.workflow.list({ query })) events += historyLength;
  return events;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}
