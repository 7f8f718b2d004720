import { ApplicationFailure } from '@temporalio/workflow';

/** The failure that says why: an activity's or a child's stands below its own wrapper. */
export function applicationFailureIn(error: unknown): ApplicationFailure | null {
  if (error instanceof ApplicationFailure) return error;
  return error instanceof Error && error.cause !== undefined
    ? applicationFailureIn(error.cause)
    : null;
}
