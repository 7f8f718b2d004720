import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Attachment } from '../domain/item.ts';
import type { ItemHeaders } from './headers.ts';
import { readMime, type MimeReading } from './mime.ts';
import type { MimePart } from './part-parser.ts';
import { readSmil, type Smil } from './smil.ts';

/** A text of the item, not yet decoded from its character set. */
export interface TextPart {
  readonly part: MimePart;
  readonly bytes: Buffer;
}

export interface MediaPart {
  readonly part: MimePart;
  readonly attachment: Attachment;
}

export interface ItemParts {
  readonly headers: ItemHeaders;
  readonly texts: readonly TextPart[];
  /** The SMIL document, which orders an MMS; null without one. */
  readonly smil: (TextPart & { readonly layout: Smil }) | null;
  readonly media: readonly MediaPart[];
  readonly contents: ReadonlyMap<number, Buffer>;
}

/**
 * So many bytes of an item's texts are its body; a text beyond them is an attachment. Those are
 * streamed and not held, and no SMS comes near it. Part of the item key.
 */
const MAX_TEXT_BYTES = 1_000_000;
const MAX_SMIL_BYTES = 1024 * 1024;

/**
 * Which part is what. Texts without the disposition "attachment" are the body, and plain bytes that
 * the SMIL before them calls a text; the first SMIL is layout, all else is an attachment, what only
 * calls itself SMIL too. Decided from each part and those before it, so that a second pass that
 * wants one attachment counts the same positions.
 */
interface PartWalk {
  headers(headers: ItemHeaders): void;
  smil(part: MimePart, bytes: Buffer, layout: Smil): void;
  text(part: MimePart, bytes: Buffer): void;
  attachment(part: MimePart, position: number, chunks: AsyncIterable<Buffer>): Promise<void>;
}

export async function walkParts(eml: Readable, walk: PartWalk): Promise<MimeReading> {
  let position = 0;
  let textBytes = 0;
  let layout: Smil | null = null;
  return readMime(eml, {
    headers: (headers) => walk.headers(headers),
    part: async (part) => {
      const content = part.content as AsyncIterable<Buffer>;
      if (layout === null && isCalledSmil(part)) {
        const { head, rest } = await takeHead(content, MAX_SMIL_BYTES);
        layout = rest === null ? readSmil(head, part.charset) : null;
        if (layout !== null) walk.smil(part, head, layout);
        else await walk.attachment(part, position++, rest ?? once(head));
        return;
      }
      if (!isBody(part, layout)) {
        await walk.attachment(part, position++, content);
        return;
      }
      const { head, rest } = await takeHead(content, MAX_TEXT_BYTES - textBytes);
      if (rest !== null) {
        await walk.attachment(part, position++, rest);
        return;
      }
      textBytes += head.length;
      walk.text(part, head);
    },
  });
}

/**
 * Reads all parts in one pass: texts whole, attachments hashed while they flow. Contents of
 * attachments are kept, in order, where they fit into what is left of `keepBytes`.
 */
export async function collectParts(
  eml: Readable,
  keepBytes: number,
): Promise<MimeReading & { readonly parts: ItemParts | null }> {
  const found: { headers: ItemHeaders | null; smil: ItemParts['smil'] } = {
    headers: null,
    smil: null,
  };
  let keepable = keepBytes;
  const texts: TextPart[] = [];
  const media: MediaPart[] = [];
  const contents = new Map<number, Buffer>();
  const reading = await walkParts(eml, {
    headers: (headers) => void (found.headers = headers),
    smil: (part, bytes, layout) => void (found.smil ??= { part, bytes, layout }),
    text: (part, bytes) => void texts.push({ part, bytes }),
    attachment: async (part, position, chunks) => {
      const { attachment, content } = await readAttachment(part, position, chunks, keepable);
      media.push({ part, attachment });
      if (content === null) return;
      contents.set(position, content);
      keepable -= content.length;
    },
  });
  const { headers, smil } = found;
  if (headers === null || !reading.isReadable) return { ...reading, parts: null };
  return { ...reading, parts: { headers, texts, smil, media, contents } };
}

async function readAttachment(
  part: MimePart,
  position: number,
  chunks: AsyncIterable<Buffer>,
  keepable: number,
): Promise<{ attachment: Attachment; content: Buffer | null }> {
  const digest = createHash('sha256');
  let kept: Buffer[] | null = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    digest.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > keepable) kept = null;
    kept?.push(chunk);
  }
  const { name, contentType } = part;
  const attachment = { position, name, contentType, sizeBytes, sha256: digest.digest('hex') };
  return { attachment, content: kept === null || keepable === 0 ? null : Buffer.concat(kept) };
}

function isCalledSmil(part: MimePart): boolean {
  if (/^(?:application\/smil|(?:text|application)\/xml$)/u.test(part.contentType)) return true;
  const isNamedSo = /\.smil?$/iu.test(part.name ?? part.contentLocation ?? '');
  return isNamedSo && !/^(image|audio|video)\//u.test(part.contentType);
}

function isBody(part: MimePart, layout: Smil | null): boolean {
  const isText = part.contentType === 'text/plain' || part.contentType === 'text/html';
  const isShown = part.contentType === 'application/octet-stream' && layout?.isText(part) === true;
  return (isText || isShown) && !part.isAttachment;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** The first bytes up to the limit, and when there are more, the whole again as one sequence. */
async function takeHead(
  content: AsyncIterable<Buffer>,
  limit: number,
): Promise<{ head: Buffer; rest: AsyncIterable<Buffer> | null }> {
  const chunks: Buffer[] = [];
  let length = 0;
  const iterator = content[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = (await iterator.next()) as IteratorResult<Buffer, undefined>;
    if (done === true) return { head: Buffer.concat(chunks), rest: null };
    chunks.push(value);
    length += value.length;
    if (length > limit) break;
  }
  const head = Buffer.concat(chunks);
  async function* whole(): AsyncGenerator<Buffer> {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head: head.subarray(0, limit), rest: whole() };
}
