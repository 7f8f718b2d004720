import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/**
 * Bytes to text, for the character sets that phones, carriers and mail libraries really use. Never
 * fails: text of a wrong or unknown character set is better archived odd than not at all, and the
 * bytes themselves stay in the staged package.
 */

/** Names that mail uses and the Encoding Standard does not know (https://encoding.spec.whatwg.org). */
const ALIASES: Readonly<Record<string, string>> = {
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  utf8mb4: 'utf-8',
  'iso-8859-8-e': 'iso-8859-8',
};

/** What iconv-lite calls encodings and are no character sets. */
const NO_CHARSETS = ['base64', 'hex', 'binary'];

/** ICU, with which Node decodes, turns three controls of Shift_JIS around (its table ibm-943). */
const SHIFT_JIS_CONTROLS: Readonly<Record<string, string>> = {
  '\u001a': '\u007f',
  '\u001c': '\u001a',
  '\u007f': '\u001c',
};
/** A letter of UTF-8 beyond ASCII begins so, whole or cut; hardly a word of windows-1252 does. */
const UTF8_START = /[\xc2-\xf4][\x80-\xbf]/;

/**
 * Decodes a whole part. `charset` as sent; null when the part names none. A name that is wrong is
 * followed all the same, unless characters would be lost by it.
 */
export function decodeText(bytes: Uint8Array, charset: string | null): string {
  const label = (charset ?? '').trim().toLowerCase();
  if (label === '' || label.endsWith('ascii')) return decodeUnlabelled(bytes);
  if (label === 'utf-16' || label === 'utf16') return decodeUtf16(bytes);
  const decoder = decoderFor(label);
  if (decoder === null) {
    return isOfIconv(label) ? iconv.decode(bytes, label) : decodeUnlabelled(bytes);
  }
  const text = decoded(bytes, decoder);
  if (!text.includes('\ufffd')) return text;
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  const isMislabelled = decoder.encoding === 'utf-8' && !UTF8_START.test(latin1(bytes));
  return isMislabelled ? new TextDecoder('windows-1252').decode(bytes) : text;
}

/** Whether text under that name is decoded as it says; else it is guessed, and may be read wrongly. */
export function isKnownCharset(charset: string | null): boolean {
  const label = (charset ?? '').trim().toLowerCase();
  if (label === '' || label.endsWith('ascii') || label === 'utf-16' || label === 'utf16')
    return true;
  return decoderFor(label) !== null || isOfIconv(label);
}

/** UTF-8 when it is, else windows-1252, of which ISO 8859-1 and ASCII are subsets. */
export function decodeUnlabelled(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** By its byte order mark, else by where the zeros of Latin text lie (RFC 2781 4.3). */
function decodeUtf16(bytes: Uint8Array): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  let evenZeros = 0;
  let oddZeros = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 0) evenZeros += 1;
    else oddZeros += 1;
  }
  return new TextDecoder(oddZeros > evenZeros ? 'utf-16le' : 'utf-16be').decode(bytes);
}

function decoderFor(label: string) {
  try {
    return new TextDecoder(ALIASES[label] ?? label);
  } catch {
    return null;
  }
}

/** UTF-7 and the code pages of DOS and Macintosh, which browsers never read. */
function isOfIconv(label: string): boolean {
  return !NO_CHARSETS.includes(label) && iconv.encodingExists(label);
}

function decoded(bytes: Uint8Array, decoder: NonNullable<ReturnType<typeof decoderFor>>): string {
  const text = decoder.decode(bytes);
  if (decoder.encoding !== 'shift_jis') return text;
  return text.replaceAll(/\p{Cc}/gu, (control) => SHIFT_JIS_CONTROLS[control] ?? control);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
