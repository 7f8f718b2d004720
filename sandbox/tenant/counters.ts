/** What has been asked of the tenant since the start or the last reset. */
export interface CounterReport {
  /** Requests by kind, `messages.create`; steps of a batch stand under `batch.` + kind. */
  readonly requests: Readonly<Record<string, number>>;
  /** Answers by kind and status: `messages.create 429`. */
  readonly answers: Readonly<Record<string, number>>;
  /** All Graph requests: a batch is one, upload ranges count, tokens do not. */
  readonly graphRequests: number;
  /** Bytes of the requests' bodies, by kind. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Messages that came to be, by the user's id. */
  readonly created: Readonly<Record<string, number>>;
  /** The most requests seen at one time, refused ones too, by the user's id. */
  readonly maxConcurrency: Readonly<Record<string, number>>;
}

export class Counters {
  #requests = new Map<string, number>();
  #answers = new Map<string, number>();
  #bytes = new Map<string, number>();
  #created = new Map<string, number>();
  #maxConcurrency = new Map<string, number>();

  requested(kind: string): void {
    increase(this.#requests, kind);
  }

  answered(kind: string, status: number): void {
    increase(this.#answers, `${kind} ${status}`);
  }

  received(kind: string, sizeBytes: number): void {
    if (sizeBytes > 0) increase(this.#bytes, kind, sizeBytes);
  }

  created(userId: string): void {
    increase(this.#created, userId);
  }

  atOnce(userId: string, requests: number): void {
    this.#maxConcurrency.set(userId, Math.max(requests, this.#maxConcurrency.get(userId) ?? 0));
  }

  report(): CounterReport {
    const graph = [...this.#requests].filter(
      ([kind]) => kind !== 'token' && kind !== 'openid' && !kind.startsWith('batch.'),
    );
    return {
      requests: Object.fromEntries(this.#requests),
      answers: Object.fromEntries(this.#answers),
      graphRequests: graph.reduce((sum, [, count]) => sum + count, 0),
      bytes: Object.fromEntries(this.#bytes),
      created: Object.fromEntries(this.#created),
      maxConcurrency: Object.fromEntries(this.#maxConcurrency),
    };
  }

  reset(): void {
    this.#requests = new Map();
    this.#answers = new Map();
    this.#bytes = new Map();
    this.#created = new Map();
    this.#maxConcurrency = new Map();
  }
}

function increase(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
