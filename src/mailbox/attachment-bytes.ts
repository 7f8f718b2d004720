import type { Readable } from 'node:stream';
import type { MessageAttachment } from '../domain/message.ts';
import { RunError } from '../domain/run-error.ts';

/** Opens the decoded bytes of one attachment by its position in the item. */
export type OpenAttachment = (position: number) => Promise<Readable | Buffer>;

/** The attachment whole. For small ones only. @throws {RunError} `staging-corrupt` */
export async function readWhole(
  attachment: MessageAttachment,
  open: OpenAttachment,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const range of rangesOf(attachment, open, attachment.sizeBytes)) chunks.push(range);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

/**
 * The attachment in ranges of `rangeBytes`, the last one shorter; one range is in memory.
 * @throws {RunError} `staging-corrupt` when it is longer or shorter than the message says.
 */
export async function* rangesOf(
  attachment: MessageAttachment,
  open: OpenAttachment,
  rangeBytes: number,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  const source = await open(attachment.position);
  const chunks = Buffer.isBuffer(source) ? [source] : (source as AsyncIterable<Buffer>);
  let range = Buffer.alloc(Math.min(rangeBytes, attachment.sizeBytes));
  let filled = 0;
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > attachment.sizeBytes) throw sizeDiffers();
    for (let from = 0; from < chunk.length;) {
      const copied = chunk.copy(range, filled, from);
      from += copied;
      filled += copied;
      if (filled < range.length) continue;
      yield range;
      range = Buffer.alloc(
        Math.min(rangeBytes, attachment.sizeBytes - total + chunk.length - from),
      );
      filled = 0;
    }
  }
  if (total !== attachment.sizeBytes) throw sizeDiffers();
}

function sizeDiffers(): RunError {
  return new RunError(
    'staging-corrupt',
    'An attachment in the staged package is not as long as it was when it was received. Have the package redelivered.',
  );
}
