import type { Reason } from '../domain/reason.ts';
import type { Clock } from './clock.ts';
import { SlidingWindow } from './sliding-window.ts';

/** Admission to one mailbox, or how long to stay away (then the caller gives back its slot). */
export type Entry =
  /** `requests`: how many were made while inside, one unless told. */
  | { readonly release: (requests?: number) => void }
  | { readonly waitMs: number; readonly reason: Reason };

export interface Lanes {
  /**
   * Lets a request of `bytes` (all its parts together) into the mailbox's lane as soon as Exchange
   * would take it. Waits in place for at most `MAX_WAIT_IN_SLOT_MS`.
   */
  enter(mailbox: string, bytes: number, signal?: AbortSignal): Promise<Entry>;
  /**
   * Closes the lane after a refusal, for as long as told (`null`: twice as long each time, from 30
   * seconds to 10 minutes). Gives the milliseconds.
   */
  pause(mailbox: string, forMs: number | null, reason: Reason): number;
  /** Lanes that are kept at the moment. */
  size(): number;
}

export const MAX_WAIT_IN_SLOT_MS = 2_000;

/**
 * Exchange's limits per app and mailbox.
 * @see https://learn.microsoft.com/en-us/graph/throttling-limits
 */
export const MAILBOX_LIMITS = {
  atOnce: 4,
  requests: 10_000,
  requestsWindowMs: 600_000,
  bytes: 150_000_000,
  bytesWindowMs: 300_000,
} as const;

/** What is left for requests that do not pass a lane (folder checks, ranges of an upload). */
const SHARE = 0.98;
const FIRST_PAUSE_MS = 30_000;
const LAST_PAUSE_MS = 600_000;
const SWEEP_EVERY_MS = 60_000;
/** Until a lane has measured how long its requests take. */
const FIRST_HOLD_MS = 300;

export function lanes(o: { readonly clock: Clock; readonly workers?: number }): Lanes {
  const { clock } = o;
  const share = (limit: number): number => Math.max(1, Math.floor(limit / (o.workers ?? 1)));
  const kept = new Map<string, Lane>();
  let sweptMs = clock.nowMs();

  const laneOf = (mailbox: string): Lane => {
    const nowMs = clock.nowMs();
    if (nowMs - sweptMs >= SWEEP_EVERY_MS) {
      sweptMs = nowMs;
      for (const [name, lane] of kept) if (lane.isIdle(nowMs)) kept.delete(name);
    }
    let lane = kept.get(mailbox);
    if (lane === undefined) {
      lane = new Lane(
        share(MAILBOX_LIMITS.atOnce),
        new SlidingWindow(share(MAILBOX_LIMITS.requests * SHARE), MAILBOX_LIMITS.requestsWindowMs),
        new SlidingWindow(share(MAILBOX_LIMITS.bytes * SHARE), MAILBOX_LIMITS.bytesWindowMs),
      );
      kept.set(mailbox, lane);
    }
    return lane;
  };

  return {
    async enter(mailbox, bytes, signal) {
      const lane = laneOf(mailbox);
      const untilMs = clock.nowMs() + MAX_WAIT_IN_SLOT_MS;
      for (;;) {
        const nowMs = clock.nowMs();
        const waitMs = lane.waitMs(bytes, nowMs);
        if (waitMs === 0) return { release: lane.take(bytes, clock) };
        if (nowMs + waitMs > untilMs) return lane.turnAway(waitMs, nowMs);
        await lane.standBy(Math.max(1, waitMs), clock, signal);
      }
    },
    pause: (mailbox, forMs, reason) => laneOf(mailbox).pause(forMs, reason, clock.nowMs()),
    size: () => kept.size,
  };
}

class Lane {
  readonly #atOnce: number;
  readonly #requests: SlidingWindow;
  readonly #bytes: SlidingWindow;
  #inFlight = 0;
  #heldBytes = 0;
  #holdMs = FIRST_HOLD_MS;
  #standingBy: (() => void)[] = [];
  #pausedUntilMs = 0;
  #pauseReason: Reason = 'throttled';
  #strikes = 0;
  /** Those turned away are spread behind each other, lest all come back at one moment. */
  #promisedMs = 0;

