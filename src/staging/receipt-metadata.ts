import { isReason } from '../domain/reason.ts';
import type { ItemOutcome, ReceiptFlag } from '../domain/receipt.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import type { Metadata } from './container.ts';

/**
 * A receipt's facts as blob metadata, so that the books of a day come from one listing and not from
 * a read of every receipt. Words with their counts, `imported*2,failed.throttled`, because an item
 * may have thousands of parties and Azure takes 8 KB of metadata. `waived` leads those whose case is
 * closed.
 */
export function metadataOf(receipt: Omit<ReceiptFacts, 'itemKey'>): Metadata {
  return {
    outcome: receipt.outcome,
    reason: receipt.reason ?? '',
    home: receipt.home,
    copies: counted(
      receipt.mailboxes.map(({ outcome, reason, waived }) => {
        const word = waived === undefined ? outcome : 'waived';
        return reason === null ? word : `${word}.${reason}`;
      }),
    ),
    held: counted(
      receipt.held.map(({ reason, waived }) =>
        waived === undefined ? reason : `waived.${reason}`,
      ),
    ),
    flags: receipt.flags.join(','),
  };
}

/** The facts again; what only the receipt itself holds (ids, rules, who is held) is empty. */
export function factsFrom(itemKey: string, metadata: Metadata): ReceiptFacts {
  return {
    itemKey,
    home: metadata['home'] ?? '',
    outcome: (metadata['outcome'] ?? 'failed') as ItemOutcome,
    reason: reasonOf(metadata['reason'] ?? ''),
    mailboxes: uncounted(metadata['copies']).map((copy) => {
      const [word, reason = ''] = copy.split('.');
      return {
        id: '',
        messageId: null,
        rule: 'automatic',
        mappingVersion: null,
        at: '',
        outcome: word === 'imported' || word === 'partial' ? word : 'failed',
        reason: reasonOf(reason),
        ...(word === 'waived' ? CLOSED : {}),
      };
    }),
    held: uncounted(metadata['held']).map((word) => {
      const reason = word.replace(/^waived\./, '');
      return {
        role: 'owner',
        position: 0,
        reason: reasonOf(reason) ?? 'no-user',
        person: '',
        ...(reason === word ? {} : CLOSED),
      };
    }),
    flags: listed(metadata['flags']) as ReceiptFlag[],
  };
}

const CLOSED = { waived: { by: '', reason: '', at: '' } };

function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, count]) => (count === 1 ? word : `${word}*${String(count)}`))
    .join(',');
}

function uncounted(text: string | undefined): string[] {
  return listed(text).flatMap((part) => {
    const [word = '', count = '1'] = part.split('*');
    return Array.from({ length: Number(count) }, () => word);
  });
}

const listed = (text = '') => text.split(',').filter((part) => part !== '');
const reasonOf = (text: string) => (isReason(text) ? text : null);
