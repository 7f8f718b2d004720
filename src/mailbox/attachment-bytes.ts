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
  const source = await open(attachment.position);
  const content = Buffer.isBuffer(source) ? source : Buffer.concat(await source.toArray());
  if (content.length !== attachment.sizeBytes) throw sizeDiffers();
  return content;
}

/**
 * The attachment in ranges of `rangeBytes`, the last one shorter. All stand in one buffer after each
 * other: a range is good until the next one is asked for.
 * @throws {RunError} `staging-corrupt` when it is longer or shorter than the message says.
 */
export async function* rangesOf(
  attachment: MessageAttachment,
  open: OpenAttachment,
  rangeBytes: number,
): AsyncGenerator<Buffer<ArrayBuffer>> {
  const source = await open(attachment.position);
  const chunks = Buffer.isBuffer(source) ? [source] : (source as AsyncIterable<Buffer>);
  const range = Buffer.allocUnsafe(Math.min(rangeBytes, attachment.sizeBytes));
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
      filled = 0;
    }
  }
  if (total !== attachment.sizeBytes) throw sizeDiffers();
  if (filled > 0) yield range.subarray(0, filled);
}

function sizeDiffers(): RunError {
  return new RunError(
    'staging-corrupt',
    'An attachment in the staged package is not as long as it was when it was received. Have the package redelivered.',
  );
}
