import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GraphFailure, failureAnswer, unreadableBody } from './answer.ts';
import type { Answer } from './answer.ts';
import { answerBatch } from './batch.ts';
import type { TenantParts } from './call.ts';
import type { Control } from './control.ts';
import { ConnectionCut } from './faults.ts';
import { beginCall, endCall, enterLane, finishCall, tooLongRequest } from './graph.ts';
import type { Begun } from './graph.ts';
import { jsonOf } from './json-stream.ts';
import type { TokenDesk } from './token.ts';
import {
  MAX_RANGE_BYTES,
  abandonUpload,
  getProgress,
  putRange,
  rangeTooLong,
  sessionOf,
} from './uploads.ts';

/** "The maximum request length supported is 4MB." */
const MAX_REQUEST_BYTES = 4 * 2 ** 20;

/** What the server needs beside the tenant itself. */
export interface Desks {
  readonly tokens: TokenDesk;
  readonly control: Control;
}

interface Request {
  readonly incoming: IncomingMessage;
  readonly url: URL;
  readonly method: string;
  readonly clientGone: AbortSignal;
}

/** Answers one request of the TLS port: tokens, Graph, upload ranges, control. */
export async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  tenant: TenantParts,
  desks: Desks,
): Promise<void> {
  const clientRequestId = incoming.headers['client-request-id']?.toString() ?? randomUUID();
  const ids = { requestId: randomUUID(), clientRequestId };
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const request = {
    incoming,
    url: new URL(incoming.url ?? '/', `https://${incoming.headers.host ?? '127.0.0.1'}`),
    method: incoming.method ?? 'GET',
    clientGone: leaving.signal,
  };
  try {
    await write(response, await answerOrFailure(request, ids, tenant, desks), ids);
  } catch {
    // A fault that cuts the connection, or a client that has gone.
    response.destroy();
  }
}

async function answerOrFailure(
  request: Request,
  ids: { requestId: string; clientRequestId: string },
  tenant: TenantParts,
  desks: Desks,
): Promise<Answer> {
  try {
    return await answer(request, tenant, desks);
  } catch (error) {
    if (error instanceof GraphFailure) return failureAnswer(error, ids);
    if (error instanceof ConnectionCut || request.clientGone.aborted) throw error;
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    const failure = new GraphFailure(500, 'InternalServerError', 'The stand-in itself has failed.');
    return failureAnswer(failure, ids);
  }
}

async function answer(request: Request, tenant: TenantParts, desks: Desks): Promise<Answer> {
  const { pathname } = request.url;
  if (pathname.startsWith('/v1.0/')) return answerGraph(request, tenant, desks.tokens);
  if (pathname.startsWith('/api/v2.0/')) return answerUpload(request, tenant);
  if (pathname.startsWith('/control/')) {
    const { method, url, incoming } = request;
    const key = incoming.headers['x-control-key']?.toString() ?? null;
    const body = parsed(await contentOf(incoming, MAX_REQUEST_BYTES, tooLongRequest));
    return desks.control.answer({ method, path: pathname, query: url.searchParams, key, body });
  }
  return answerIdentity(request, tenant, desks.tokens);
}

