import iconv from 'iconv-lite';
import type { Chance } from './chance.ts';

/**
 * Texts to bytes, by a library that shares nothing with the decoders of Node. All results are
 * strings of one character a byte, since an `.eml` mixes what no single encoding can hold.
 */
export interface EncodedText {
  /** The name under which the bytes are sent; null for none. */
  readonly label: string | null;
  readonly bytes: Buffer;
}

const SINGLE_BYTE = [
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-15',
  'koi8-r',
];
const MULTI_BYTE = ['gb18030', 'gbk', 'shift_jis', 'euc-jp', 'euc-kr', 'big5'];
/** Names of ASCII, under which more than that is sent. */
const ASCII = ['us-ascii', 'ANSI_X3.4-1968', 'ISO646-US', 'cp367'];
const ASCII_COMPATIBLE = [...SINGLE_BYTE, ...MULTI_BYTE];
/** windows-1258 and 1255 compose letters from several bytes; some decoders undo that. */
const COMPOSING = /[\u0300-\u036f\u0591-\u05c7]/;

/** Bytes of the text in a character set that holds all of it, ASCII kept as it is. */
export function encode(text: string, chance: Chance): EncodedText {
  const choice = chance.below(10);
  if (choice < 4) {
    const carrier = chance.shuffled(ASCII_COMPATIBLE).find((charset) => carries(charset, text));
    if (carrier !== undefined) {
      return { label: cased(carrier, chance), bytes: iconv.encode(text, carrier) };
    }
  }
  const bytes = Buffer.from(text);
  // Without a label, or under one that nobody knows, UTF-8 is recognised as what it is.
  const label = choice === 9 ? chance.pick([null, ...ASCII, 'x-unknown', 'unknown-8bit']) : 'utf-8';
  return { label: label === null ? null : cased(label, chance), bytes };
}

/** Two bytes a character and more: for bodies in base64 or quoted-printable. */
export function encodeWide(text: string, chance: Chance): EncodedText {
  const [label, bytes] = chance.pick([
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['UTF-16BE', Buffer.from(text, 'utf16le').swap16()],
    ['utf-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    // Without a byte order mark the zeros of Latin letters tell the order.
    ...(isMostlyLatin(text) ? ([['utf-16', Buffer.from(text, 'utf16le')]] as const) : []),
  ] as const);
  return { label, bytes };
}

/** windows-1252 under a name that is wrong, or the text as windows-1252 has no letter for it: null. */
export function encodeMislabelled(text: string, chance: Chance): EncodedText | null {
  if (!/[^\0-\x7f]/.test(text) || !carries('windows-1252', text)) return null;
  const bytes = iconv.encode(text, 'windows-1252');
  // Two letters side by side may look like UTF-8, and a careful person could not tell.
  if (/[\xc2-\xf4][\x80-\xbf]/.test(bytes.toString('latin1'))) return null;
  return {
    label: chance.pick(['utf-8', 'iso-8859-1', 'latin-1', ...ASCII, 'x-unknown', null]),
    bytes,
  };
}

export function carries(charset: string, text: string): boolean {
  if (/[\u0080-\u009f]/.test(text) || COMPOSING.test(text)) return false;
  // Shift_JIS and GBK have signs that others read as other signs: words of letters only.
  if (MULTI_BYTE.includes(charset) && /[^\0-\x7f\p{L}\s]/u.test(text)) return false;
  if (charset === 'big5' && /[^\0-\x7f\p{Script=Han}]/u.test(text)) return false;
  if (charset === 'shift_jis' && /[\\~]/.test(text)) return false;
  return iconv.decode(iconv.encode(text, charset), charset) === text;
}

export function byteString(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function cased(label: string, chance: Chance): string {
  return chance.is(0.3) ? label.toUpperCase() : label;
}

function isMostlyLatin(text: string): boolean {
  const latin = text.replaceAll(/[\0\u0100-\uffff]/g, '').length;
  return latin * 2 > text.length;
}
