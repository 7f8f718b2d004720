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
/** IANA's names of ASCII (https://www.iana.org/assignments/character-sets), without signs. */
const ASCII = /ascii$|^(?:ansix3419(?:68|86)|iso646(?:us|irv1991)|isoir6|us|cp367|ibm367)$/u;
const UTF16 = /^(?:utf16(?:le|be)?|ucs2|iso10646ucs2)$/u;
/** What mailers write who do not know it themselves (RFC 1428). */
const UNNAMED = /^x?unknown(?:8bit)?$/u;
/** Fewer bytes may be either. */
const TELLING_BYTES = 8;

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
  const bare = bareName(label);
  if (bare === '' || ASCII.test(bare)) return decodeUnlabelled(bytes);
  if (UTF16.test(bare) && isNarrow(bytes)) return decodeUnlabelled(bytes);
  if (bare === 'utf16') return decodeUtf16(bytes);
  const decoder = decoderFor(label);
  if (decoder === null) return isOfIconv(label) ? byIconv(bytes, label) : decodeUnlabelled(bytes);
  const text = decoded(bytes, decoder);
  if (!text.includes('\ufffd')) return text;
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  const isMislabelled = decoder.encoding === 'utf-8' && !UTF8_START.test(latin1(bytes));
  return isMislabelled ? new TextDecoder('windows-1252').decode(bytes) : text;
}

/**
 * Whether text under that name is decoded as it says; else it is guessed, and may be read wrongly. No
 * bytes say nothing that could be.
 * Letters of UTF-8 under a name that nobody knows are read rightly all the same.
 */
export function isKnownCharset(charset: string | null, bytes: Uint8Array): boolean {
  const label = (charset ?? '').trim().toLowerCase();
  const bare = bareName(label);
  if (bytes.length === 0 || bare === '' || ASCII.test(bare) || UNNAMED.test(bare)) return true;
  if (UTF16.test(bare)) return isWide(bytes) || !isUtf8(bytes) || bytes.some(isBeyondAscii);
  if (decoderFor(label) !== null || isOfIconv(label)) return true;
  return isUtf8(bytes) && bytes.some(isBeyondAscii);
}

/** UTF-8 when it is, else windows-1252, of which ISO 8859-1 and ASCII are subsets. */
export function decodeUnlabelled(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Marked as UTF-16, or with the zeros of Latin letters or line ends. */
function isWide(bytes: Uint8Array): boolean {
  const isMarked = bytes.length > 1 && (bytes[0] ?? 0) + (bytes[1] ?? 0) === 0xfe + 0xff;
  return isMarked || bytes.includes(0);
}

/** UTF-8 or ASCII that only says that it is UTF-16, whose one half hardly varies. */
function isNarrow(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || isWide(bytes) || !isUtf8(bytes)) return false;
  if (bytes.length % 2 === 1) return true;
  const halves = [0, 1].map((half) => new Set(bytes.filter((_, at) => at % 2 === half)).size);
  return bytes.length >= TELLING_BYTES && halves.every((values) => values > 2);
}

function isBeyondAscii(byte: number): boolean {
  return byte > 0x7f;
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

/** Also under a name with other signs in it, such as `latin-1`. */
function decoderFor(label: string) {
  for (const name of [ALIASES[label] ?? label, bareName(label)]) {
    try {
      return new TextDecoder(name);
    } catch {
      // Not a name of the Encoding Standard: the next one, or none.
    }
  }
  return null;
}

/** As iconv-lite compares names. */
function bareName(label: string): string {
  return label.replaceAll(/:\d{4}$|[^0-9a-z]/gu, '');
}

/** UTF-7 and the code pages of DOS and Macintosh, which browsers never read. */
function isOfIconv(label: string): boolean {
  return !NO_CHARSETS.includes(bareName(label)) && iconv.encodingExists(label);
}

function byIconv(bytes: Uint8Array, label: string): string {
  const text = iconv.decode(bytes, label);
  const isLost = text.includes('\ufffd') && (isUtf8(bytes) || bareName(label).startsWith('utf7'));
  // Its controls beyond ASCII are letters to whoever says ISO 8859-1.
  const isLatin = text === latin1(bytes);
  return isLost || isLatin ? decodeUnlabelled(bytes) : text;
}

function decoded(bytes: Uint8Array, decoder: NonNullable<ReturnType<typeof decoderFor>>): string {
  const text = decoder.decode(bytes);
  if (decoder.encoding !== 'shift_jis') return text;
  return text.replaceAll(/\p{Cc}/gu, (control) => SHIFT_JIS_CONTROLS[control] ?? control);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
