import { GraphFailure } from './answer.ts';
import type { Settings } from './settings.ts';

/** Counts within the last `windowMs`, in slices: precise to a sixtieth of the window. */
class SlidingCount {
  static readonly #SLICES = 60;
  readonly #slices = new Map<number, number>();
  #sum = 0;

  add(nowMs: number, windowMs: number, amount: number): void {
    const slice = this.#forget(nowMs, windowMs);
    this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + amount);
    this.#sum += amount;
  }

  sum(nowMs: number, windowMs: number): number {
    this.#forget(nowMs, windowMs);
    return this.#sum;
  }

  /** Until the oldest slice leaves the window. */
  waitMs(nowMs: number, windowMs: number): number {
    const [oldest] = this.#slices.keys();
    if (oldest === undefined) return 0;
    const lengthMs = windowMs / SlidingCount.#SLICES;
    return Math.max((oldest + SlidingCount.#SLICES + 1) * lengthMs - nowMs, 1);
  }

  #forget(nowMs: number, windowMs: number): number {
    const now = Math.floor(nowMs / (windowMs / SlidingCount.#SLICES));
    for (const [slice, amount] of this.#slices) {
      if (slice >= now - SlidingCount.#SLICES) break;
      this.#slices.delete(slice);
      this.#sum -= amount;
    }
    return now;
  }
}

interface Lane {
  inFlight: number;
  readonly requests: SlidingCount;
  readonly bytes: SlidingCount;
}

/**
 * Exchange's limits per app and mailbox: so many requests at once, so many in ten minutes, so many
 * bytes written in five. Requests that are refused count too; waiting as told is the quickest way.
 */
export class Throttle {
  readonly #lanes = new Map<string, Lane>();
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Takes a place; the request gives it back with `leave`. How many are in flight, this one too. */
  enter(key: string): number {
    const lane = this.#lane(key);
    lane.inFlight += 1;
    return lane.inFlight;
  }

  leave(key: string): void {
    this.#lane(key).inFlight -= 1;
  }

  /** @throws {GraphFailure} 429 when a limit is passed. */
  admit(key: string, uploadBytes: number): void {
    const lane = this.#lane(key);
    const { limits, concurrencyRetryAfter } = this.#settings;
    const nowMs = performance.now();
    lane.requests.add(nowMs, limits.requestWindowMs, 1);
    if (lane.inFlight > limits.concurrency) {
      throw throttled('MailboxConcurrency', concurrencyRetryAfter);
    }
    if (lane.requests.sum(nowMs, limits.requestWindowMs) > limits.requests) {
      throw throttled('Request', seconds(lane.requests.waitMs(nowMs, limits.requestWindowMs)));
    }
    if (uploadBytes === 0) return;
    const uploaded = lane.bytes.sum(nowMs, limits.uploadWindowMs);
    if (uploaded + uploadBytes > limits.uploadBytes) {
      throw throttled('IncomingBytes', seconds(lane.bytes.waitMs(nowMs, limits.uploadWindowMs)));
    }
    lane.bytes.add(nowMs, limits.uploadWindowMs, uploadBytes);
  }

  #lane(key: string): Lane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane = { inFlight: 0, requests: new SlidingCount(), bytes: new SlidingCount() };
    this.#lanes.set(key, lane);
    return lane;
  }
}

/** Fractional, as the documentation's own sample (2.128). */
function seconds(waitMs: number): string {
  return (waitMs / 1000).toFixed(3);
}

function throttled(limit: string, retryAfter: string | null): GraphFailure {
  return new GraphFailure(
    429,
    'ApplicationThrottled',
    `Application is over its ${limit} limit.`,
    retryAfter === null ? {} : { headers: { 'retry-after': retryAfter } },
  );
}
