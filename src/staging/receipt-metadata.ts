import { isReason } from '../domain/reason.ts';
import type { ItemOutcome, Receipt, ReceiptFlag } from '../domain/receipt.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import type { Metadata } from './container.ts';

/**
 * A receipt's facts as blob metadata, so that the books of a day come from one listing and not from
 * a read of every receipt. Compact ASCII lists: `imported,imported,failed.throttled`.
 */
export function metadataOf(receipt: Receipt): Metadata {
  return {
    outcome: receipt.outcome,
    reason: receipt.reason ?? '',
    home: receipt.home,
    copies: receipt.mailboxes.map((copy) => copy.outcome + dotted(copy.reason)).join(','),
    held: receipt.held
      .map((held) => `${held.role}.${String(held.position)}.${held.reason}`)
      .join(','),
    flags: receipt.flags.join(','),
  };
}

/** The facts again; ids, rules and persons, which only the receipt itself holds, are empty. */
export function factsFrom(itemKey: string, metadata: Metadata): ReceiptFacts {
  return {
    itemKey,
    home: metadata['home'] ?? '',
    outcome: (metadata['outcome'] ?? 'failed') as ItemOutcome,
    reason: reasonOf(metadata['reason'] ?? ''),
    mailboxes: listed(metadata['copies']).map((copy) => {
      const [outcome, reason = ''] = copy.split('.');
      return {
        id: '',
        messageId: null,
        rule: 'automatic',
        mappingVersion: null,
        at: '',
        outcome: outcome as 'imported' | 'partial' | 'failed',
        reason: reasonOf(reason),
      };
    }),
    held: listed(metadata['held']).map((held) => {
      const [role, position, reason = ''] = held.split('.');
      return {
        role: role as 'from' | 'to' | 'owner',
        position: Number(position),
        reason: reasonOf(reason) ?? 'no-user',
        person: '',
      };
    }),
    flags: listed(metadata['flags']) as ReceiptFlag[],
  };
}

const dotted = (reason: string | null) => (reason === null ? '' : `.${reason}`);
const listed = (text = '') => text.split(',').filter((part) => part !== '');
const reasonOf = (text: string) => (isReason(text) ? text : null);
