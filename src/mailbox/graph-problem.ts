import { isKnownCode } from './problem-class.ts';

/** An answer of Graph that is not what was asked for, or none. */
export class GraphProblem extends Error {
  override readonly name = 'GraphProblem';
  /** HTTP status; null when no answer came. */
  readonly status: number | null;
  /** The most specific code that we know, else the outermost; null without one. */
  readonly code: string | null;
  /** What Graph asked us to wait; null when it did not say. */
  readonly retryAfterMs: number | null;
  /** Of Graph, for a support case. */
  readonly requestId: string | null;

  constructor(
    status: number | null,
    code: string | null,
    options: { retryAfterMs?: number | null; requestId?: string | null; cause?: unknown } = {},
  ) {
    // The message MUST NOT hold an URL, a token or Graph's own text: those hold addresses.
    const answer = status === null ? 'Graph gave no answer' : `Graph answered ${status}`;
    super(code === null ? answer : `${answer} ${code}`, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.requestId = options.requestId ?? null;
  }

  /** For receipts and logs: the code, else the status. */
  get detail(): string {
    return this.code ?? (this.status === null ? 'no answer' : String(this.status));
  }
}

/** The problem that an error answer tells of; `body` is its parsed JSON or null. */
export function problemOf(
  status: number,
  headers: HeaderSource,
  body: unknown,
  nowMs: number,
): GraphProblem {
  return new GraphProblem(status, codeOf(body), {
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), nowMs),
    requestId: headers.get('request-id'),
  });
}

interface HeaderSource {
  get(name: string): string | null;
}

/**
 * For `Retry-After: 0` and a date that is over when it arrives: nobody asks in a loop, and Temporal
 * takes a retry delay of 0 for "no retry", which gave the copy up.
 */
const LEAST_WAIT_MS = 1_000;

/**
 * Milliseconds to wait by a `Retry-After` header: whole or fractional seconds (Graph sends `2.128`)
 * or an HTTP date. Null when there is none or it makes no sense.
 *
 * @see https://learn.microsoft.com/en-us/graph/throttling
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.max(LEAST_WAIT_MS, Math.ceil(Number(text) * 1000));
  if (!/[a-z]/i.test(text)) return null;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(LEAST_WAIT_MS, dateMs - nowMs);
}

const CODE_FORM = /^[\w.-]{1,100}$/;
const MAX_DEPTH = 8;
/**
 * The one text that is read, because the answer has no code of its own: the mailbox's quota of named
 * properties is used up. The code that stands for it is ours.
 */
const NAMED_PROPERTY_QUOTA = 'Cannot get ID from name';

/**
 * The code of an error body: Graph wraps codes in each other (`ErrorQuotaExceeded` inside
 * `ErrorInternalServerError`); the innermost that we know says most.
 *
 * @see https://learn.microsoft.com/en-us/graph/errors
 */
export function codeOf(body: unknown): string | null {
  const codes: string[] = [];
  let error = field(body, 'error');
  if (String(field(error, 'message')).includes(NAMED_PROPERTY_QUOTA)) return 'NamedPropertyQuota';
  for (let depth = 0; depth < MAX_DEPTH && error !== undefined; depth += 1) {
    const code = field(error, 'code');
    if (typeof code === 'string' && CODE_FORM.test(code)) codes.push(code);
    error = field(error, 'innerError') ?? field(error, 'innererror');
  }
  return codes.findLast(isKnownCode) ?? codes[0] ?? null;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, unknown>)[name] ?? undefined;
}
