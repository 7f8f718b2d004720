import type { Reason } from '../domain/reason.ts';
import { RunError } from '../domain/run-error.ts';
import type { Copying, CopyingDeps } from './copying.ts';
import { beginCopy } from './copying.ts';
import { GraphProblem } from './graph-problem.ts';
import type { Attempt, ImportEnd, ImportInput } from './import-contract.ts';
import { makeCopy } from './make-copy.ts';
import { classify } from './problem-class.ts';

export type { Attempt, ImportEnd, ImportInput, Word } from './import-contract.ts';

export interface ImporterDeps extends CopyingDeps {
  /** How long a full, moving or missing mailbox is left alone. */
  readonly parkedMs?: number;
}

const PARKED_MS = 900_000;
/** After a failure that says nothing about when it will be better. */
const RETRY_MS = 30_000;

/**
 * Makes one copy, exactly once, or says why not. In place of a copy that lacks something, it makes
 * the better one whole and then removes the other; what does not lack less is not kept. Graph has no key that would make a create
 * idempotent, so: what surely was never sent is posted; everything else is looked for by its
 * Message-ID, no earlier than a lost create could still appear, and posted when it is not there.
 * Receipts were read before by the caller.
 *
 * | answer                  | what it means                | then                                  |
 * |-------------------------|------------------------------|---------------------------------------|
 * | throttled               | not applied                  | lane closed as told; the same again   |
 * | ambiguous               | may have been applied        | after `settleMs` look, then post      |
 * | mailbox full, moving    | takes nothing now            | lane closed for `parkedMs`; again     |
 * | no mailbox              | none now                     | the same                              |
 * | folder gone             | deleted meanwhile            | folder made anew, the same once more  |
 * | too large               | a limit of the mailbox       | removed, made without its largest     |
 * | not permitted           | one mailbox, or the app      | failed; first five new: run stops     |
 * | token refused           | the app                      | run stops                             |
 * | anything else below 500 | this message                 | failed                                |
 *
 * @throws {RunError} `tenant-refused`, `platform-changed` (also while the breaker is open).
 */
export async function importCopy(
  deps: ImporterDeps,
  input: ImportInput,
  attempt: Attempt,
): Promise<ImportEnd> {
  deps.breaker.check(input.connector, input.run);
  const copying = beginCopy(deps, input, attempt);
  try {
    const end = await makeCopy(copying);
    if (end.end === 'done') deps.breaker.succeeded(input.connector, input.run);
    return end;
  } catch (error) {
    return endOf(deps, copying, error);
  }
}

/** What an error means for the copy: the table above. */
function endOf(deps: ImporterDeps, c: Copying, error: unknown): ImportEnd {
  if (error instanceof RunError) return endOfRunError(c, error);
  if (!(error instanceof GraphProblem)) throw error;
  const { connector, run, mailboxId, isKnownDenied, year } = c.input;
  const close = (forMs: number | null, reason: Reason): ImportEnd =>
    c.again(deps.lanes.pause(mailboxId, forMs, reason), reason);
  const problem = classify(error);
  switch (problem.kind) {
    case 'throttled':
      return close(error.retryAfterMs, 'throttled');
    case 'ambiguous':
      return c.again(error.retryAfterMs ?? RETRY_MS, 'tenant-unavailable');
    case 'mailbox-state':
      return close(deps.parkedMs ?? PARKED_MS, problem.reason);
    case 'no-mailbox':
      deps.folders.forget(mailboxId, run, year);
      return close(deps.parkedMs ?? PARKED_MS, 'no-mailbox');
    case 'folder-gone':
      deps.folders.forget(mailboxId, run, year);
      c.forgetMessage();
      return c.again(RETRY_MS, 'tenant-unavailable');
    case 'not-permitted':
      if (isKnownDenied !== true) deps.breaker.denied(connector, run, mailboxId);
      deps.breaker.check(connector, run);
      return c.failed('not-permitted', error.detail);
    case 'token':
      return endOfRunError(c, tokenRefused(error));
    case 'too-large-for-mailbox':
    case 'permanent':
      return c.failed('refused-by-tenant', error.detail);
  }
}

function endOfRunError(c: Copying, error: RunError): ImportEnd {
  const { connector, run } = c.input;
  switch (error.code) {
    case 'tenant-unavailable':
      return c.again(error.retryAfterMs ?? RETRY_MS, 'tenant-unavailable');
    case 'staging-corrupt':
      return c.failed('staging-corrupt', error.code);
    case 'tenant-refused':
    case 'platform-changed':
      c.deps.breaker.open(connector, run, error);
      throw error;
    default:
      throw error;
  }
}

function tokenRefused(cause: GraphProblem): RunError {
  return new RunError(
    'tenant-refused',
    'Microsoft Graph refuses the token of the app, a new one too. Check tenantId, cloud and the app registration, then run again.',
    { cause },
  );
}
