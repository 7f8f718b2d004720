import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Message, MessageAttachment } from '../domain/message.ts';
import { RunError } from '../domain/run-error.ts';
import { base64Lines, base64LinesOf } from './base64-lines.ts';
import { ATTACHMENT_PLACE, frameOf } from './mimetext-adapter.ts';

const CHUNK_BYTES = 65_536;

/**
 * The message as an RFC 5322 file: same message, same bytes, on any machine, in chunks of 64 KiB.
 * multipart/alternative, in a multipart/mixed when there are attachments; all bodies in base64
 * lines of 76 characters; CRLF only. Memory does not grow with an attachment that is a stream.
 *
 * @param open the decoded bytes of the attachment at that position: a Buffer when it is small
 *   enough to be held, else a stream. Called once for each, in order, when its turn has come.
 * @throws RunError `staging-corrupt` when the bytes are not those that the item names,
 *   `invariant-broken` when the message was not made by composeMessage
 */
export function renderEml(
  message: Message,
  open: (position: number) => Promise<Readable | Buffer>,
): AsyncIterable<Buffer> {
  return inChunks(partsOf(message, open));
}

async function* partsOf(
  message: Message,
  open: (position: number) => Promise<Readable | Buffer>,
): AsyncGenerator<Buffer> {
  const byPosition = new Map(message.attachments.map((file) => [String(file.position), file]));
  const pieces = frameOf(message).split(ATTACHMENT_PLACE);
  // Splitting by a pattern with one group gives text and group by turns.
  for (const [index, piece] of pieces.entries()) {
    const attachment = index % 2 === 1 ? byPosition.get(piece) : undefined;
    if (attachment === undefined) yield Buffer.from(piece, 'latin1');
    else yield* encoded(attachment, await open(attachment.position));
  }
}

async function* encoded(
  attachment: MessageAttachment,
  content: Readable | Buffer,
): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(content)) {
    const digest = createHash('sha256').update(content).digest('hex');
    if (digest !== attachment.sha256) throw corrupt();
    yield base64Lines(content);
  } else {
    yield* base64LinesOf(verified(content, attachment.sha256));
  }
}

/** Passes the bytes on and fails at their end when they are others than named. */
async function* verified(source: Readable, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of source as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== sha256) throw corrupt();
}

/** Chunks of one size whatever the sizes of the parts, so that uploads are the same each time. */
async function* inChunks(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const part of parts) {
    held.push(part);
    heldBytes += part.length;
    if (heldBytes < CHUNK_BYTES) continue;
    const bytes = Buffer.concat(held, heldBytes);
    const rest = heldBytes % CHUNK_BYTES;
    for (let from = 0; from < heldBytes - rest; from += CHUNK_BYTES) {
      yield bytes.subarray(from, from + CHUNK_BYTES);
    }
    held = [bytes.subarray(heldBytes - rest)];
    heldBytes = rest;
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes);
}

function corrupt(): RunError {
  return new RunError(
    'staging-corrupt',
    'The bytes of an attachment differ from those that the item was indexed with. ' +
      'Have the package redelivered, then retry its items.',
  );
}
