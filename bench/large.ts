import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import type { DayResult } from '../src/workflows/contracts.ts';
import { BENCH_DAY } from './generate-day.ts';
import {
  generateRecordings,
  recordingUsers,
  WARM_UP_DAY,
  type Recordings,
} from './generate-recordings.ts';
import { renderLarge, type LargeRound } from './large-table.ts';
import { memoryOf } from './memory.ts';
import { endWith, setStage, type Stage } from './stage.ts';

export const LARGE_USAGE = `npm run bench -- large [flags]

Archives days of call recordings, each day by a fresh worker against fresh stubs. Prints the worker's
peak memory over its idle memory (Linux keeps both), Graph requests, bytes and seconds.

  --days LIST     COUNTxMEGABYTES, comma-separated (1x3.5,1x9.9,1x10.5,1x26,1x60,1x110,1x149,20x60,4x110)
  --profile DIR   CPU profiles of the workers, written when they end
  --json          one JSON document instead of the table
`;

const DAYS = '1x3.5,1x9.9,1x10.5,1x26,1x60,1x110,1x149,20x60,4x110';
const MEGABYTE = 1_000_000;
const CONNECTOR = 'bench-large';
/** After the warm-up: what it left on its way is over, and the worker is as idle as it gets. */
const REST_MS = 5_000;

/** Gives what is to be printed; null when the flags make no sense. */
export async function benchLarge(
  flags: readonly string[],
  say: (text: string) => void,
): Promise<string | null> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      days: { type: 'string', default: DAYS },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const days = readDays(values.days);
  if (days === null) return null;
  if (process.platform !== 'linux') throw new Error('Only Linux keeps the peak of a process.');
  const rounds: LargeRound[] = [];
  for (const day of days) {
    const round = await roundOf(day, values.profile ?? null);
    say(
      `${String(day.count)} × ${String(day.sizeBytes / MEGABYTE)} MB: ${String(Math.round((round.peakBytes - round.idleBytes) / MEGABYTE))} MB over idle, ${round.seconds.toFixed(1)} s.`,
    );
    rounds.push(round);
  }
  return values.json ? `${JSON.stringify(rounds, null, 2)}\n` : renderLarge(rounds);
}

function readDays(list: string): Recordings[] | null {
  const days = list.split(',').map((day) => {
    const [, count, megabytes] = /^(\d+)x(\d+(?:\.\d+)?)$/.exec(day) ?? [];
    return { count: Number(count), sizeBytes: Math.round(Number(megabytes) * MEGABYTE) };
  });
  return days.every(({ count, sizeBytes }) => count > 0 && sizeBytes > 0) ? days : null;
}

async function roundOf(recordings: Recordings, profileFolder: string | null): Promise<LargeRound> {
  const site = mkdtempSync(join(tmpdir(), 'o2-bench-site-'));
  try {
    await generateRecordings(site, recordings);
    const stage = await setStage({
      users: recordingUsers(recordings),
      connectors: [{ id: CONNECTOR, site }],
      startDay: WARM_UP_DAY,
      contenders: ['product'],
      profileFolder,
    });
    endWith(stage);
    try {
      return await measured(stage, recordings);
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(site, { recursive: true, force: true });
  }
}

async function measured(stage: Stage, recordings: Recordings): Promise<LargeRound> {
  const { workers, tenant, temporal } = stage;
  if (workers.product === undefined) throw new Error('the stage has no worker');
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const archive = (day: string) =>
    client.workflow.execute('archiveDay', {
      workflowId: `bench-day:${day}`,
      taskQueue: stage.queues.product,
      args: [{ connector: CONNECTOR, day }],
    }) as Promise<Pick<DayResult, 'books'>>;
  await archive(WARM_UP_DAY);
  await sleep(REST_MS);
  const memory = memoryOf(workers.product.pid());
  await tenant.reset();
  const idleBytes = memory.residentBytes();
  memory.forgetPeak();
  const before = await stage.blobBytes();
  const startedAt = performance.now();
  const { books } = await archive(BENCH_DAY);
  const seconds = (performance.now() - startedAt) / 1_000;
  const peakBytes = memory.peakBytes();
  const after = await stage.blobBytes();
  await connection.close();
  if (books.imported !== recordings.count) {
    throw new Error(`${String(books.imported)} of ${String(recordings.count)} were archived.`);
  }
  return {
    ...recordings,
    idleBytes,
    peakBytes,
    graph: await tenant.counts(),
    stagingReadBytes: after.read - before.read,
    stagingWrittenBytes: after.written - before.written,
    seconds,
  };
}
