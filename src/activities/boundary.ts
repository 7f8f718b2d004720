import {
  ApplicationFailure,
  CancelledFailure,
  CompleteAsyncError,
  Context,
} from '@temporalio/activity';
import type { Reason } from '../domain/reason.ts';
import { RunError } from '../domain/run-error.ts';
import { BEAT_EVERY_MS } from './attempt.ts';

/**
 * The one place where a run's error becomes a Temporal failure: type = its code, so that workflows
 * and searches branch on that and never on a text. What is not ours keeps its name only: the message
 * of a foreign error may hold an address, a number or a text, and a history is read by many.
 */
function asFailure(error: unknown, attempt = 1): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof CompleteAsyncError) return error;
  if (error instanceof RunError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: !error.isRetryable,
      ...(error.retryAfterMs === null ? {} : { nextRetryDelay: error.retryAfterMs }),
    });
  }
  const name = error instanceof Error ? error.name : typeof error;
  const code = (error as { code?: unknown } | null)?.code;
  return ApplicationFailure.create({
    message: `Unexpected ${name}${typeof code === 'string' ? ` (${code})` : ''}: the worker's log has its stack.`,
    type: UNEXPECTED,
    nonRetryable: attempt >= MAX_UNEXPECTED,
  });
}

export interface BoundaryLog {
  /** The stack without the message. */
  unexpected(activity: string, error: unknown): void;
}

/** A fault of ours does not go away by itself: one item must not hold up the day for ever. */
const MAX_UNEXPECTED = 5;
const UNEXPECTED: Reason = 'internal-error';

/** Their heartbeats carry their word, to the next attempt or to who looks on: they beat by themselves. */
const BEAT_THEMSELVES: ReadonlySet<string> = new Set(['import', 'deliverReport', 'rehearse']);

/**
 * Wraps each activity so that nothing but translated failures leaves it, and beats for it while it
 * works: every network call in it has a deadline of its own, so what beats is not hung.
 */
export function withBoundary<T extends object>(activities: T, log: BoundaryLog): T {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: unknown[]) => {
      const context = Context.current();
      const beat = BEAT_THEMSELVES.has(name)
        ? undefined
        : setInterval(() => context.heartbeat(), BEAT_EVERY_MS);
      try {
        return await (activity as (...args: unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        const failure = asFailure(error, context.info.attempt);
        if (failure instanceof ApplicationFailure && failure.type === UNEXPECTED) {
          log.unexpected(name, error);
        }
        throw failure;
      } finally {
        clearInterval(beat);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
