import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { readHeaders, type ItemHeaders } from './headers.ts';
import { PartParser, type FoundPart, type MimePart } from './part-parser.ts';

const CR = 0x0d;
const LF = 0x0a;
/** So many bytes without a line feed have none. */
const LINE_END_BYTES = 65_536;

/** Is called in the order of the message, one call at a time. Unread content is skipped. */
export interface MimeVisitor {
  headers(headers: ItemHeaders): void;
  part(part: MimePart): Promise<void>;
}

export interface MimeReading {
  /** Of all bytes of the message, also when it could not be read to its end. */
  readonly sha256: string;
  readonly isReadable: boolean;
}

/**
 * Reads a message in one pass and in bounded memory: headers, then every leaf as a stream.
 *
 * @throws what `eml` fails with, and what the visitor throws. A message that cannot be read is no
 * error but `isReadable: false`.
 */
export async function readMime(eml: Readable, visitor: MimeVisitor): Promise<MimeReading> {
  const parser = new PartParser();
  const digest = createHash('sha256');
  const [fed, visited] = await Promise.allSettled([
    feed(eml, parser, digest),
    visit(parser, visitor),
  ]);
  if (fed.status === 'rejected') throw fed.reason;
  if (visited.status === 'rejected' && parser.failure === null) throw visited.reason;
  return { sha256: digest.digest('hex'), isReadable: visited.status === 'fulfilled' };
}

/** Goes on reading when the parser has given up, so that the digest covers every byte. */
async function feed(eml: Readable, parser: PartParser, digest: Hash): Promise<void> {
  try {
    const hashed = hashedBy(eml as AsyncIterable<Buffer>, digest);
    for await (const chunk of withLineFeeds(hashed)) {
      if (!parser.destroyed && !parser.write(chunk)) await parser.drained();
    }
    if (!parser.destroyed) parser.end();
  } catch (error) {
    parser.destroy();
    throw error;
  }
}

async function* hashedBy(eml: AsyncIterable<Buffer>, digest: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of eml) {
    digest.update(chunk);
    yield chunk;
  }
}

/** A file whose lines end with CR alone would be one header without end. */
async function* withLineFeeds(eml: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const head: Buffer[] = [];
  let headBytes = 0;
  let lineEnd: 'unknown' | 'bare-cr' | 'lf' = 'unknown';
  for await (const chunk of eml) {
    if (lineEnd !== 'unknown') {
      yield lineEnd === 'lf' ? chunk : lineFed(chunk);
      continue;
    }
    head.push(chunk);
    headBytes += chunk.length;
    if (!chunk.includes(LF) && headBytes <= LINE_END_BYTES) continue;
    const bytes = Buffer.concat(head);
    lineEnd = bytes.includes(LF) || !bytes.includes(CR) ? 'lf' : 'bare-cr';
    yield lineEnd === 'lf' ? bytes : lineFed(bytes);
  }
  // Without any line feed to its end; then carriage returns end its lines, if anything does.
  if (lineEnd === 'unknown') yield lineFed(Buffer.concat(head));
}

function lineFed(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\r', '\n'), 'latin1');
}

async function visit(parser: PartParser, visitor: MimeVisitor): Promise<void> {
  parser.once('headerLines', (lines) => visitor.headers(readHeaders(lines)));
  for await (const found of parser as AsyncIterable<FoundPart | { type: 'text' }>) {
    if (found.type !== 'attachment') continue;
    parser.current = found.content;
    await visitor.part(parser.describe(found));
    // Nothing to skip when the visitor has read it; fails when the parser has given up.
    for await (const _chunk of found.content);
    parser.current = null;
    found.release();
  }
}
