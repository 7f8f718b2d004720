import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Reason } from '../domain/reason.ts';

/**
 * The worker's memory for what its activities hold of items and packages at one time: beside its
 * idle memory it never holds more, however many large items come together.
 */
export interface MemoryBudget {
  /**
   * Runs `work` on an item whose entry has so many bytes, as soon as there is room for what it holds
   * of it. First come, first served. `work` MUST NOT ask for room itself: so nobody waits for himself.
   *
   * @throws {ApplicationFailure} retryable, when so many wait that the slot is better given back
   * @throws the signal's reason when it is aborted while waiting
   */
  forItem<T>(sizeBytes: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** The same for a package that is received or indexed. */
  forPackage<T>(sizeBytes: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/**
 * What one step holds of a source, measured by `npm run bench -- large`: two blocks for staging or
 * one range and its copy for Graph, what the parser and the inflater have at hand, and as much again
 * until it is collected.
 */
const MOST_HELD_BYTES = 24_000_000;
/** A smaller source is held whole, in so many shapes: bytes, text, base64, JSON, request. */
const SHAPES = 6;
/** Up to here an item takes no room: 400 of them at once (MAX_ACTIVITIES) are 40 MB. */
const SLIGHT_BYTES = 16_384;
/**
 * How many bytes may be held at once of each kind. They have a part of their own, because a recording
 * takes minutes and a package hours: pictures must not wait for them.
 */
const ROOM = {
  streamed: 2 * MOST_HELD_BYTES,
  whole: 2 * MOST_HELD_BYTES,
  packages: 2 * MOST_HELD_BYTES,
};
/** Of the worker's 400 slots: the others go on. */
const MAX_WAITING = 100;
const COME_AGAIN_MS = 15_000;
const BUSY: Reason = 'interrupted';

export function memoryBudget(room: Readonly<Partial<typeof ROOM>> = {}): MemoryBudget {
  const { streamed, whole, packages } = { ...ROOM, ...room };
  const queues = {
    streamed: new Queue(streamed),
    whole: new Queue(whole),
    packages: new Queue(packages),
  };
  const heldOf = (sizeBytes: number) => Math.min(sizeBytes * SHAPES, MOST_HELD_BYTES);
  return {
    async forItem(sizeBytes, signal, work) {
      if (sizeBytes <= SLIGHT_BYTES) return work();
      const heldBytes = heldOf(sizeBytes);
      const queue = heldBytes < MOST_HELD_BYTES ? queues.whole : queues.streamed;
      return queue.run(heldBytes, signal, work);
    },
    forPackage: (sizeBytes, signal, work) => queues.packages.run(heldOf(sizeBytes), signal, work),
  };
}

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/** Bytes that are shared in the order of asking: a large share is not overtaken by small ones. */
class Queue {
  readonly #totalBytes: number;
  #freeBytes: number;
  #waiting: Waiting[] = [];

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
    this.#freeBytes = totalBytes;
  }

  async run<T>(wantedBytes: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    // More than there is would never be free.
    const bytes = Math.min(wantedBytes, this.#totalBytes);
    if (this.#waiting.length > 0 || bytes > this.#freeBytes) await this.#turn(bytes, signal);
    else this.#freeBytes -= bytes;
    try {
      return await work();
    } finally {
      this.#freeBytes += bytes;
      this.#admitNext();
    }
  }

  #turn(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) throw tooManyWait();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiting: Waiting = {
      bytes,
      admit: () => {
        signal.removeEventListener('abort', leave);
        resolve(undefined);
      },
    };
    const leave = () => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      this.#admitNext();
      reject(signal.reason as Error);
    };
    signal.throwIfAborted();
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    return promise;
  }

  #admitNext(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || first.bytes > this.#freeBytes) return;
      this.#waiting.shift();
      this.#freeBytes -= first.bytes;
      first.admit();
    }
  }
}

function tooManyWait(): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'This worker has no memory free for the item now. It comes again in a moment.',
    type: BUSY,
    nextRetryDelay: COME_AGAIN_MS,
    category: ApplicationFailureCategory.BENIGN,
  });
}
