/** RFC 2045 §6.8: at most 76 characters a line, which hold 57 bytes. */
const LINE_BYTES = 57;
const LINE_LENGTH = 76;
/** Encodes to just under 64 KiB, so that memory stays flat however long the source is. */
const BLOCK_BYTES = LINE_BYTES * 840;

/** Base64 in lines of 76 characters, each ended by CRLF; one empty line for no bytes. */
export function base64Lines(bytes: Buffer): Buffer {
  if (bytes.length === 0) return Buffer.from('\r\n');
  const text = Buffer.from(bytes.toString('base64'), 'latin1');
  const out = Buffer.allocUnsafe(text.length + 2 * Math.ceil(text.length / LINE_LENGTH));
  let at = 0;
  for (let from = 0; from < text.length; from += LINE_LENGTH) {
    at += text.copy(out, at, from, Math.min(from + LINE_LENGTH, text.length));
    out[at++] = 0x0d;
    out[at++] = 0x0a;
  }
  return out;
}

/** The same of a stream, block by block: what it holds at once does not grow with the source. */
export async function* base64LinesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isEmpty = true;
  for await (const chunk of source) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < BLOCK_BYTES) continue;
    const bytes = Buffer.concat(held, heldBytes);
    const wholeBytes = heldBytes - (heldBytes % LINE_BYTES);
    for (let from = 0; from < wholeBytes; from += BLOCK_BYTES) {
      yield base64Lines(bytes.subarray(from, Math.min(from + BLOCK_BYTES, wholeBytes)));
    }
    isEmpty = false;
    held = [bytes.subarray(wholeBytes)];
    heldBytes -= wholeBytes;
  }
  if (heldBytes > 0 || isEmpty) yield base64Lines(Buffer.concat(held, heldBytes));
}
