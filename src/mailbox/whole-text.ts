import { createHash } from 'node:crypto';
import type { Message, MessageAttachment } from '../domain/message.ts';

/** A file of ours, made of the message's own text. */
export interface TextFile extends MessageAttachment {
  readonly content: Buffer;
}

export interface ShortForm {
  readonly message: Message;
  /** The whole text, in as many files as it takes; in their order they are the text. */
  readonly files: readonly TextFile[];
}

/** Goes in one request below the limits of Graph, in any cloud: no upload session is needed. */
const MAX_FILE_BYTES = 2_500_000;
/** Of the text, from its beginning (the table of facts) and its end (what is missing). */
const HEAD_LENGTH = 100_000;
const TAIL_LENGTH = 50_000;
/** A hundred bytes each are 5,000 people. */
const MAX_RECIPIENTS_BYTES = 500_000;

/**
 * The message as a request of Graph can hold it whatever its text is: 4 MB are soon full, for a
 * quotation mark is six bytes of HTML and a million recipients are 100 MB of JSON. It shows the
 * beginning and the end of its text; the whole text is attached. The staged `.eml` is not touched.
 */
export function shortFormOf(message: Message): ShortForm {
  const files = filesOf(message);
  const names = files.map(({ name }) => name).join(', ');
  const note = `This message is too long for Microsoft 365. Its whole text is attached: ${names}.`;
  const html =
    '<!DOCTYPE html>\r\n<html><head><meta charset="utf-8"></head><body>\r\n' +
    `<p><b>${note}</b></p>\r\n<pre dir="auto" style="white-space:pre-wrap">\n` +
    `${inert(excerptOf(message.text))}</pre>\r\n</body></html>\r\n`;
  return { message: { ...message, html, to: firstOf(message.to) }, files };
}

function filesOf({ text, attachments, omitted }: Message): TextFile[] {
  const taken = new Set([...attachments, ...omitted].map(({ name }) => name.toLowerCase()));
  return piecesOf(Buffer.from(text)).map((content, index) => {
    const number = String(index + 1);
    let name = `whole-text-${number}.txt`;
    while (taken.has(name)) name = `o2-${name}`;
    return {
      // Positions of the item's own attachments count from 0.
      position: -1 - index,
      name,
      contentType: 'text/plain',
      sizeBytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      content,
    };
  });
}

/** Cut between characters, so that each file can be read by itself. */
function piecesOf(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    let to = Math.min(from + MAX_FILE_BYTES, bytes.length);
    while (to < bytes.length && isInsideCharacter(bytes[to])) to -= 1;
    pieces.push(bytes.subarray(from, to));
    from = to;
  }
  return pieces;
}

/** @see RFC 3629: bytes 10xxxxxx continue a character. */
function isInsideCharacter(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}

function excerptOf(text: string): string {
  if (text.length <= HEAD_LENGTH + TAIL_LENGTH) return text;
  const [head, tail] = [text.slice(0, HEAD_LENGTH), text.slice(-TAIL_LENGTH)];
  return `${head}\n\n[… see the attached text …]\n\n${tail}`.toWellFormed();
}

/** Text in HTML without what XML cannot hold: Exchange speaks it inside. */
function inert(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, '\ufffd');
}

function firstOf(to: Message['to']): Message['to'] {
  let left = MAX_RECIPIENTS_BYTES;
  const end = to.findIndex((party) => {
    left -= Buffer.byteLength(JSON.stringify(party));
    return left < 0;
  });
  return end < 0 ? to : to.slice(0, end);
}
