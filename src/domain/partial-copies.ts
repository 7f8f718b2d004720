import type { Receipt } from './receipt.ts';

/** A copy that is in its mailbox and lacks something of its item. */
export interface PartialCopy {
  readonly itemKey: string;
  /** Object id of the Microsoft 365 user. */
  readonly mailbox: string;
  /** Attachments that a limit of the mailbox or of the connector left out: a retry may add them. */
  readonly omitted: number;
  /** The vendor removed files before the item was delivered: nothing here brings them. */
  readonly isCutAtSource: boolean;
}

/** More are counted by the books and not named: each costs the reading of a receipt. */
export const MAX_PARTIAL_NAMED = 100;

/** Which of the two left an attachment out no receipt says: the cure names both. */
export const OVER_LIMIT = 'over a limit of the mailbox or limits.maxItemBytes';

/** The first half of the cure; the second is `RAISE_LIMIT`. */
export const RAISE_OWN_LIMIT =
  "raise limits.maxItemBytes where the item's attachments together are larger, and restart the worker; else raise the limit of the mailbox";

/** Exchange takes 150 MB at most (docs/sizing.md). */
export const RAISE_LIMIT = 'Set-Mailbox USER -MaxReceiveSize 150MB -MaxSendSize 150MB';

export function partialCopiesOf({ itemKey, mailboxes, flags }: Receipt): PartialCopy[] {
  const isCutAtSource = flags.includes('files-removed-at-source');
  return mailboxes
    .filter(({ outcome }) => outcome === 'partial')
    .map(({ id, omitted = [] }) => ({
      ...{ itemKey, mailbox: id },
      ...{ omitted: omitted.length, isCutAtSource },
    }));
}

/** Why a copy lacks something, and whether anything can be done. */
export function lackWords({ omitted, isCutAtSource }: PartialCopy): string {
  const reasons = [
    ...(omitted > 0 ? [`${OVER_LIMIT}: raise it, then retry`] : []),
    ...(isCutAtSource ? ['removed at the source: nothing to cure here, ask TeleMessage'] : []),
  ];
  return reasons.length === 0 ? 'see the item' : reasons.join('; ');
}