async function answerIdentity(
  { incoming, url, method, clientGone }: Request,
  tenant: TenantParts,
  tokens: TokenDesk,
): Promise<Answer> {
  const [, tenantId = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(url.pathname) ?? [];
  if (method === 'GET' && rest === 'v2.0/.well-known/openid-configuration') {
    tenant.counters.requested('openid');
    return tokens.configuration(url.origin, tenantId);
  }
  if (method === 'POST' && rest === 'oauth2/v2.0/token') {
    tenant.counters.requested('token');
    const content = await contentOf(incoming, MAX_REQUEST_BYTES, tooLongRequest);
    const form = new URLSearchParams(content.toString());
    const grant = () => tokens.grant(url.origin, tenantId, form);
    return tenant.faults.meet({ kind: 'token', mailbox: null }, grant, clientGone);
  }
  throw new GraphFailure(404, 'NotFound', 'There is nothing at this address.');
}

async function answerGraph(
  { incoming, url, method, clientGone }: Request,
  tenant: TenantParts,
  tokens: TokenDesk,
): Promise<Answer> {
  const { headers } = incoming;
  const appId = tokens.appOf(headers.authorization);
  const isBatch = url.pathname === '/v1.0/$batch';
  const begun: Begun = isBatch
    ? enterLane(batchCall({ method, url, headers, appId }), tenant)
    : beginCall({ method, url, headers, appId }, tenant);
  return counted(begun, tenant, async () => {
    const content = await contentOf(incoming, MAX_REQUEST_BYTES, tooLongRequest);
    const body = (headers['content-type'] ?? '').includes('json') ? parsed(content) : null;
    const sizeBytes = content.length;
    if (!isBatch) return finishCall(begun, { body, sizeBytes, clientGone }, tenant);
    const work = () => answerBatch({ ...begun.call, body, sizeBytes }, clientGone, tenant);
    return tenant.faults.meet(begun, work, clientGone);
  });
}

async function answerUpload(
  { incoming, url, method, clientGone }: Request,
  tenant: TenantParts,
): Promise<Answer> {
  const { headers } = incoming;
  const session = sessionOf(url, headers.authorization !== undefined, tenant);
  const handle = { PUT: putRange, GET: getProgress, DELETE: abandonUpload }[method];
  if (handle === undefined) {
    throw new GraphFailure(405, 'Request_BadRequest', 'Specified HTTP method is not allowed.');
  }
  const begun = enterLane(
    {
      kind: `uploads.${method.toLowerCase()}`,
      call: { method, url, headers, appId: session.appId, parameters: {} },
      handle: (call) => handle(call, session, tenant),
      mailbox: session.target.userId,
    },
    tenant,
  );
  return counted(begun, tenant, async () => {
    const body = await contentOf(incoming, MAX_RANGE_BYTES, rangeTooLong);
    return finishCall(begun, { body, sizeBytes: body.length, clientGone }, tenant);
  });
}

/** Runs the answer of a begun call, counts its status and gives its place back. */
async function counted(
  begun: Begun,
  tenant: TenantParts,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    const given = await run();
    tenant.counters.answered(begun.kind, given.status);
    return given;
  } catch (error) {
    if (error instanceof GraphFailure) tenant.counters.answered(begun.kind, error.status);
    throw error;
  } finally {
    endCall(begun, tenant);
  }
}

function batchCall(head: Omit<Begun['call'], 'parameters'>): Begun {
  if (head.method !== 'POST') {
    throw new GraphFailure(405, 'Request_BadRequest', 'Specified HTTP method is not allowed.');
  }
  const handle = () => ({ status: 500 });
  return { kind: 'batch', call: { ...head, parameters: {} }, handle, mailbox: null };
}

/** The request's bytes. One that is too long is read to its end, but not kept. */
async function contentOf(
  incoming: IncomingMessage,
  maxBytes: number,
  tooLong: () => GraphFailure,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming) {
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes <= maxBytes) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  if (sizeBytes > maxBytes) throw tooLong();
  return Buffer.concat(chunks);
}

function parsed(content: Buffer): unknown {
  if (content.length === 0) return null;
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    throw unreadableBody('The body is not valid JSON.');
  }
}

async function write(
  response: ServerResponse,
  given: Answer,
  ids: { requestId: string; clientRequestId: string },
): Promise<void> {
  response.writeHead(given.status, {
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    ...(given.bytes === undefined && given.body !== undefined
      ? { 'content-type': 'application/json; odata.metadata=minimal; charset=utf-8' }
      : {}),
    ...given.headers,
  });
  const content = given.bytes ?? (given.body === undefined ? '' : jsonOf(given.body));
  if (given.isCut === true && typeof content === 'string') {
    response.write(content.slice(0, content.length / 2));
    throw new ConnectionCut('cut');
  }
  if (content instanceof Readable) await pipeline(content, response);
  else response.end(content);
}
