import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GraphFailure } from './answer.ts';
import type { Answer } from './answer.ts';
import { objectOf } from './request-body.ts';

/** A fault on tap. Whatever is left out takes the value in brackets. */
export interface FaultOrder {
  /** Requests it meets: `messages.create`, `uploads.put`, `token`, `messages.*` [any]. */
  readonly kind?: string;
  /** Only of this mailbox, by the user's id [any]. */
  readonly mailbox?: string;
  /** How many requests it meets [1]; 0: all from now on. */
  readonly times?: number;
  /** Meets only each so-manyth of the requests that fit [1]. */
  readonly every?: number;
  /** "answer" with the status below, "hang" without one, "reset" the connection, or "pass" [answer]. */
  readonly outcome?: 'answer' | 'hang' | 'reset' | 'pass';
  /** [503] */
  readonly status?: number;
  /** Of the error [ServiceUnavailable]. */
  readonly code?: string;
  readonly message?: string;
  /** As it stands in the header: "7", "2.128" or a date [no header]. */
  readonly retryAfter?: string;
  /** "html" a proxy's page, "empty" nothing, "cut" half of the real answer [json]. */
  readonly body?: 'json' | 'html' | 'empty' | 'cut';
  /** The work is done before the outcome, not at all, or `lateMs` after it [not]. */
  readonly applied?: 'before' | 'not' | 'late';
  readonly lateMs?: number;
  /** Waits before anything else [0]. */
  readonly latencyMs?: number;
}

interface Fault {
  readonly id: string;
  readonly order: FaultOrder;
  left: number;
  seen: number;
}

const MEMBERS: readonly (keyof FaultOrder)[] = [
  'kind',
  'mailbox',
  'times',
  'every',
  'outcome',
  'status',
  'code',
  'message',
  'retryAfter',
  'body',
  'applied',
  'lateMs',
  'latencyMs',
];

/** A fault as the control API takes it. @throws {GraphFailure} 400 for a member it does not have */
export function readFault(given: unknown): FaultOrder {
  const order = objectOf(given, 'fault');
  const unknown = Object.keys(order).find((name) => !MEMBERS.some((member) => member === name));
  if (unknown === undefined) return order;
  throw new GraphFailure(400, 'BadRequest', `A fault has no '${unknown}'.`);
}

/** The connection ends without an answer. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
}

/** The faults waiting for requests, the oldest first; one request meets one of them. */
export class Faults {
  #faults: Fault[] = [];
  readonly #late = new Set<NodeJS.Timeout>();

  order(order: FaultOrder): string {
    const id = randomUUID();
    const times = order.times ?? 1;
    this.#faults.push({ id, order, left: times === 0 ? Number.POSITIVE_INFINITY : times, seen: 0 });
    return id;
  }

  waiting(): { id: string; order: FaultOrder; left: number | null; seen: number }[] {
    return this.#faults.map(({ id, order, left, seen }) => {
      return { id, order, left: Number.isFinite(left) ? left : null, seen };
    });
  }

  clear(): void {
    this.#faults = [];
  }

  /** Requests whose work is still to be done, `lateMs` after them. */
  lateWork(): number {
    return this.#late.size;
  }

  /** Forgets the work that would still be done late. */
  close(): void {
    for (const timer of this.#late) clearTimeout(timer);
    this.clear();
  }

  /**
   * Answers the request, or does what the fault waiting for it says. `work` is the real answer.
   *
   * @throws {ConnectionCut} for "hang" (once the client has gone) and "reset"
   */
  async meet(
    request: { readonly kind: string; readonly mailbox: string | null },
    work: () => Answer | Promise<Answer>,
    clientGone: AbortSignal,
  ): Promise<Answer> {
    const order = this.#take(request.kind, request.mailbox);
    if (order === null) return work();
    if (order.latencyMs !== undefined) await sleep(order.latencyMs);
    if (order.outcome === 'pass') return work();
    const applied = order.applied ?? 'not';
    const real = applied === 'before' || order.body === 'cut' ? await work() : null;
    if (applied === 'late') this.#doLate(work, order.lateMs ?? 0);
    if (order.outcome === 'reset') throw new ConnectionCut('reset');
    if (order.outcome === 'hang') {
      await gone(clientGone);
      throw new ConnectionCut('the client went away');
    }
    return faultAnswer(order, real);
  }

  #take(kind: string, mailbox: string | null): FaultOrder | null {
    for (const fault of this.#faults) {
      const { order } = fault;
      if (!fits(order, kind, mailbox)) continue;
      fault.seen += 1;
      if (fault.seen % (order.every ?? 1) !== 0) continue;
      fault.left -= 1;
      this.#faults = this.#faults.filter(({ left }) => left > 0);
      return order;
    }
    return null;
  }

  #doLate(work: () => Answer | Promise<Answer>, lateMs: number): void {
    const timer = setTimeout(() => {
      // Whoever asked has had an answer: nobody is left to hear of a refusal.
      void Promise.resolve()
        .then(work)
        .catch(() => undefined)
        .finally(() => this.#late.delete(timer));
    }, lateMs);
    this.#late.add(timer);
  }
}

function fits(order: FaultOrder, kind: string, mailbox: string | null): boolean {
  const wanted = order.kind ?? '*';
  const isKind = wanted.endsWith('*') ? kind.startsWith(wanted.slice(0, -1)) : kind === wanted;
  return (
    isKind &&
    (order.mailbox === undefined || order.mailbox.toLowerCase() === mailbox?.toLowerCase())
  );
}

function faultAnswer(order: FaultOrder, real: Answer | null): Answer {
  const status = order.status ?? 503;
  const headers: Record<string, string> =
    order.retryAfter === undefined ? {} : { 'retry-after': order.retryAfter };
  if (order.body === 'cut') return { ...(real ?? { status }), isCut: true };
  if (order.body === 'empty') {
    return { status, headers: { ...headers, 'content-type': 'application/json' }, bytes: '' };
  }
  if (order.body === 'html') {
    const page =
      '<!DOCTYPE html><html><body><h2>Our services are not available right now</h2></body></html>';
    return { status, headers: { ...headers, 'content-type': 'text/html' }, bytes: page };
  }
  if (status < 300 && real !== null) return { ...real, status };
  const message = order.message ?? 'The service is temporarily unavailable.';
  throw new GraphFailure(status, order.code ?? 'ServiceUnavailable', message, { headers });
}

function gone(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
