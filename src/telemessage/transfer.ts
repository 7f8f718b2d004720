import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import type { SplitNode } from './split-tree.ts';

const CR = 0x0d;
const LF = 0x0a;
/** So much of a text tells whether it is in base64. */
const CLAIM_BYTES = 4096;
const LINES = /^(?:text|message)\//u;
const WIDE = /^(?:utf|ucs|iso-10646-ucs)-?(?:2|4|16|32)/iu;

/**
 * Whether its line ends are those of the transport: CRLF, though a file may come with LF alone
 * (RFC 2046 4.1.1). Bytes of base64 and of other types are their own.
 */
export function hasTransportLines({ contentType, encoding, charset }: SplitNode): boolean {
  if (encoding === 'base64' || encoding === 'binary' || WIDE.test(charset || '')) return false;
  return contentType !== false && LINES.test(contentType);
}

/** The bytes with CRLF line ends; the same when they have them. `isAfterCr`: of the bytes before. */
export function withCrLf(bytes: Buffer, isAfterCr: boolean): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (at === 0 ? isAfterCr : bytes[at - 1] === CR) continue;
    pieces.push(bytes.subarray(from, at), Buffer.from('\r\n'));
    from = at + 1;
  }
  return from === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(from)]);
}

/**
 * The decoder of a text that is said to be in base64. Feeds that only say so send words, which would
 * come out as noise: those pass as they came, and `onPlain` hears of it.
 */
export function tryingBase64(decoder: Transform, onPlain: () => void): Transform {
  const decode = decoder._transform.bind(decoder);
  const flush = decoder._flush.bind(decoder);
  let held: Buffer[] | null = [];
  let heldBytes = 0;
  let isPlain = false;
  const decide = (): Buffer => {
    const head = Buffer.concat(held ?? []);
    held = null;
    isPlain = isWords(head);
    if (isPlain) onPlain();
    return head;
  };
  const pass: Transform['_transform'] = (bytes, encoding, done) => {
    if (!isPlain) decode(bytes, encoding, done);
    else done(null, bytes);
  };
  decoder._transform = (bytes: Buffer, encoding, done) => {
    if (held === null) {
      pass(bytes, encoding, done);
      return;
    }
    held.push(bytes);
    heldBytes += bytes.length;
    if (heldBytes < CLAIM_BYTES) done();
    else pass(decide(), encoding, done);
  };
  decoder._flush = (done) => {
    if (held === null) {
      flush(done);
      return;
    }
    pass(decide(), 'binary', (error, bytes) => {
      if (bytes !== undefined) decoder.push(bytes);
      if (error) done(error);
      else flush(done);
    });
  };
  return decoder;
}

/**
 * Letters beyond ASCII, nothing of base64, words beside each other of lengths that no encoder makes,
 * or a length of none.
 */
function isWords(bytes: Buffer): boolean {
  if (bytes.some((byte) => byte > 0x7f)) return true;
  const text = bytes.toString('latin1');
  const hasWords = text.split(/[\r\n]+/u).some((line) => {
    const words = line.trim().split(/[ \t]+/u);
    return words.slice(0, -1).some((word) => word.length % 4 !== 0);
  });
  if (hasWords) return true;
  const letters = text.replaceAll(/[^A-Za-z0-9+/=]/gu, '');
  if (letters === '' && text.trim() !== '') return true;
  const isOdd = letters.length % 4 === 1 && bytes.length < CLAIM_BYTES && !letters.includes('=');
  return isOdd && !isUtf8(Buffer.from(letters, 'base64'));
}
