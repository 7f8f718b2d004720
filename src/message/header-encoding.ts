const FOLD = '\r\n ';
/** RFC 2047 §2: a line that holds encoded words has at most 76 characters. */
const MAX_LINE_LENGTH = 76;
const WORD_START = '=?utf-8?B?';
const WORD_END = '?=';
/** An encoded word that holds one code point of four bytes has 20 characters. */
const MIN_WORD_LENGTH = 20;
/** What every reader takes bare between quotation marks; all else is encoded. */
const QUOTABLE = /^[A-Za-z0-9 ._()+-]+$/;

/**
 * The value of an unstructured header (RFC 5322 §2.2.1): printable ASCII folded at its spaces, or
 * encoded words. Controls become spaces, so that nothing in it can end the header.
 */
export function unstructured(headerName: string, value: string): string {
  const text = value.toWellFormed().replace(/\p{Cc}/gu, ' ');
  const taken = headerName.length + 2;
  return isPlain(text) ? foldAtSpaces(text, taken) : encodedWords(text, taken);
}

/** `"Name" <address>` (RFC 5322 §3.4); `address` MUST have been checked. */
export function nameAndAddress(name: string, address: string, taken: number): string {
  const text = name.toWellFormed().replace(/\p{Cc}/gu, ' ');
  if (text === '') return `<${address}>`;
  const isQuotable = QUOTABLE.test(text) && taken + text.length + 2 <= MAX_LINE_LENGTH;
  const phrase = isQuotable ? `"${text}"` : encodedWords(text, taken);
  const lastLine = phrase.slice(phrase.lastIndexOf('\n') + 1);
  const used = lastLine.length + address.length + 3 + (lastLine === phrase ? taken : 0);
  return `${phrase}${used <= MAX_LINE_LENGTH ? ' ' : FOLD}<${address}>`;
}

/**
 * `attachment` with its file name: between quotation marks when it is simple ASCII, else in RFC
 * 2231's form, in pieces when it is long. Never both forms: Python's reader calls that a defect.
 */
export function contentDisposition(fileName: string): string {
  if (QUOTABLE.test(fileName) && fileName.length < MAX_LINE_LENGTH - 12) {
    return `attachment;${FOLD}filename="${fileName}"`;
  }
  const pieces = percentPieces(fileName, MAX_LINE_LENGTH - " filename*99*=utf-8'';".length);
  const parameters = pieces.map((piece, index) => {
    const part = pieces.length === 1 ? '' : `*${String(index)}`;
    return `filename${part}*=${index === 0 ? "utf-8''" : ''}${piece}`;
  });
  return ['attachment', ...parameters].join(`;${FOLD}`);
}

function isPlain(text: string): boolean {
  if (text === '') return true;
  if (!/^[\x20-\x7e]+$/.test(text) || text.includes('=?')) return false;
  // A reader drops outer spaces and may join inner ones.
  return text.split(' ').every((word) => word !== '' && word.length < MAX_LINE_LENGTH);
}

function foldAtSpaces(text: string, taken: number): string {
  let length = taken;
  let folded = '';
  for (const word of text.split(' ')) {
    const isFirst = folded === '';
    const fits = isFirst || length + 1 + word.length <= MAX_LINE_LENGTH;
    folded += isFirst ? word : `${fits ? ' ' : FOLD}${word}`;
    length = (fits ? length : 0) + 1 + word.length;
  }
  return folded;
}

/** Words of whole code points (RFC 2047 §5), base64 of UTF-8, one on a line. */
function encodedWords(text: string, taken: number): string {
  const words: string[] = [];
  let word = '';
  let wordBytes = 0;
  let maxBytes = wordCapacity(Math.max(MIN_WORD_LENGTH, MAX_LINE_LENGTH - taken));
  for (const character of text) {
    const bytes = Buffer.byteLength(character);
    if (wordBytes + bytes > maxBytes) {
      words.push(word);
      word = '';
      wordBytes = 0;
      maxBytes = wordCapacity(MAX_LINE_LENGTH - 1);
    }
    word += character;
    wordBytes += bytes;
  }
  words.push(word);
  return words
    .map((chars) => `${WORD_START}${Buffer.from(chars).toString('base64')}${WORD_END}`)
    .join(FOLD);
}

function wordCapacity(length: number): number {
  return Math.floor((length - WORD_START.length - WORD_END.length) / 4) * 3;
}

/** Percent-encoded UTF-8, cut between code points so that each piece can be decoded by itself. */
function percentPieces(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text.toWellFormed()) {
    const encoded = /[A-Za-z0-9._-]/.test(character) ? character : percent(character);
    if (piece.length + encoded.length > maxLength) {
      pieces.push(piece);
      piece = '';
    }
    piece += encoded;
  }
  return [...pieces, piece];
}

function percent(character: string): string {
  return Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&');
}
