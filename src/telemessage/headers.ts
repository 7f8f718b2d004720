import { decodeText, decodeUnlabelled, isKnownCharset } from './charset.ts';

/** One header field, unfolded; encoded words still stand in its value. */
export interface HeaderField {
  /** As sent, letter case kept. */
  readonly name: string;
  readonly value: string;
}

/** The header of an item. Lookups ignore letter case. */
export interface ItemHeaders {
  readonly fields: readonly HeaderField[];
  /** All values of the name in their order, encoded words kept: for address lists. */
  raw(name: string): string[];
  /** The first value, decoded and trimmed; null when the header is absent or empty. */
  text(name: string): string | null;
  /** The first character set of an encoded word that nobody knows; null without one. */
  readonly unknownCharset: string | null;
}

const ENCODED_WORD = /=\?([^?\s]+)\?([BQ])\?([^?]*)\?=/giu;

/**
 * Reads header lines as the parser hands them out: whole fields, still folded, one character a byte.
 * Raw 8-bit values are UTF-8 when they can be, else windows-1252.
 */
export function readHeaders(lines: readonly { readonly line: string }[]): ItemHeaders {
  const fields = lines.map(({ line }) => readField(line)).filter((field) => field.name !== '');
  const named = (name: string) =>
    fields.filter((field) => field.name.toLowerCase() === name.toLowerCase());
  return {
    fields,
    raw: (name) => named(name).map((field) => field.value),
    text: (name) => {
      const value = named(name)[0]?.value;
      return value === undefined ? null : decodeWords(value).trim() || null;
    },
    unknownCharset:
      fields
        .flatMap(({ value }) => [...value.matchAll(ENCODED_WORD)])
        .map(([, label = '', encoding = '', payload = '']) => ({
          charset: charsetOfWord(label),
          bytes: wordBytes(encoding, payload),
        }))
        .find(({ charset, bytes }) => !isKnownCharset(charset, bytes))?.charset ?? null,
  };
}

/** Of what the customer's own tool encrypts, the whole item or a part (docs/source-format.md). */
export function isOfEncryption(name: string): boolean {
  return /^X-TELEMESSAGE-ENC-/iu.test(name);
}

/** Decodes the encoded words of a header value (RFC 2047). */
export function decodeWords(value: string): string {
  return replaceWords(value, (text) => text);
}

/**
 * The value with each run of encoded words as one word, base64 of UTF-8. Address lists and file names
 * are parsed with their words in place, and the parser decodes word by word: a character that an
 * encoder cut in two would be lost, and a comma that it left bare would end the address.
 */
export function joinWords(value: string): string {
  return replaceWords(value, (text) =>
    text === '' ? '' : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`,
  );
}

/**
 * Replaces each run of encoded words by what `written` makes of its text. Neighbours of one character
 * set are decoded as one run of bytes, because encoders split characters between words.
 */
function replaceWords(value: string, written: (text: string) => string): string {
  let replaced = '';
  let end = 0;
  let text: string | null = null;
  let run: { charset: string; bytes: Buffer[] } | null = null;
  const flushRun = () => {
    if (run !== null) text = (text ?? '') + decodeText(Buffer.concat(run.bytes), run.charset);
    run = null;
  };
  const flush = () => {
    flushRun();
    if (text !== null) replaced += written(text);
    text = null;
  };
  for (const match of value.matchAll(ENCODED_WORD)) {
    const [word, label = '', encoding = '', payload = ''] = match;
    const between = value.slice(end, match.index);
    const charset = charsetOfWord(label);
    if (between.trim() !== '' || end === 0) {
      flush();
      replaced += between;
    } else if ((run as { charset: string } | null)?.charset !== charset) flushRun();
    run ??= { charset, bytes: [] };
    run.bytes.push(wordBytes(encoding, payload));
    end = match.index + word.length;
  }
  flush();
  return replaced + value.slice(end);
}

/** Without the language that may follow it (RFC 2231 5). */
function charsetOfWord(label: string): string {
  return label.split('*', 1)[0]?.toLowerCase() ?? '';
}

function wordBytes(encoding: string, payload: string): Buffer {
  if (encoding.toUpperCase() === 'B') return Buffer.from(payload, 'base64');
  const bytes = payload
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  // A payload that is not ASCII was raw 8-bit text already.
  return Buffer.from(bytes, /[^\0-\u00ff]/u.test(bytes) ? 'utf8' : 'latin1');
}

function readField(line: string): HeaderField {
  // By each run of bytes, since several hands may have written one list of addresses.
  const text = line.replaceAll(/[\x80-\xff]+/gu, (run) =>
    decodeUnlabelled(Buffer.from(run, 'latin1')),
  );
  const colon = text.indexOf(':');
  if (colon < 0) return { name: '', value: '' };
  return {
    name: text
      .slice(0, colon)
      .replace(/^\uFEFF/u, '')
      .trim(),
    // Some feeds write "X-TELEMESSAGE-MessageType:: SMS"; no value of ours begins with a colon.
    value: text
      .slice(colon + 1)
      .replaceAll(/\r?\n(?=[ \t])/gu, '')
      .replace(/^:/u, '')
      .trim(),
  };
}
