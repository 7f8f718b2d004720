import { endOf, isArchived, type MailboxEntry, type Receipt } from '../domain/receipt.ts';
import type { StoredMessage } from '../staging/messages.ts';

/** What a receipt must agree with. */
export interface ReceiptTruth {
  readonly itemKey: string;
  /** Null when the receipt's package has no index, or the index no such item. */
  readonly item: {
    /** More than one when the package has the item twice, in other wrappings. */
    readonly sha256: readonly string[];
    readonly packageSha256: string;
  } | null;
  /** Null when there is no message. */
  readonly message: Pick<StoredMessage, 'sha256' | 'home'> | null;
}

/** Names of what the receipt says otherwise than package, item and message are. */
export function receiptFaults(
  receipt: Receipt,
  { itemKey, item, message }: ReceiptTruth,
): string[] {
  const faults: string[] = [];
  if (receipt.itemKey !== itemKey) faults.push('itemKey');
  if (item === null) faults.push('package');
  else {
    if (receipt.packageSha256 !== item.packageSha256) faults.push('packageSha256');
    if (!item.sha256.includes(receipt.itemSha256)) faults.push('itemSha256');
  }
  // A message that is missing is a difference of its own.
  if (receipt.messageSha256 !== null && message !== null) {
    if (receipt.messageSha256 !== message.sha256) faults.push('messageSha256');
    if (receipt.home !== message.home) faults.push('home');
  }
  return faults;
}

/** Names of what in a receipt does not follow from its own copies. */
export function ownFaults({ outcome, mailboxes, held }: OwnFacts): string[] {
  const faults = mailboxes.some(isOfNoRule) ? ['a rule without its mapping version'] : [];
  if (outcome === 'skipped') return faults;
  if (mailboxes.length + held.length === 0) return [...faults, 'no copy, made or held'];
  const isSame = standingOf(endOf({ mailboxes, held }).outcome) === standingOf(outcome);
  return isSame ? faults : [...faults, 'an outcome that does not follow from its copies'];
}

type OwnFacts = Pick<Receipt, 'outcome' | 'mailboxes' | 'held'>;

/** Only what the CSV maps has a version. */
function isOfNoRule({ rule, mappingVersion }: MailboxEntry): boolean {
  return (rule === 'custom') !== (mappingVersion !== null);
}

/** Which reasons are of mapping may change with a version; that something is open may not. */
function standingOf(outcome: Receipt['outcome']): string {
  return isArchived(outcome) ? outcome : 'open';
}

/**
 * Names of what a receipt lacks of the copies that one before it tells of: a copy once made stays in
 * all later ones, a whole one as it was. One that lacks something may have been made anew.
 */
export function chainFaults(before: Receipt, next: Receipt): string[] {
  const isMade = ({ outcome }: MailboxEntry) => outcome !== 'failed';
  const made = new Map(next.mailboxes.filter(isMade).map((copy) => [copy.id, copy]));
  return before.mailboxes.filter(isMade).flatMap((copy) => {
    const later = made.get(copy.id);
    if (later === undefined) return [`mailbox ${copy.id} is gone`];
    const isSame = copy.outcome === 'imported' || copy.messageId === later.messageId;
    if (!isSame) return [];
    return LASTING.filter((fact) => copy[fact] !== later[fact]).map(
      (fact) => `mailbox ${copy.id} has another ${fact}`,
    );
  });
}

const LASTING = ['messageId', 'rule', 'mappingVersion', 'at'] as const;

/** Numbers from 1 to the highest that are not there. */
export function holesIn(numbers: readonly number[]): number[] {
  const there = new Set(numbers);
  const highest = Math.max(0, ...numbers);
  return Array.from({ length: highest }, (_, at) => at + 1).filter((number) => !there.has(number));
}
