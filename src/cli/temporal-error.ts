import { isGrpcDeadlineError, isGrpcServiceError } from '@temporalio/client';

import { UnreachableError } from './exit.ts';

/** gRPC status codes that mean: the server is not there, or does not let us in. */
const UNREACHABLE_CODES: ReadonlySet<number> = new Set([
  4, // DEADLINE_EXCEEDED
  7, // PERMISSION_DENIED
  14, // UNAVAILABLE
  16, // UNAUTHENTICATED
]);

const ALREADY_EXISTS = 6;

export function grpcCode(error: unknown): number | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isGrpcServiceError(at)) return at.code;
  }
  return null;
}

export function isAlreadyThere(error: unknown): boolean {
  return grpcCode(error) === ALREADY_EXISTS;
}

function isUnreachable(error: unknown): boolean {
  const code = grpcCode(error);
  return isGrpcDeadlineError(error) || (code !== null && UNREACHABLE_CODES.has(code));
}

/** A failed call of Temporal in our words; anything that is none stays what it is. */
export function temporalProblem(error: unknown, address: string): unknown {
  const code = grpcCode(error);
  if (code === null && !isGrpcDeadlineError(error)) return error;
  const status = code === null ? '' : ` (gRPC status ${String(code)})`;
  if (isUnreachable(error)) {
    return new UnreachableError(
      `Temporal at ${address} does not answer${status}. Start it, or correct TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and TEMPORAL_API_KEY.`,
      { cause: error },
    );
  }
  const details = rootOf(error);
  return new Error(`Temporal at ${address} refused the call${status}: ${details}`, {
    cause: error,
  });
}

function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? rootOf(error.cause) : error.message;
}
