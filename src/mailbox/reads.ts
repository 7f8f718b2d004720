import type { Clock } from './clock.ts';
import type { GraphAnswer, GraphClient } from './graph-client.ts';
import { target } from './graph-client.ts';
import { codeOf, GraphProblem, parseRetryAfter } from './graph-problem.ts';

/** The answer to one read. Never an exception: several share one request. */
export interface Reading {
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Parsed JSON of a 200; else null. */
  readonly body: unknown;
  readonly code: string | null;
  readonly retryAfterMs: number | null;
}

export interface Reads {
  /** @throws {RunError} `tenant-refused`, `tenant-unavailable` when no token is to be had. */
  readonly read: (path: string, query?: Readonly<Record<string, string>>) => Promise<Reading>;
  /** Reads that went out inside batches so far. */
  readonly subRequests: () => number;
}

/** Graph's own limit. @see https://learn.microsoft.com/en-us/graph/json-batching */
export const MAX_READS_PER_BATCH = 20;
/** How long the first read of a batch waits for company. */
const COLLECT_MS = 100;
/**
 * A batch that is not full leaves so long after the one before it. A first look-up is rare (answers are
 * kept), a request is not free: 200 items to 40 mailboxes took 1.15 to 1.22 requests a copy when each
 * read waited for 100 ms only (`npm run bench -- directory`).
 */
const BETWEEN_BATCHES_MS = 500;
/** Of one worker: an item may have thousands of parties, each with a look-up of its own. */
const BATCHES_AT_ONCE = 4;

/** A read as it stands in a batch: path and query, percent-encoded (`target`). */
export interface BatchedRead {
  readonly url: string;
}

interface Waiting extends BatchedRead {
  readonly resolve: (reading: Reading) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads of users and folders, up to 20 in one `$batch`. Each is throttled by Graph on its own. A
 * batch that is refused as a whole is asked read by read: one bad read must not fail the others.
 */
export function reads(client: GraphClient, clock: Clock): Reads {
  let waiting: Waiting[] = [];
  let sent = 0;
  let lastBatchAtMs = -Infinity;
  let running = 0;
  const queue: (readonly Waiting[])[] = [];

  const flush = (batch: readonly Waiting[]): void => {
    waiting = [];
    lastBatchAtMs = clock.nowMs();
    queue.push(batch);
    if (running < BATCHES_AT_ONCE) void work();
  };
  const work = async (): Promise<void> => {
    running += 1;
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) await ask(batch);
    running -= 1;
  };
  const ask = async (batch: readonly Waiting[]): Promise<void> => {
    sent += batch.length;
    try {
      const readings = await readBatch(client, batch, clock);
      batch.forEach(({ resolve }, at) => resolve(readings[at] ?? NO_ANSWER));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const collect = async (batch: readonly Waiting[]): Promise<void> => {
    await clock.sleep(Math.max(COLLECT_MS, lastBatchAtMs + BETWEEN_BATCHES_MS - clock.nowMs()));
    if (waiting === batch) flush(batch);
  };

  return {
    read(path, query) {
      return new Promise((resolve, reject) => {
        waiting.push({ url: target(path, query), resolve, reject });
        if (waiting.length === 1) void collect(waiting);
        if (waiting.length === MAX_READS_PER_BATCH) flush(waiting);
      });
    },
    subRequests: () => sent,
  };
}

const NO_ANSWER: Reading = { status: null, body: null, code: null, retryAfterMs: null };

/**
 * The answers to up to 20 reads, by one request, in their order.
 * @throws {RunError} `tenant-refused`, `tenant-unavailable` when no token is to be had.
 */
export async function readBatch(
  client: GraphClient,
  batch: readonly BatchedRead[],
  clock: Clock,
): Promise<Reading[]> {
  const requests = batch.map(({ url }, at) => ({
    id: String(at),
    method: 'GET',
    url,
    headers: { Prefer: 'IdType="ImmutableId"' },
  }));
  let answer: GraphAnswer;
  try {
    answer = await client.request({ method: 'POST', path: '/$batch', body: { requests } });
  } catch (error) {
    const failed = failedReading(error);
    if (!isOfItsReads(failed)) return batch.map(() => failed);
    return Promise.all(batch.map(({ url }) => readAlone(client, url)));
  }
  const byId = new Map(responsesOf(answer.body).map((response) => [response.id, response]));
  return batch.map((_, at) => readingOf(byId.get(String(at)), clock.nowMs()));
}

/** Answers to the app as it is, or to the moment, which each read would be given too. */
const OF_RIGHTS_OR_TIME = [401, 403, 408, 429];

function isOfItsReads({ status }: Reading): boolean {
  return status !== null && status >= 400 && status < 500 && !OF_RIGHTS_OR_TIME.includes(status);
}

async function readAlone(client: GraphClient, path: string): Promise<Reading> {
  try {
    const { status, body } = await client.request({ method: 'GET', path });
    return { status, body, code: null, retryAfterMs: null };
  } catch (error) {
    return failedReading(error);
  }
}

function failedReading(error: unknown): Reading {
  if (!(error instanceof GraphProblem)) throw error;
  const { status, code, retryAfterMs } = error;
  return { status, code, retryAfterMs, body: null };
}

interface SubResponse {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly headers?: Readonly<Record<string, string | number>> | null;
  readonly body?: unknown;
}

function responsesOf(body: unknown): SubResponse[] {
  const list = (body as { responses?: unknown } | null)?.responses;
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).filter(
    (one): one is SubResponse => typeof one === 'object' && one !== null,
  );
}

function readingOf(response: SubResponse | undefined, nowMs: number): Reading {
  if (response === undefined || typeof response.status !== 'number') return NO_ANSWER;
  const { status, body } = response;
  if (status === 200 && typeof body === 'object') {
    return { status, body, code: null, retryAfterMs: null };
  }
  const wait = Object.entries(response.headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'retry-after',
  )?.[1];
  return {
    status,
    body: null,
    code: codeOf(body),
    retryAfterMs: parseRetryAfter(wait === undefined ? null : String(wait), nowMs),
  };
}
