import { isGrpcDeadlineError, isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';

import { UnreachableError } from './exit.ts';
import type { TemporalAccess } from './session.ts';

/** gRPC status codes that mean: the server is not there. */
const UNREACHABLE_CODES: ReadonlySet<number> = new Set([
  4, // DEADLINE_EXCEEDED
  14, // UNAVAILABLE
]);

/** … and: it does not let us in. */
const REFUSED_CODES: ReadonlyMap<number, string> = new Map([
  [7, 'PERMISSION_DENIED'],
  [16, 'UNAUTHENTICATED'],
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
export function temporalProblem(
  error: unknown,
  { address, namespace }: Pick<TemporalAccess, 'address' | 'namespace'>,
): unknown {
  const cause = { cause: error };
  if (error instanceof NamespaceNotFoundError) {
    return new UnreachableError(
      `Temporal at ${address} has no namespace "${namespace}". Correct TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace ${namespace} --retention 720h`,
      cause,
    );
  }
  const code = grpcCode(error);
  if (code === null && !isGrpcDeadlineError(error)) return error;
  const refusal = code === null ? undefined : REFUSED_CODES.get(code);
  if (refusal !== undefined) {
    return new UnreachableError(
      `Temporal at ${address} does not let us into the namespace "${namespace}" (${refusal}). Correct TEMPORAL_API_KEY or TEMPORAL_TLS_*, or give their identity the right to write there.`,
      cause,
    );
  }
  const status = code === null ? '' : ` (gRPC status ${String(code)})`;
  if (isUnreachable(error)) {
    return new UnreachableError(
      `Temporal at ${address} does not answer${status}. Start it, or correct TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.`,
      cause,
    );
  }
  return new Error(`Temporal at ${address} refused the call${status}: ${rootOf(error)}`, cause);
}

function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? rootOf(error.cause) : error.message;
}
