import { ApplicationFailure, CancelledFailure, CompleteAsyncError } from '@temporalio/activity';
import { RunError } from '../domain/run-error.ts';

/**
 * The one place where a run's error becomes a Temporal failure: type = its code, so that workflows
 * and searches branch on that and never on a text. What is not ours keeps its name only: the message
 * of a foreign error may hold an address, a number or a text, and a history is read by many.
 */
export function asFailure(error: unknown): unknown {
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
    type: 'unexpected',
  });
}

export interface BoundaryLog {
  /** The stack without the message. */
  unexpected(activity: string, error: unknown): void;
}

/** Wraps each activity so that nothing but translated failures leaves it. */
export function withBoundary<T extends object>(activities: T, log: BoundaryLog): T {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await (activity as (...args: unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        const failure = asFailure(error);
        if (failure instanceof ApplicationFailure && failure.type === 'unexpected') {
          log.unexpected(name, error);
        }
        throw failure;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
