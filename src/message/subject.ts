import type { Item, Party, PartyRole } from '../domain/item.ts';
import { partyName } from './party-name.ts';
import { cut, oneLine } from './visible-text.ts';

/** PidTagSubject in Exchange: longer subjects are cut there without a sign. */
const MAX_SUBJECT_LENGTH = 255;

/**
 * The vendor's own subject when it has one, else the one that the vendor's grammar gives:
 * `SMS message from A to B`, `… to chat group G`, `voice call from A to B`,
 * `unanswered voice call from A to B`, with the vendor's prefixes for edits and deletions.
 * One line, at most 255 UTF-16 units.
 */
export function subjectOf(item: Item): string {
  return cut(oneLine(item.subject) || builtSubject(item), MAX_SUBJECT_LENGTH);
}

function builtSubject(item: Item): string {
  return `${prefixOf(item)}${whatItIs(item)} from ${names(item, 'from')} to ${receiver(item)}`;
}

function whatItIs(item: Item): string {
  switch (item.kind) {
    case 'sms':
      return 'SMS message';
    case 'mms':
      return 'MMS message';
    case 'call':
      return `${isUnanswered(item) ? 'unanswered ' : ''}${item.call?.medium ?? 'voice'} call`;
  }
}

/** The vendor's codes 2 (missed) and 5 (rejected), and its word for either. */
function isUnanswered(item: Item): boolean {
  const status = item.call?.status;
  return status === 'missed' || status === 'rejected' || status === 'unanswered';
}

function prefixOf(item: Item): string {
  switch (item.event) {
    case 'edit':
      return `EDIT ${readState(item)} `;
    case 'delete-for-all':
      return `DELETED For All ${readState(item)} `;
    case 'delete-for-me':
      return `DELETED For Me ${readState(item)} `;
    case 'system':
    case null:
      return '';
  }
}

function readState(item: Item): 'READ' | 'UNREAD' | 'UNKNOWN' {
  const status = deliveryStatus(item)?.toUpperCase();
  return status === 'READ' || status === 'UNREAD' ? status : 'UNKNOWN';
}

/** `X-TELEMESSAGE-Status` on one line: the delivery status of a message; null when absent. */
export function deliveryStatus(item: Item): string | null {
  const header = item.sourceHeaders.find(
    ({ name }) => name.toLowerCase() === 'x-telemessage-status',
  );
  return header === undefined ? null : oneLine(header.value) || null;
}

function receiver(item: Item): string {
  const group = oneLine(item.groupName ?? '');
  return group === '' ? names(item, 'to') : `chat group ${group}`;
}

function names(item: Item, role: PartyRole): string {
  const parties: readonly Party[] = item.parties.filter((party) => party.role === role);
  return parties.map(partyName).join(', ') || 'unknown';
}
