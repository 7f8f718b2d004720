import type { Chance } from './chance.ts';
import { byteString, carries, encode, encodeMislabelled, type EncodedText } from './charsets.ts';
import type { Person } from './people.ts';
import iconv from 'iconv-lite';

/** A line end that the wrapping turns into its own. */
const FOLD = '\n ';
const ASCII_LINE = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
/** Raw bytes carry any letter but no control; U+0085 and its like are letters there. */
const HAS_CONTROL = /[^\P{Cc}\u0080-\u009f]/u;

/** The value of an unstructured header: as it is, folded, in raw 8 bit or in encoded words. */
export function writeValue(text: string, chance: Chance): string {
  if (ASCII_LINE.test(text) && !text.includes('=?') && chance.is(0.8)) {
    return chance.is(0.3) ? folded(text, chance) : text;
  }
  if (text === '') return text;
  const isRawable = !HAS_CONTROL.test(text) && !text.includes('=?') && text.length < 2_000;
  if (isRawable && chance.is(0.3)) return raw(text, chance);
  return words(text, chance);
}

/** At any of its spaces; a text without end has fewer lines than the parser's bound of 16,000. */
function folded(text: string, chance: Chance): string {
  const share = text.length > 2_000 ? 0.02 : 0.3;
  return text.replaceAll(' ', () => (chance.is(share) ? FOLD : ' '));
}

/** A From, To or owner header: each as its form wants it, in quotes, bare or in encoded words. */
export function writePeople(people: readonly Person[], chance: Chance): string {
  const between = () => chance.pick([', ', ',', `,${FOLD}`, ' , ']);
  const list = people.reduce(
    (whole, person, at) => `${whole}${at === 0 ? '' : between()}${writePerson(person, chance)}`,
    '',
  );
  return people.length > 1 && chance.is(0.05) ? `Group: ${list};` : list;
}

function writePerson({ display, bracketed }: Person, chance: Chance): string {
  if (bracketed === null) return display;
  const address = byteString(Buffer.from(bracketed));
  if (display === '') {
    return chance.is(0.5) && !address.includes('/TYPE') ? address : `<${address}>`;
  }
  return `${phrase(display, chance)}${chance.pick([' ', ' ', '', FOLD])}<${address}>`;
}

function phrase(text: string, chance: Chance): string {
  const isSimple = /^[A-Za-z0-9 +'-]+$/.test(text);
  if (isSimple && chance.is(0.3)) return `${text} `;
  const canQuote = !HAS_CONTROL.test(text) && !text.includes('=?');
  if (canQuote && chance.is(isSimple ? 0.9 : 0.5)) {
    const escaped = text.replaceAll(/["\\]/g, String.raw`\$&`);
    return `"${raw(escaped, chance)}"`;
  }
  const encoded = words(text, chance);
  return chance.is(0.2) ? `"${encoded}"` : encoded;
}

/** UTF-8 or, where it cannot be taken for that, windows-1252. */
export function raw(text: string, chance: Chance): string {
  if (/[^\0-\x7f]/.test(text) && carries('windows-1252', text) && chance.is(0.4)) {
    const bytes = byteString(iconv.encode(text, 'windows-1252'));
    if (!/[\xc2-\xf4][\x80-\xbf]/.test(bytes)) return bytes;
  }
  return byteString(Buffer.from(text));
}

/**
 * Encoded words of one character set, B and Q by turns: cut between characters or inside them, with
 * a wrong name of the character set, with the commas and colons that RFC 2047 5 (3) forbids.
 */
export function words(text: string, chance: Chance): string {
  const whole = (chance.is(0.15) ? encodeMislabelled(text, chance) : null) ?? encode(text, chance);
  const label = whole.label ?? 'utf-8';
  const language = chance.is(0.05) ? '*en' : '';
  const isLoose = chance.is(0.3);
  return cut(text, whole, chance)
    .map((bytes) => {
      const isB = chance.is(0.5);
      const payload = isB ? bytes.toString('base64') : quoted(bytes, isLoose);
      return `=?${label}${language}?${isB ? 'B' : 'Q'}?${payload}?=`;
    })
    .join(chance.pick([FOLD, ' ', '\n\t']));
}

/** Pieces of at most some forty bytes; 200 for a text without end. */
function cut(text: string, { bytes }: EncodedText, chance: Chance): Buffer[] {
  const isUtf8 = bytes.toString('utf8') === text;
  const isInside = chance.is(0.5);
  const most = text.length > 2_000 ? 4_000 : 8 + chance.below(32);
  const pieces: Buffer[] = [];
  if (isInside || !isUtf8) {
    for (let at = 0; at < bytes.length; at += most) pieces.push(bytes.subarray(at, at + most));
    return pieces;
  }
  let piece = '';
  for (const character of bytes.toString('utf8')) {
    piece += character;
    if (Buffer.byteLength(piece) < most) continue;
    pieces.push(Buffer.from(piece));
    piece = '';
  }
  return piece === '' ? pieces : [...pieces, Buffer.from(piece)];
}

function quoted(bytes: Buffer, isLoose: boolean): string {
  const bare = isLoose ? /[A-Za-z0-9!*+/,:;.()@-]/ : /[A-Za-z0-9!*+/-]/;
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    if (character === ' ') return '_';
    return bare.test(character)
      ? character
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
