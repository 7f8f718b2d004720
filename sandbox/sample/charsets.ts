/** The character sets that the sample day's bodies travel in. */
export type Charset = 'us-ascii' | 'utf-8' | 'iso-8859-1' | 'utf-16' | 'gb18030';

/** The bytes of the text in the character set. @throws when it cannot say a character. */
export function encode(text: string, charset: Charset): Buffer {
  switch (charset) {
    case 'us-ascii':
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'iso-8859-1':
      return Buffer.from(text, 'latin1');
    case 'utf-16':
      return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    case 'gb18030':
      return encodeGb18030(text);
  }
}

/** Two-byte codes of GB 2312 rows 1 to 87, found by decoding them all: Node has only a decoder. */
function encodeGb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030', { fatal: true });
  const codes = new Map<string, number>();
  for (let code = 0xa1a1; code <= 0xf7fe; code++) {
    if ((code & 0xff) < 0xa1 || (code & 0xff) > 0xfe) continue;
    try {
      codes.set(decoder.decode(Uint8Array.of(code >> 8, code & 0xff)), code);
    } catch {
      // A hole in the table: no character lies there.
    }
  }
  const bytes = Array.from(text).flatMap((character) => {
    const point = character.charCodeAt(0);
    if (point < 0x80) return [point];
    const code = codes.get(character);
    if (code === undefined) throw new Error('a character is not in GB 2312');
    return [code >> 8, code & 0xff];
  });
  return Buffer.from(bytes);
}

/** RFC 2045 §6.7, lines of at most 76 characters. */
export function quotedPrintable(bytes: Buffer): string {
  const tokens = Array.from(bytes, (byte, index) => {
    const isLineBreak =
      (byte === 13 && bytes[index + 1] === 10) || (byte === 10 && bytes[index - 1] === 13);
    const isPlain = byte > 32 && byte < 127 && byte !== 61;
    const next = bytes[index + 1];
    const isSpace = byte === 32 && next !== undefined && next !== 13;
    if (isLineBreak || isPlain || isSpace) return String.fromCharCode(byte);
    return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  let encoded = '';
  let column = 0;
  for (const token of tokens) {
    if (token !== '\r' && token !== '\n' && column + token.length > 75) {
      encoded += '=\r\n';
      column = 0;
    }
    encoded += token;
    column = token === '\n' ? 0 : column + token.length;
  }
  return encoded;
}

/** RFC 2045 §6.8, lines of 76 characters. */
export function base64Lines(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\r\n');
}

/** RFC 2047: words of at most 75 characters, cut between characters, folded. ASCII stays as it is. */
export function encodeHeader(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word]
    .map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`)
    .join('\r\n ');
}
