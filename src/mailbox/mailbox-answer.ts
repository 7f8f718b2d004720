import { RunError } from '../domain/run-error.ts';
import { classify } from './problem-class.ts';
import type { Reading } from './reads.ts';

/**
 * - `missing`: the mailbox answers, and what was asked for is not in it.
 * - `no-mailbox`, `denied`: the mailbox is gone, or the app may not read it.
 * - `unanswered`: nothing came, however often it was asked. Proves nothing.
 */
export type MailboxAnswer<Value> =
  | { readonly is: 'there'; readonly value: Value }
  | { readonly is: 'missing' | 'no-mailbox' | 'denied' }
  | { readonly is: 'unanswered'; readonly detail: string };

/** Before what did not say how long to wait is asked again; and the longest wait that is kept to. */
const WAIT_MS = 5_000;
const MAX_WAIT_MS = 600_000;

export const NOTHING: Reading = { status: null, body: null, code: null, retryAfterMs: null };
export const UNANSWERED: MailboxAnswer<never> = { is: 'unanswered', detail: 'no answer' };

/** Another try may bring another answer. */
export function isPassing(reading: Reading | null): boolean {
  if (reading === null) return true;
  if (reading.status === 200) return false;
  const { kind } = classify(reading);
  return kind === 'throttled' || kind === 'ambiguous' || kind === 'mailbox-state';
}

/** As long as the one that asked for the longest. */
export function waitMs(open: readonly (Reading | null)[]): number {
  const told = open.map((reading) => reading?.retryAfterMs ?? WAIT_MS);
  return Math.min(MAX_WAIT_MS, Math.max(...told));
}

export function answerOf<Value>(
  reading: Reading | null,
  valueOf: (body: unknown) => Value | null,
): MailboxAnswer<Value> {
  if (reading?.status === 200) {
    const value = valueOf(reading.body);
    return value === null
      ? { is: 'unanswered', detail: 'an answer that cannot be read' }
      : { is: 'there', value };
  }
  const { status, code } = reading ?? NOTHING;
  switch (classify({ status, code }).kind) {
    case 'no-mailbox':
      return { is: 'no-mailbox' };
    case 'folder-gone':
      return { is: 'missing' };
    case 'not-permitted':
      return { is: 'denied' };
    case 'token':
      throw new RunError(
        'tenant-refused',
        'Microsoft Graph refuses the token of the app. Check tenantId, cloud and the app registration.',
      );
    default:
      return { is: 'unanswered', detail: code ?? (status === null ? 'no answer' : String(status)) };
  }
}

export function mapped<From, To>(
  answer: MailboxAnswer<From>,
  change: (value: From) => To,
): MailboxAnswer<To> {
  return answer.is === 'there' ? { is: 'there', value: change(answer.value) } : answer;
}