  constructor(atOnce: number, requests: SlidingWindow, bytes: SlidingWindow) {
    this.#atOnce = atOnce;
    this.#requests = requests;
    this.#bytes = bytes;
  }

  /** 0 when there is room; else about how long until there is. */
  waitMs(bytes: number, nowMs: number): number {
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs - nowMs;
    const turnMs = this.#holdMs / this.#atOnce;
    const queueMs =
      this.#inFlight < this.#atOnce ? 0 : Math.ceil((this.#standingBy.length + 1) * turnMs);
    const windowMs = Math.max(
      this.#requests.waitMs(1, this.#inFlight, nowMs),
      this.#bytes.waitMs(bytes, this.#heldBytes, nowMs),
    );
    return Math.max(queueMs, windowMs === Infinity ? Math.ceil(this.#holdMs) : windowMs);
  }

  take(bytes: number, clock: Clock): (requests?: number) => void {
    const sinceMs = clock.nowMs();
    let isOpen = true;
    this.#inFlight += 1;
    this.#heldBytes += bytes;
    return (requests = 1) => {
      if (!isOpen) return;
      isOpen = false;
      const nowMs = clock.nowMs();
      this.#inFlight -= 1;
      this.#heldBytes -= bytes;
      // Counted when it is over: the server may have counted any part of it this late.
      this.#requests.add(requests, nowMs);
      this.#bytes.add(bytes, nowMs);
      this.#holdMs += (nowMs - sinceMs - this.#holdMs) / 8;
      if (nowMs >= this.#pausedUntilMs) this.#strikes = 0;
      this.#standingBy.shift()?.();
    };
  }

  /** Waits until someone leaves, at most for the time that the wait was reckoned to take. */
  async standBy(waitMs: number, clock: Clock, signal?: AbortSignal): Promise<void> {
    if (this.#inFlight === 0) return clock.sleep(waitMs, signal);
    const timer = new AbortController();
    const stop = signal === undefined ? timer.signal : AbortSignal.any([timer.signal, signal]);
    let leave: () => void = () => undefined;
    const freed = new Promise<void>((resolve) => {
      leave = resolve;
      this.#standingBy.push(resolve);
    });
    try {
      const slept = clock.sleep(waitMs, stop).catch((error: unknown) => {
        if (signal?.aborted === true) throw error;
      });
      await Promise.race([freed, slept]);
    } finally {
      timer.abort();
      this.#standingBy = this.#standingBy.filter((one) => one !== leave);
    }
  }

  turnAway(waitMs: number, nowMs: number): Entry {
    const turnMs = Math.max(this.#holdMs / this.#atOnce, MIN_TURN_MS);
    this.#promisedMs = Math.max(this.#promisedMs + turnMs, nowMs + waitMs);
    const reason = nowMs < this.#pausedUntilMs ? this.#pauseReason : 'throttled';
    return { waitMs: Math.ceil(this.#promisedMs - nowMs), reason };
  }

  pause(forMs: number | null, reason: Reason, nowMs: number): number {
    if (forMs === null && nowMs >= this.#pausedUntilMs) this.#strikes += 1;
    const doubledMs = FIRST_PAUSE_MS * 2 ** Math.max(0, this.#strikes - 1);
    const pauseMs = forMs ?? Math.min(LAST_PAUSE_MS, doubledMs);
    if (nowMs + pauseMs >= this.#pausedUntilMs) {
      this.#pausedUntilMs = nowMs + pauseMs;
      this.#pauseReason = reason;
    }
    return pauseMs;
  }

  isIdle(nowMs: number): boolean {
    return (
      this.#inFlight === 0 &&
      this.#standingBy.length === 0 &&
      nowMs >= this.#pausedUntilMs + (this.#strikes === 0 ? 0 : LAST_PAUSE_MS) &&
      this.#requests.isEmpty(nowMs) &&
      this.#bytes.isEmpty(nowMs)
    );
  }
}

/** 10,000 requests in 10 minutes are one in 60 ms. */
const MIN_TURN_MS = 60;
