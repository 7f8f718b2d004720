import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import {
  AuthenticationHandler,
  AuthenticationHandlerOptions,
  Client,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import { GraphProblem, problemOf } from './graph-problem.ts';
import { RunError } from '../domain/run-error.ts';

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** From the version on, `/users/…`; ids in it percent-encoded (`segment`). */
  readonly path: string;
  /** Names and plain values: they are percent-encoded here. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is JSON already. */
  readonly body?: unknown;
  /** For the whole: token, request and answer, and once more after a 401. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface GraphAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null when the answer has no body. */
  readonly body: unknown;
}

export interface BareRequest {
  readonly method: 'PUT' | 'GET' | 'DELETE';
  /** A pre-authenticated address from Graph. MUST NOT be logged. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer<ArrayBuffer>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface GraphClient {
  /**
   * One request, never retried (but once with a new token after a 401).
   * @throws {GraphProblem} for every answer that is not 2xx, and for none.
   * @throws {RunError} `tenant-refused`, `tenant-unavailable` when no token is to be had.
   */
  request(request: GraphRequest): Promise<GraphAnswer>;
  /** The same to an upload session's own address: without token and common headers. */
  bare(request: BareRequest): Promise<GraphAnswer>;
  /** HTTP requests made so far, those that failed too; tokens are not counted. */
  requests(): number;
}

/** A client that also brings bytes of any length. */
export interface GraphDownloads extends GraphClient {
  /**
   * The answer's bytes as they come, for a GET. `timeoutMs` is for all of them.
   * @throws as `request`; a download that breaks off fails its stream.
   */
  download(request: GraphRequest): Promise<Readable>;
}

export interface GraphClientOptions {
  /** `https://` root without version. Its host is the only one that is ever sent the token. */
  readonly baseUrl: string;
  /** Given the token that Graph has just refused, a new one. */
  readonly getToken: (refused?: string) => Promise<string>;
  readonly timeoutMs?: number;
}

/** Graph itself gives up after about 30 seconds (microsoft-graph-docs issues 5853 and 21183). */
const TIMEOUT_MS = 45_000;
/** Answers to these have no body. */
const NO_CONTENT = [202, 204];

/** Node's own header `accept-language: *` is refused by some endpoints (msgraph-sdk-javascript 999). */
const COMMON_HEADERS = {
  Prefer: 'IdType="ImmutableId"',
  'Accept-Language': 'en-US',
  'User-Agent': 'o2-network-archiver',
};

