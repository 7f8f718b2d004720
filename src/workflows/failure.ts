import { ApplicationFailure } from '@temporalio/workflow';

/** The failure that says why: an activity's or a child's stands below its own wrapper. */
export function applicationFailureIn(error: unknown): ApplicationFailure | null {
  if (error instanceof ApplicationFailure) return error;
  return error instanceof Error && error.cause !== undefined
    ? applicationFailureIn(error.cause)
    : null;
}

/**
 * A failure for a person: its page in the Web UI shows what is wrong and what to type, and no place in
 * our code beside it.
 */
export function failureInWords(
  failure: Pick<ApplicationFailure, 'message'> & { type: string; details?: unknown[] },
): ApplicationFailure {
  const inWords = ApplicationFailure.create({ ...failure, nonRetryable: true });
  inWords.stack = '';
  return inWords;
}
