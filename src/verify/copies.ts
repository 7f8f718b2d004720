import type { IndexEntry } from '../domain/index-entry.ts';
import type { Message } from '../domain/message.ts';
import type { MailboxEntry } from '../domain/receipt.ts';
import type { FoundCopy, ShownCopy } from '../mailbox/copy-reader.ts';
import { folded } from './visible-text.ts';

/** A copy as its receipt and its item say that it is. */
export interface ExpectedCopy {
  readonly itemKey: string;
  /** Object id of the mailbox's user. */
  readonly mailbox: string;
  /** Of the folder; null for the one folder of a user's own mailbox. */
  readonly year: string | null;
  /** Of the message in the mailbox; null when no copy was made. */
  readonly messageId: string | null;
  readonly isMade: boolean;
  /** Ids that the archiver removed on the way. */
  readonly removed: readonly string[];
  /** What the copy holds; null when the item was not read, or the message is of another delivery. */
  readonly content: ExpectedContent | null;
}

export interface ExpectedContent {
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
  readonly itemClass: string;
  /** As the message has them; `name` is null where another converter chose it. */
  readonly attachments: readonly { readonly name: string | null; readonly sha256: string }[];
  /** Folded; null unless contents are read. `isWhole`: all that is seen, not only contained in it. */
  readonly text: { readonly folded: string; readonly isWhole: boolean } | null;
  /** Null unless contents are read, and where another converter made the message. */
  readonly head: Pick<Message, 'subject' | 'from' | 'to'> | null;
}

/** The copy that an entry of a receipt tells of. */
export function expectedCopy(
  { itemKey, at }: IndexEntry,
  { id, messageId, rule, outcome, removed = [] }: MailboxEntry,
  content: ExpectedContent | null,
): ExpectedCopy {
  return {
    itemKey,
    mailbox: id,
    year: rule === 'unmatched' ? at.slice(0, 4) : null,
    messageId,
    isMade: outcome !== 'failed',
    removed,
    content,
  };
}

/** What of the messages with the item's Message-ID is the copy, and what they are else. */
export interface SortedOut {
  readonly own: FoundCopy | null;
  /** Removed by the archiver and there again. */
  readonly back: readonly FoundCopy[];
  readonly doubled: readonly FoundCopy[];
}

/** Exchange keeps whole seconds; ours are whole too. */
const MAX_TIME_SHIFT_MS = 2_000;

/** The copy is known by its id, else the oldest that bears our key; `found` is the oldest first. */
export function sortOut(
  { itemKey, messageId, removed }: Pick<ExpectedCopy, 'itemKey' | 'messageId' | 'removed'>,
  found: readonly FoundCopy[],
): SortedOut {
  const back = found.filter(({ id }) => removed.includes(id));
  const rest = found.filter(({ id }) => !removed.includes(id));
  const own =
    rest.find(({ id }) => id === messageId) ??
    rest.find(({ archiveKey }) => archiveKey === itemKey) ??
    null;
  return { own, back, doubled: rest.filter((one) => one !== own) };
}

/** Names of what the copy is otherwise than it was made. */
export function copyFaults(copy: FoundCopy, expected: ExpectedCopy): string[] {
  const { itemKey, content } = expected;
  const faults: string[] = [];
  if (copy.isDraft) faults.push('it is a draft');
  if (copy.archiveKey !== itemKey) faults.push('its key is gone');
  if (!copy.internetMessageId.startsWith(`<${itemKey}@`)) faults.push('its Message-ID is another');
  if (content === null) return faults;
  const shiftMs = Math.abs(Date.parse(copy.receivedAt) - Date.parse(content.at));
  if (!(shiftMs <= MAX_TIME_SHIFT_MS)) faults.push('its time is another');
  if (copy.itemClass !== null && copy.itemClass !== content.itemClass) {
    faults.push('its class is another');
  }
  return faults;
}

/**
 * Names of the head's parts that a copy shows otherwise: the subject on one line, parties by their
 * addresses, letter case and order apart. The names beside them are the directory's to choose.
 */
export function headFaults(
  shown: Pick<ShownCopy, 'subject' | 'from' | 'to'>,
  { subject, from, to }: NonNullable<ExpectedContent['head']>,
): string[] {
  const faults: string[] = [];
  if (folded(shown.subject) !== folded(subject)) faults.push('subject');
  if (shown.from?.toLowerCase() !== from.address.toLowerCase()) faults.push('from');
  if (addressesIn(shown.to) !== addressesIn(to.map(({ address }) => address))) faults.push('to');
  return faults;
}

function addressesIn(addresses: readonly string[]): string {
  return [...new Set(addresses.map((address) => address.toLowerCase()))].sort().join(' ');
}

/** How many attachments a copy lacks, and how many it has beyond what it was made with. */
export function attachmentFaults(
  names: readonly string[],
  { attachments }: Pick<ExpectedContent, 'attachments'>,
): { readonly missing: number; readonly added: number } {
  const known = attachments.flatMap(({ name }) => name ?? []);
  if (known.length < attachments.length) {
    const difference = names.length - attachments.length;
    return { missing: Math.max(0, -difference), added: Math.max(0, difference) };
  }
  return { missing: lacking(known, names), added: lacking(names, known) };
}

/** Digests of the item's attachments that the copy does not have, each as often as it should. */
export function digestsLacking(
  digests: readonly string[],
  { attachments }: Pick<ExpectedContent, 'attachments'>,
): number {
  return lacking(
    attachments.map(({ sha256 }) => sha256),
    digests,
  );
}

function lacking(wanted: readonly string[], there: readonly string[]): number {
  const left = [...there];
  return wanted.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  }).length;
}

export function isTextThere(
  seen: string,
  { folded: expected, isWhole }: NonNullable<ExpectedContent['text']>,
): boolean {
  return isWhole ? seen === expected : seen.includes(expected);
}
