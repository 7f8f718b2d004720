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

/** The storage service's answer as a run's error that tells what to do. */
export function stagingProblem(error: unknown, container: string): unknown {
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
      `Azure Storage refuses access to "${container}" (${code ?? 'no code'}). Give the worker the role "Storage Blob Data Contributor" on it, or renew its key.`,
      cause,
    );
  }
  if (error.statusCode === undefined || error.statusCode >= 500 || isUnreachable(error)) {
    return new RunError(
      'staging-unavailable',
      `Azure Storage does not answer for "${container}" (${code ?? 'no code'}). It is tried again; look at the account's health if this lasts.`,
      cause,
    );
  }
  return error;
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

/** The blob is there already: the answer to a conditional create (`If-None-Match: *`). */
export function isAlreadyThere(error: unknown): boolean {
  return (
    error instanceof RestError &&
    (error.code === 'BlobAlreadyExists' ||
      error.code === 'ConditionNotMet' ||
      // A WORM policy answers an overwrite so, condition or not.
      error.code === 'BlobImmutableDueToPolicy')
  );
}

/** A commit names blocks that the blob does not have. */
export function isWithoutItsBlocks(error: unknown): boolean {
  return error instanceof RestError && error.code === 'InvalidBlockList';
}
