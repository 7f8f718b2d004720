import { OVER_LIMIT } from '../domain/partial-copies.ts';
import type { ItemOutcome, Receipt } from '../domain/receipt.ts';
import { isArchived } from '../domain/receipt.ts';
import type { Reason } from '../domain/reason.ts';
import { REASONS } from '../domain/reason.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';

/** What a retry of one item came to, by its latest receipts before and after the run. */
export interface RetriedItem {
  readonly itemKey: string;
  readonly state:
    | 'archived-already'
    | 'archived-now'
    | 'receipt-renewed'
    | 'completed'
    | 'partial-still'
    | 'waived'
    | 'not-archived';
  /** Null while the item has no receipt. */
  readonly outcome: ItemOutcome | null;
  readonly reason: Reason | null;
  /** When the newest copy was made, ISO 8601 UTC in seconds; null when the item is not archived. */
  readonly since: string | null;
  readonly mailboxes: number;
}

export function retriedItem(
  itemKey: string,
  before: Receipt | null,
  after: Receipt | null,
): RetriedItem {
  const copies = (after?.mailboxes ?? []).filter(({ outcome }) => outcome !== 'failed');
  const state = stateOf(before, after);
  const times = copies.map(({ at }) => at).sort();
  return {
    itemKey,
    state,
    outcome: after?.outcome ?? null,
    reason: after?.reason ?? null,
    since:
      state === 'not-archived' || state === 'waived'
        ? null
        : (times.at(-1) ?? after?.writtenAt ?? null),
    mailboxes: copies.length,
  };
}

function stateOf(before: Receipt | null, after: Receipt | null): RetriedItem['state'] {
  if (after === null || !isArchived(after.outcome)) return 'not-archived';
  if (after.outcome === 'waived') return 'waived';
  if (before === null || !isArchived(before.outcome)) return 'archived-now';
  if (after.outcome === 'partial') return 'partial-still';
  if (before.outcome === 'partial') return 'completed';
  return JSON.stringify(before) === JSON.stringify(after) ? 'archived-already' : 'receipt-renewed';
}

/** 0 when the item has all that the retry could bring, 3 when it is not archived or still lacks something. */
export function exitCodeOfItem({ state }: RetriedItem): ExitCode {
  switch (state) {
    case 'archived-already':
    case 'archived-now':
    case 'receipt-renewed':
    case 'completed':
      return EXIT.done;
    case 'partial-still':
    case 'waived':
    case 'not-archived':
      return EXIT.notArchived;
  }
}

/** One line under the books of the day, which count all its items. */
export function retriedText(item: RetriedItem): string {
  return `The item ${item.itemKey.slice(0, 12)}… ${words(item)}`;
}

function words({ state, outcome, reason, since, mailboxes }: RetriedItem): string {
  const where = `${String(mailboxes)} ${mailboxes === 1 ? 'mailbox' : 'mailboxes'}`;
  switch (state) {
    case 'archived-already':
      return `is archived already, since ${String(since)}, in ${where}: nothing was posted.`;
    case 'archived-now':
      return `is archived now, in ${where}.`;
    case 'receipt-renewed':
      return `was archived before; its new receipt tells of its copies in ${where}.`;
    case 'completed':
      return `is complete now: what its copies lacked was added, in ${where}.`;
    case 'partial-still':
      return `still lacks attachments, ${OVER_LIMIT}.`;
    case 'waived':
      return 'is not archived: its case is closed.';
    case 'not-archived': {
      if (outcome === null) return 'is not archived: it has no end yet.';
      return `is still not archived${reason === null ? '.' : `: ${reason}. ${REASONS[reason]}`}`;
    }
  }
}
