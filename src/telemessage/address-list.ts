import { normalisePhoneNumber } from '../domain/phone-number.ts';

/** No name has more commas: so many bare words are a list of them. */
const MAX_HALVES = 10;

/**
 * The addresses of a header one by one, as they are written. mailparser takes a party without an
 * e-mail address and the next one for a single party whose name has a comma, so that
 * `"UNKNOWN" <>, "Bob 447700900102" <bob@example.com>` would lose one of the two, and a bare number
 * would go to its neighbour. Only a bare word is such a half of a name: `Smith, Bob <bob@example.com>`.
 */
export function splitAddresses(list: string): string[] {
  const addresses: string[] = [];
  // A header of 1 MB may repeat one word for ever, and each look at it costs 20 µs.
  const known = new Map<string, boolean>();
  let halves: string[] = [];
  for (const piece of atCommas(list)) {
    const isKnownHalf = known.get(piece) ?? isHalf(piece);
    known.set(piece, isKnownHalf);
    if (!isKnownHalf) {
      addresses.push([...halves, piece].join(','));
      halves = [];
    } else if (halves.push(piece) > MAX_HALVES) {
      addresses.push(...halves);
      halves = [];
    }
  }
  if (halves.length > 0) addresses.push(halves.join(','));
  return addresses;
}

/** A word of a name and nothing else: no address, no quoted name, no number and no placeholder. */
function isHalf(piece: string): boolean {
  if (/[@<>":;=]/u.test(piece) || !/\p{L}/u.test(piece)) return false;
  const { numberClass } = normalisePhoneNumber(piece, 'GB');
  return numberClass === 'alphanumeric' || numberClass === 'unparseable';
}

/**
 * Cuts at commas that stand in no quotes, no comment and no angle brackets. A bracket that is not
 * closed before the next name or bracket ends at its comma: `<a@example.com, "Bob" <b@example.com>`.
 */
function atCommas(list: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let comments = 0;
  let within: '"' | '<' | null = null;
  let commaInBracket: number | null = null;
  let before: string | undefined;
  for (let at = 0; at <= list.length; at += 1) {
    const character = list[at];
    // Of `<"a,b"@example.com>` the quotes belong to the address.
    const isName = character === '"' && before === ',';
    const isUnclosed = isName || character === '<' || character === undefined;
    if (character !== ' ') before = character;
    if (within === '<' && isUnclosed && commaInBracket !== null) {
      pieces.push(list.slice(start, commaInBracket));
      start = commaInBracket + 1;
      at = commaInBracket;
      within = commaInBracket = null;
    } else if (character === '\\') at += 1;
    else if (within === '"') within = character === '"' ? null : within;
    else if (within === '<') {
      if (character === '>') within = commaInBracket = null;
      if (character === ',') commaInBracket ??= at;
    } else if (character === '(') comments += 1;
    else if (character === ')') comments = Math.max(0, comments - 1);
    else if (comments > 0) continue;
    else if (character === '"' || character === '<') within = character;
    else if (character === ',') {
      pieces.push(list.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, list.slice(start)];
}
