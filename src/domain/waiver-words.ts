import type { Party } from './item.ts';

/** Shorter runs of digits are dates, tickets and extensions. */
const MIN_DIGITS = 7;
/** Shorter names stand in ordinary words. */
const MIN_NAME = 3;
const ADDRESS = /[^\s@]@[^\s@]/u;

/**
 * Whether the words of a waiver name one of the people whom it is about, or hold any address. They
 * stand on receipts, which hold no number, name or address.
 */
export function namesSomebody(words: string, parties: readonly Party[]): boolean {
  const lower = words.toLowerCase();
  const digits = words.replaceAll(/[\s().-]/g, '');
  return ADDRESS.test(words) || parties.some((party) => isNamed(party, lower, digits));
}

function isNamed({ number, address, name }: Party, lower: string, digits: string): boolean {
  const tail = number?.replaceAll(/\D/g, '').slice(-MIN_DIGITS) ?? '';
  if (tail.length === MIN_DIGITS && digits.includes(tail)) return true;
  if (address !== null && lower.includes(address)) return true;
  return name !== null && name.length >= MIN_NAME && lower.includes(name.toLowerCase());
}
