import type { PartyRole } from './item.ts';
import { isOfMapping, isPassing, type Reason } from './reason.ts';

/** Which rule found the mailbox (seed page, step 4). */
export type MappingRule = 'custom' | 'automatic' | 'unmatched';

export type ItemOutcome = 'imported' | 'partial' | 'skipped' | 'unmapped' | 'waived' | 'failed';

/** Who closed the case of a copy that will not be made, and why. Holds nothing of the item. */
export interface Waiver {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
}

/** Who opened a closed case again. */
export interface Reopening extends Omit<Waiver, 'reason'> {
  readonly reason: string | null;
}

/** One copy: the item in one mailbox. */
export interface MailboxEntry {
  /** Object id of the Microsoft 365 user; empty for an unmatched mailbox that the tenant has not. */
  readonly id: string;
  /** Immutable id of the message in the mailbox; null when it is not there. */
  readonly messageId: string | null;
  readonly rule: MappingRule;
  readonly mappingVersion: string | null;
  /** When the copy was made or given up, ISO 8601 UTC in seconds. */
  readonly at: string;
  readonly outcome: 'imported' | 'partial' | 'failed';
  readonly reason: Reason | null;
  /** Positions of the attachments that the copy lacks: over a limit of its mailbox or of the connector. */
  readonly omitted?: readonly number[];
  /** Ids of messages that we removed on the way and that later look-ups ignore. */
  readonly removed?: readonly string[];
  /** Of a failed copy whose case is closed. */
  readonly waived?: Waiver;
}

export const NOBODY = '';

/** One party of ours that has no valid mailbox: one failed copy, or a waived one. */
export interface HeldEntry {
  readonly role: PartyRole;
  readonly position: number;
  readonly reason: Reason;
  /** Keyed hash of the party's number and address; `NOBODY` when the item cannot be read. */
  readonly person: string;
  readonly waived?: Waiver;
}

/** The one failed copy of an item of which nobody can say whose it is. */
export function heldForNobody(reason: Reason): HeldEntry {
  return { role: 'owner', position: 0, reason, person: NOBODY };
}

export interface StepEntry {
  readonly step: 'convert' | 'map' | 'import';
  readonly attempts: number;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** The durable record of an item's end. Only archiveItem writes one; it is never changed. */
export interface Receipt {
  readonly version: 1;
  readonly itemKey: string;
  /** The archive day on which the item was first delivered, `YYYY-MM-DD`. */
  readonly home: string;
  /** Blob path of the staged package. */
  readonly package: string;
  readonly packageSha256: string;
  readonly itemSha256: string;
  readonly messageSha256: string | null;
  readonly outcome: ItemOutcome;
  readonly reason: Reason | null;
  readonly mailboxes: readonly MailboxEntry[];
  readonly held: readonly HeldEntry[];
  /** The newest waiver of an item that is closed by one; the others stand at their copies. */
  readonly waived: Waiver | null;
  /** On the one receipt that opened a closed case again. */
  readonly reopened?: Reopening;
  readonly flags: readonly ReceiptFlag[];
  readonly steps: readonly StepEntry[];
  readonly writtenAt: string;
}

/** What a report counts besides the outcome. */
export type ReceiptFlag =
  | 'encrypted'
  | 'unknown-charset'
  | 'doubtful-text'
  | 'time-corrected'
  | 'files-removed-at-source'
  | 'connected-without-recording';

/** What an item came to, by its copies: open ones first, of them those that no mapping cures. */
export function endOf({
  mailboxes,
  held,
}: Pick<Receipt, 'mailboxes' | 'held'>): Pick<Receipt, 'outcome' | 'reason' | 'waived'> {
  const failed = [...mailboxes.filter((copy) => copy.outcome === 'failed'), ...held];
  const open = failed.filter((copy) => copy.waived === undefined);
  const reasons = open.map((copy) => copy.reason ?? 'interrupted');
  const worst = reasons.find((reason) => !isOfMapping(reason)) ?? reasons[0];
  if (worst !== undefined) {
    const outcome = isOfMapping(worst) ? 'unmapped' : 'failed';
    return { outcome, reason: worst, waived: null };
  }
  const waivers = failed.flatMap((copy) => copy.waived ?? []);
  const newest = waivers.reduce<Waiver | null>(
    (best, next) => (best === null || next.at > best.at ? next : best),
    null,
  );
  if (newest !== null) return { outcome: 'waived', reason: null, waived: newest };
  const isPartial = mailboxes.some((copy) => copy.outcome === 'partial');
  return { outcome: isPartial ? 'partial' : 'imported', reason: null, waived: null };
}

/**
 * Whether a copy has a chance by itself: a cause that may pass, or a mailbox that was not there. What
 * is held for a mapping has none until the answer about its person changes.
 */
export function isTriedDaily({
  mailboxes,
  reason,
}: Pick<Receipt, 'mailboxes' | 'reason'>): boolean {
  const hasChance = (copy: MailboxEntry) =>
    copy.outcome === 'failed' &&
    copy.waived === undefined &&
    copy.reason !== null &&
    (isPassing(copy.reason) || isOfMapping(copy.reason));
  return mailboxes.some(hasChance) || (reason !== null && isPassing(reason));
}

/** Nothing is left to do for an item of these outcomes. */
export function isArchived(outcome: ItemOutcome): boolean {
  return outcome !== 'unmapped' && outcome !== 'failed';
}
