import { createHash } from 'node:crypto';
import type { Party } from '../domain/item.ts';
import type { MessageParty } from '../domain/message.ts';
import { cut, oneLine } from './visible-text.ts';

/** Keeps the number in sight when the name before it is absurdly long. */
const MAX_NAME_LENGTH = 180;
/** RFC 5321 §4.5.3.1: 64 octets before the @, 254 in all (erratum 1690 of RFC 3696). */
const MAX_LOCAL_LENGTH = 64;
const MAX_ADDRESS_LENGTH = 254;
const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const ADDRESS = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*$`, 'i');

/** Letters that are written from right to left (Unicode Bidi_Class R and AL). */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * `Alice Example (+447700900123)`, or what there is of it; never empty. Behind a name from right to
 * left a reader would show the number as `447700900123+`: there it stands first.
 */
export function partyName(party: Party): string {
  const name = cut(oneLine(party.name ?? ''), MAX_NAME_LENGTH);
  const number = partyNumber(party);
  if (name === '') return number ?? (oneLine(party.address ?? '') || 'unknown');
  if (number === null || name.includes(number.replace('+', ''))) return name;
  return RIGHT_TO_LEFT.test(name) ? `${number} ${name}` : `${name} (${number})`;
}

/** The number as a reader sees it; null when the item has none. */
export function partyNumber(party: Party): string | null {
  const number = cut(oneLine(party.number ?? ''), MAX_LOCAL_LENGTH);
  if (number !== '') return number;
  return party.numberClass === 'withheld' ? 'number withheld' : null;
}

/**
 * The party as an address of the message. A party without a usable address of its own gets one
 * below `number.invalid` (RFC 2606 §2: never delivered), since Exchange drops what has none.
 */
export function messageParty(party: Party): MessageParty {
  const own = party.address;
  return {
    name: partyName(party),
    address: own !== null && isAddress(own) ? own : `${localPart(party)}@number.invalid`,
  };
}

/** Who stands in From when the item names no sender: the header is mandatory (RFC 5322 §3.6). */
export const UNKNOWN_SENDER: MessageParty = {
  name: 'unknown sender',
  address: 'unknown@number.invalid',
};

/** Whether the address is of RFC 5321's form in ASCII, and no encoded word (RFC 2047) in disguise. */
export function isAddress(text: string): boolean {
  return (
    text.length <= MAX_ADDRESS_LENGTH &&
    text.indexOf('@') <= MAX_LOCAL_LENGTH &&
    !text.includes('=?') &&
    ADDRESS.test(text)
  );
}

function localPart(party: Party): string {
  const number = party.number ?? '';
  if (number === '') return party.numberClass === 'withheld' ? 'withheld' : 'unknown';
  if (/^\+?\d{1,64}$/.test(number)) return number.replace('+', '');
  if (/^[A-Za-z0-9_-]{1,64}$/.test(number)) return number;
  // Two senders with letters outside ASCII must not become one.
  return `id-${createHash('sha256').update(number).digest('hex').slice(0, 16)}`;
}
