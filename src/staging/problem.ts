import { RestError } from '@azure/storage-blob';
import { RunError } from '../domain/run-error.ts';

/** Codes of Node's sockets and resolver that mean: nobody answers there. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'REQUEST_SEND_ERROR',
]);

/**
 * The storage service's answer as a run's error that tells what to do. `path` names the blob where
 * one was read.
 */
export function stagingProblem(error: unknown, container: string, path = ''): unknown {
  if (isGivenUp(error)) return unavailable(container, 'no answer in time', error);
  if (!(error instanceof RestError)) return error;
  const cause = { cause: error };
  const code = codeOf(error);
  if (code === 'ContainerNotFound') {
    return new RunError(
      'staging-container-missing',
      `The staging container "${container}" does not exist. Run "o2-archiver schedule apply", or create it by hand.`,
      cause,
    );
  }
  if (error.statusCode === 401 || error.statusCode === 403) {
    return new RunError(
      'staging-refused',
      `Azure Storage refuses access to "${container}" (${code ?? 'no code'}). Give whoever runs this the role "Storage Blob Data Contributor" on it, or renew the key.`,
      cause,
    );
  }
  if (code === 'BlobNotFound') {
    return new RunError(
      'staging-corrupt',
      `The blob ${path} is missing in "${container}". Restore it (soft delete or an earlier version), then run the day again.`,
      cause,
    );
  }
  if (isArchived(error)) {
    return new RunError(
      'staging-corrupt',
      `The blob ${path} in "${container}" lies in the archive tier and cannot be read. Rehydrate it to the hot or cool tier, then run the day again.`,
      cause,
    );
  }
  if (error.statusCode === undefined || error.statusCode >= 500 || isUnreachable(error)) {
    return unavailable(container, code ?? 'no code', error);
  }
  return error;
}

/** A download that broke, whatever with; null for one that stood still. */
export function brokenDownload(error: unknown, container: string): RunError {
  return unavailable(container, error === null ? 'nothing came in time' : 'cut download', error);
}

function unavailable(container: string, why: string, cause: unknown): RunError {
  return new RunError(
    'staging-unavailable',
    `Azure Storage does not answer for "${container}" (${why}). Look at its address, the network and the account's health; a worker tries it again by itself.`,
    cause === null ? {} : { cause },
  );
}

/** What the SDK fails with when its request was aborted: only deadlines abort. */
function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** A read of the archive tier; also while it is being rehydrated. */
export function isArchived(error: unknown): boolean {
  return (
    error instanceof RestError &&
    ['BlobArchived', 'BlobBeingRehydrated'].includes(codeOf(error) ?? '')
  );
}

function isUnreachable(error: RestError): boolean {
  return error.code !== undefined && UNREACHABLE.has(error.code);
}

/** The answer to a HEAD request has no body: its code stands in a header only. */
function codeOf(error: RestError): string | undefined {
  return error.code ?? error.response?.headers.get('x-ms-error-code');
}

export function isMissing(error: unknown): boolean {
  return error instanceof RestError && codeOf(error) === 'BlobNotFound';
}

const ALREADY_THERE = new Set([
  'BlobAlreadyExists',
  'ConditionNotMet',
  // A WORM policy or a legal hold answers an overwrite so, condition or not.
  'BlobImmutableDueToPolicy',
  'BlobImmutableDueToLegalHold',
]);

/** The blob is there already: the answer to a conditional create (`If-None-Match: *`). */
export function isAlreadyThere(error: unknown): boolean {
  return error instanceof RestError && ALREADY_THERE.has(error.code ?? '');
}

/** A commit names blocks that the blob does not have. */
export function isWithoutItsBlocks(error: unknown): boolean {
  return error instanceof RestError && error.code === 'InvalidBlockList';
}