/** A path segment, percent-encoded: ids hold `/`, `+` and `=`, and Graph compares their case. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}

/** A string literal of OData. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `/path?name=value`, values percent-encoded. */
export function target(path: string, query: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/**
 * Microsoft's SDK 3.0.7 with a chain of our own. MUST NOT hold its RetryHandler, which posts again
 * after 503 and 504 and so makes a second copy, nor its RedirectHandler, which changes methods.
 * Answers are taken raw, because the SDK drops the headers of those without JSON.
 */
export function graphClient(options: GraphClientOptions): GraphDownloads {
  let made = 0;
  const noAuthority = {
    getAccessToken: () => Promise.reject(new Error('each request brings its own')),
  };
  const sdk = Client.initWithMiddleware({
    baseUrl: options.baseUrl,
    defaultVersion: 'v1.0',
    customHosts: new Set([new URL(options.baseUrl).hostname]),
    middleware: [new AuthenticationHandler(noAuthority), fetching()],
  });

  const once = async (
    request: GraphRequest,
    token: string,
    until: AbortSignal,
  ): Promise<Response> => {
    const call = sdk
      .api(target(request.path, request.query))
      .middlewareOptions([
        new AuthenticationHandlerOptions({ getAccessToken: () => Promise.resolve(token) }),
      ])
      .headers({ ...COMMON_HEADERS, 'client-request-id': randomUUID(), ...request.headers })
      .option('signal', until)
      .responseType(ResponseType.RAW);
    made += 1;
    return send(call, request);
  };

  const withToken = async <T>(
    request: GraphRequest,
    read: (fetched: () => Promise<Response>) => Promise<T>,
  ): Promise<T> => {
    const until = deadline(request.timeoutMs ?? options.timeoutMs, request.signal);
    const token = await inTime(options.getToken(), until, request.signal);
    try {
      return await read(() => once(request, token, until));
    } catch (error) {
      if (!(error instanceof GraphProblem) || error.status !== 401) throw error;
      // Nothing was applied: the token ran out on the way, or rights were just given.
      const another = await inTime(options.getToken(token), until, request.signal);
      return read(() => once(request, another, until));
    }
  };

  return {
    request: (request) => withToken(request, (fetched) => answered(request, fetched)),
    download: (request) => withToken(request, (fetched) => streamed(request, fetched)),
    async bare(request) {
      made += 1;
      return answered(request, () =>
        fetch(request.url, {
          method: request.method,
          headers: { ...request.headers },
          redirect: 'manual',
          signal: deadline(request.timeoutMs ?? options.timeoutMs, request.signal),
          ...(request.body === undefined ? {} : { body: request.body }),
        }),
      );
    },
    requests: () => made,
  };
}

/** The last link of the chain: Node's own fetch. */
function fetching(): Middleware {
  return {
    async execute(context: Context) {
      context.response = await fetch(context.request as string, {
        ...(context.options as RequestInit),
        redirect: 'manual',
      });
    },
  };
}

function deadline(timeoutMs = TIMEOUT_MS, signal?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
}

/** A token that comes after the deadline is of use to the next request only. */
async function inTime(
  token: Promise<string>,
  until: AbortSignal,
  signal?: AbortSignal,
): Promise<string> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal?.aborted === true ? (signal.reason as Error) : noToken());
  until.addEventListener('abort', stop, { once: true });
  try {
    if (until.aborted) stop();
    return await Promise.race([promise, token]);
  } finally {
    until.removeEventListener('abort', stop);
  }
}

/** Nothing is on its way then: not yet, or the 401 refused it. */
function noToken(): RunError {
  return new RunError(
    'tenant-unavailable',
    'The token endpoint of the tenant does not answer in time. Check network, proxy and authorityHost; it is tried again.',
  );
}

async function send(
  call: ReturnType<Client['api']>,
  { method, body }: GraphRequest,
): Promise<Response> {
  switch (method) {
    case 'GET':
      return (await call.get()) as Response;
    case 'POST':
      return (await call.post(body ?? {})) as Response;
    case 'DELETE':
      return (await call.delete()) as Response;
  }
}

/** Turns whatever came, or did not come, into an answer or a GraphProblem. */
async function answered(
  { method, signal }: { readonly method: string; readonly signal?: AbortSignal },
  fetched: () => Promise<Response>,
): Promise<GraphAnswer> {
  let response: Response;
  let text: string;
  try {
    response = await fetched();
    text = await response.text();
  } catch (cause) {
    throw unanswered(cause, signal);
  }
  const body = parse(text);
  if (!response.ok) throw problemOf(response.status, response.headers, body, Date.now());
  const isBodyDue =
    method !== 'DELETE' && method !== 'PUT' && !NO_CONTENT.includes(response.status);
  if (isBodyDue && body === null) {
    throw new GraphProblem(response.status, 'UnreadableAnswer', {
      requestId: response.headers.get('request-id'),
    });
  }
  return { status: response.status, headers: response.headers, body };
}

/** The bytes of an answer; what is none, as a GraphProblem. */
async function streamed(
  { signal }: { readonly signal?: AbortSignal },
  fetched: () => Promise<Response>,
): Promise<Readable> {
  let response: Response;
  try {
    response = await fetched();
    if (response.ok && response.body !== null)
      return Readable.from(chunksOf(response.body, signal));
  } catch (cause) {
    throw unanswered(cause, signal);
  }
  const body = parse(await response.text().catch(() => ''));
  throw problemOf(response.status, response.headers, body, Date.now());
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw unanswered(cause, signal);
  }
}

function unanswered(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  // The cause's own text holds the address that was called.
  return new GraphProblem(null, null, { cause: nameOf(cause) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function nameOf(cause: unknown): string {
  const code = (cause as { cause?: { code?: unknown } } | null)?.cause?.code;
  if (typeof code === 'string') return code;
  return cause instanceof Error ? cause.name : typeof cause;
}
