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
 * The attachment in ranges of `rangeBytes`, the last one shorter; at most two ranges are in memory.
 * @throws {RunError} `staging-corrupt` when it is longer or shorter than the message says.
 */
export async function* rangesOf(
  attachment: MessageAttachment,
  open: OpenAttachment,
  rangeBytes: number,
): AsyncGenerator<Buffer> {
  const source = await open(attachment.position);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let total = 0;
  for await (const chunk of Buffer.isBuffer(source)
    ? [source]
    : (source as AsyncIterable<Buffer>)) {
    total += chunk.length;
    if (total > attachment.sizeBytes) throw sizeDiffers();
    waiting.push(chunk);
    waitingBytes += chunk.length;
    while (rangeBytes > 0 && waitingBytes >= rangeBytes) {
      const joined = Buffer.concat(waiting);
      yield joined.subarray(0, rangeBytes);
      waiting = [joined.subarray(rangeBytes)];
      waitingBytes -= rangeBytes;
    }
  }
  if (total !== attachment.sizeBytes) throw sizeDiffers();
  if (waitingBytes > 0) yield Buffer.concat(waiting);
}

function sizeDiffers(): RunError {
  return new RunError(
    'staging-corrupt',
    'An attachment in the staged package is not as long as it was when it was received. Have the package redelivered.',
  );
}
