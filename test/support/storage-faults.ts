import type { StorageOperation, StorageRequest } from './storage-request.ts';

/** A fault on tap, in the words of the tenant's. Whatever is left out takes the value in brackets. */
export interface StorageFault {
  /** Requests it meets [any]. */
  readonly operation?: StorageOperation;
  /** [any] */
  readonly container?: string;
  /** Of the blob; for a listing of its prefix [any]. */
  readonly path?: RegExp;
  /** How many requests it meets [1]; 0: all from now on. */
  readonly times?: number;
  /** Meets only each so-manyth of the requests that fit [1]. */
  readonly every?: number;
  /**
   * "answer" with the status below; "hang" without one, until the client goes; "reset" the
   * connection; of a real answer's bytes: "flip" one bit, "cut" the connection after half of them,
   * "stall" after half, "drip" one piece every `latencyMs`; "pass" [answer].
   */
  readonly outcome?: 'answer' | 'hang' | 'reset' | 'flip' | 'cut' | 'stall' | 'drip' | 'pass';
  /** [503] */
  readonly status?: number;
  /** [ServerBusy] */
  readonly code?: string;
  /** The work is done before the outcome, or not at all [not]. */
  readonly applied?: 'before' | 'not';
  /** Waits before anything else; of "drip" between two pieces [0]. */
  readonly latencyMs?: number;
}

/** An order that was given. */
export interface OrderedFault {
  /** Resolves with the first request that meets it: done or not as ordered, and not answered yet. */
  readonly met: Promise<StorageRequest>;
  /** Requests that met it so far. */
  count(): number;
  /** Meets nothing more; what hangs goes on hanging. */
  withdraw(): void;
}

export interface MetFault {
  readonly fault: StorageFault;
  /** To be called when the work is done, if it is to be, and the outcome follows. */
  readonly tell: () => void;
}

/** The orders that wait for requests, the oldest first; one request meets one of them. */
export class StorageFaults {
  #orders: { fault: StorageFault; left: number; seen: number; met(one: StorageRequest): void }[] =
    [];

  order(fault: StorageFault): OrderedFault {
    const { promise, resolve } = Promise.withResolvers<StorageRequest>();
    const times = fault.times ?? 1;
    let count = 0;
    const order = {
      fault,
      left: times === 0 ? Number.POSITIVE_INFINITY : times,
      seen: 0,
      met(request: StorageRequest) {
        count += 1;
        resolve(request);
      },
    };
    this.#orders.push(order);
    return {
      met: promise,
      count: () => count,
      withdraw: () => {
        this.#orders = this.#orders.filter((other) => other !== order);
      },
    };
  }

  clear(): void {
    this.#orders = [];
  }

  take(request: StorageRequest): MetFault | null {
    for (const order of this.#orders) {
      if (!fits(order.fault, request)) continue;
      order.seen += 1;
      if (order.seen % (order.fault.every ?? 1) !== 0) continue;
      order.left -= 1;
      this.#orders = this.#orders.filter(({ left }) => left > 0);
      return { fault: order.fault, tell: () => order.met(request) };
    }
    return null;
  }
}

function fits(fault: StorageFault, request: StorageRequest): boolean {
  return (
    (fault.operation === undefined || fault.operation === request.operation) &&
    (fault.container === undefined || fault.container === request.container) &&
    (fault.path === undefined || fault.path.test(request.path))
  );
}
