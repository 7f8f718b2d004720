import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as ask,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  StorageFaults,
  type MetFault,
  type OrderedFault,
  type StorageFault,
} from './storage-faults.ts';
import { storageRequest, type StorageRequest } from './storage-request.ts';
import { Worm } from './worm.ts';

const PIECE_BYTES = 16;

/** A way to an Azurite that can be told to misbehave, and that counts and refuses as Azure would. */
export interface StorageProxy {
  /** Of the account by way of the proxy. */
  readonly connectionString: string;
  /** The next requests that fit meet this fault. */
  order(fault: StorageFault): OrderedFault;
  clearFaults(): void;
  /** From now on nothing in the container can be overwritten, changed or deleted. */
  protect(container: string): void;
  /** What the protection refused so far. */
  refused(): readonly StorageRequest[];
  /** Requests since the counters were set back, by `<container> <operation> <top folder>`. */
  requests(): Readonly<Record<string, number>>;
  resetCounters(): void;
  close(): Promise<void>;
}

type Spoiling = 'flip' | 'cut' | 'stall' | 'drip' | 'pass';

interface StoredAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** Starts a proxy before the account that the connection string leads to. */
export async function startStorageProxy(connectionString: string): Promise<StorageProxy> {
  const upstream = /BlobEndpoint=(http:\/\/[^/;]+)/.exec(connectionString)?.[1];
  if (upstream === undefined) throw new Error('the connection string names no blob endpoint');
  const agent = new Agent({ keepAlive: true });
  const faults = new StorageFaults();
  const worm = new Worm(connectionString);
  const counts = new Map<string, number>();

  const forward = async (incoming: IncomingMessage, body: Buffer): Promise<StoredAnswer> => {
    const { method = 'GET', url = '/', headers } = incoming;
    const outgoing = ask(`${upstream}${url}`, { method, headers, agent });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    return {
      status: answer.statusCode ?? 500,
      headers: answer.headers,
      bytes: await buffer(answer),
    };
  };
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = storageRequest(incoming.method ?? 'GET', incoming.url ?? '/');
    const { container, operation, path } = request;
    const counter = `${container} ${operation} ${path.split('/', 1)[0] ?? ''}`.trimEnd();
    counts.set(counter, (counts.get(counter) ?? 0) + 1);
    const body = await buffer(incoming);
    const work = async () =>
      (await worm.guard(request, () => forward(incoming, body))) ??
      refusal(409, 'BlobImmutableDueToPolicy');
    const met = faults.take(request);
    if (met === null) send(response, await work());
    else await misbehave(response, met, work);
  };
  const server = createServer((incoming, response) => {
    // A client that goes in mid-request is what many tests are about.
    serve(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    connectionString: connectionString.replace(upstream, `http://127.0.0.1:${String(port)}`),
    order: (fault) => faults.order(fault),
    clearFaults: () => faults.clear(),
    protect: (container) => worm.protect(container),
    refused: () => worm.refused,
    requests: () => Object.fromEntries(counts),
    resetCounters: () => counts.clear(),
    async close() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function misbehave(
  response: ServerResponse,
  { fault, tell }: MetFault,
  work: () => Promise<StoredAnswer>,
): Promise<void> {
  const { outcome = 'answer', applied = 'not', latencyMs = 0 } = fault;
  const isSpoilt = outcome !== 'answer' && outcome !== 'hang' && outcome !== 'reset';
  if (outcome !== 'drip') await sleep(latencyMs);
  const real = isSpoilt || applied === 'before' ? await work() : null;
  tell();
  if (outcome === 'hang') return;
  if (outcome === 'reset') response.destroy();
  else if (isSpoilt && real !== null) await spoil(response, outcome, real, latencyMs);
  else send(response, refusal(fault.status ?? 503, fault.code ?? 'ServerBusy'));
}

async function spoil(
  response: ServerResponse,
  outcome: Spoiling,
  real: StoredAnswer,
  latencyMs: number,
): Promise<void> {
  const half = Math.floor(real.bytes.length / 2);
  switch (outcome) {
    case 'pass':
      send(response, real);
      return;
    case 'flip':
      send(response, { ...real, bytes: flipped(real.bytes, half) });
      return;
    case 'cut':
    case 'stall':
      response.writeHead(real.status, real.headers);
      response.write(real.bytes.subarray(0, half), () => {
        if (outcome === 'cut') response.destroy();
      });
      return;
    case 'drip':
      await drip(response, real, latencyMs);
  }
}

async function drip(
  response: ServerResponse,
  { status, headers, bytes }: StoredAnswer,
  latencyMs: number,
): Promise<void> {
  response.writeHead(status, headers);
  for (let at = 0; at < bytes.length && !response.destroyed; at += PIECE_BYTES) {
    response.write(bytes.subarray(at, at + PIECE_BYTES));
    await sleep(latencyMs);
  }
  response.end();
}

function send(response: ServerResponse, { status, headers, bytes }: StoredAnswer): void {
  response.writeHead(status, headers).end(bytes);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** As the service words it. */
function refusal(status: number, code: string): StoredAnswer {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>As ordered.</Message></Error>`;
  const bytes = Buffer.from(text);
  const headers = {
    'content-type': 'application/xml',
    'content-length': String(bytes.length),
    'x-ms-error-code': code,
  };
  return { status, headers, bytes };
}
