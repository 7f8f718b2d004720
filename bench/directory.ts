import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { dayWorkflowId } from '../src/domain/ids.ts';
import type { DayResult } from '../src/workflows/contracts.ts';
import { benchUsers, generateDay, type BenchDay } from './generate-day.ts';
import { endWith, setStage, type Stage } from './stage.ts';
import type { GraphCounts } from './tenant-control.ts';

export const DIRECTORY_USAGE = `npm run bench -- directory [flags]

Archives three days of items to many mailboxes: the first, on which every folder is made; the second on
the same worker; the third on a fresh one. Prints the Graph requests that a copy takes on each.

  --items N       items of each day (5000)
  --mailboxes N   mailboxes they go to (500)
  --contacts N    people outside that each mailbox writes with (10)
  --json          one JSON document instead of the table
`;

const CONNECTOR = 'bench-directory';
const DAYS = [
  { date: '2026-11-23', what: 'the first day' },
  { date: '2026-11-24', what: 'the same worker' },
  { date: '2026-11-25', what: 'a fresh worker' },
] as const;
/** From the second day on. */
const MAX_REQUESTS_PER_COPY = 1.05;

interface MeasuredDay {
  readonly day: string;
  readonly what: string;
  readonly copies: number;
  readonly requestsPerCopy: number;
  /** Reads of users and folders that went in batches, each batch one request. */
  readonly subRequestsPerCopy: number;
  readonly throttled: number;
  readonly requests: Readonly<Record<string, number>>;
  readonly isReached: boolean | null;
}

/** Gives what is to be printed; null when the flags make no sense. */
export async function benchDirectory(
  flags: readonly string[],
  say: (text: string) => void,
): Promise<string | null> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      items: { type: 'string', default: '5000' },
      mailboxes: { type: 'string', default: '500' },
      contacts: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
    },
  });
  const day = {
    items: Number(values.items),
    mailboxes: Number(values.mailboxes),
    contacts: Number(values.contacts),
  };
  if (!Object.values(day).every((count) => Number.isInteger(count) && count > 0)) return null;
  const days = await measure(day, say);
  return values.json ? `${JSON.stringify({ ...day, days }, null, 2)}\n` : render(day, days);
}

async function measure(day: BenchDay, say: (text: string) => void): Promise<MeasuredDay[]> {
  const site = mkdtempSync(join(tmpdir(), 'o2-bench-site-'));
  try {
    for (const { date } of DAYS) await generateDay(site, { ...day, date });
    say('Starts Temporal, the stubs and the worker.');
    const stage = await setStage({
      users: benchUsers(day),
      connectors: [{ id: CONNECTOR, site }],
      startDay: DAYS[0].date,
      contenders: ['product'],
      profileFolder: null,
    });
    endWith(stage);
    try {
      const measured: MeasuredDay[] = [];
      for (const [number, { date, what }] of DAYS.entries()) {
        if (what === 'a fresh worker') await stage.renewWorker();
        const graph = await archive(stage, date, day.items);
        const one = measuredDay(date, what, graph, number > 0);
        say(`${date}, ${what}: ${one.requestsPerCopy.toFixed(3)} requests a copy.`);
        measured.push(one);
      }
      return measured;
    } finally {
      await stage.close();
    }
  } finally {
    rmSync(site, { recursive: true, force: true });
  }
}

/** @throws when not every item was archived */
async function archive(stage: Stage, day: string, items: number): Promise<GraphCounts> {
  const { address, namespace } = stage.temporal;
  const connection = await Connection.connect({ address });
  try {
    await stage.tenant.reset();
    const result = (await new Client({ connection, namespace }).workflow.execute('archiveDay', {
      workflowId: dayWorkflowId(CONNECTOR, day),
      taskQueue: stage.queues.product,
      args: [{ connector: CONNECTOR, day }],
    })) as DayResult;
    if (result.books.imported === items) return await stage.tenant.counts();
    throw new Error(`${day}: not every item was archived: ${JSON.stringify(result.books)}`);
  } finally {
    await connection.close();
  }
}

function measuredDay(
  day: string,
  what: string,
  { copies, requests, subRequests, throttled, byKind }: GraphCounts,
  isBound: boolean,
): MeasuredDay {
  const requestsPerCopy = requests / copies;
  return {
    day,
    what,
    copies,
    requestsPerCopy,
    subRequestsPerCopy: subRequests / copies,
    throttled,
    requests: byKind,
    isReached: isBound ? requestsPerCopy <= MAX_REQUESTS_PER_COPY : null,
  };
}

function render({ items, mailboxes }: BenchDay, days: readonly MeasuredDay[]): string {
  const verdict = ({ isReached }: MeasuredDay): string => {
    if (isReached === null) return '';
    return `${isReached ? 'reached' : 'MISSED'}, bar <= ${String(MAX_REQUESTS_PER_COPY)}`;
  };
  return [
    `${String(items)} items to ${String(mailboxes)} mailboxes a day`,
    '',
    ...days.map((one) =>
      [
        `${one.day}  ${one.what.padEnd(16)}`,
        `${one.requestsPerCopy.toFixed(3)} Graph requests a copy`,
        `${one.subRequestsPerCopy.toFixed(3)} reads in batches a copy`,
        `${String(one.throttled)} answers 429`,
        verdict(one),
      ].join('   '),
    ),
    '',
    ...days.map((one) => `${one.day}: ${JSON.stringify(one.requests)}`),
    '',
  ].join('\n');
}
