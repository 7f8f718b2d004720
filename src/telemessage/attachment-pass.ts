import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { RunError } from '../domain/run-error.ts';
import { walkParts } from './parts.ts';

/** One reading of an item, which stops at each attachment that is wanted. */
export interface AttachmentPass {
  /**
   * The decoded bytes of the attachment at that position; null when this pass has gone by it. The one
   * before is read to its end first, or destroyed.
   *
   * @throws {RunError} `staging-corrupt` when the item has no such attachment, and as the stream's
   * error when its bytes are not those of `sha256`: its last bytes come only after all were checked.
   */
  open(position: number, sha256: string): Promise<Readable | null>;
  /** Ends the reading, wherever it is. */
  close(): void;
}

interface Order {
  readonly position: number;
  readonly sha256: string;
  readonly found: PromiseWithResolvers<Readable>;
}

/**
 * Attachments that are asked for in their order cost one reading of the item together: an item of a
 * hundred pictures would be read a hundred times, were each looked for from the beginning.
 */
export function attachmentPass(eml: Readable): AttachmentPass {
  let next = Promise.withResolvers<Order | null>();
  let order: Order | null = null;
  let current: PassThrough | null = null;
  let passed = -1;
  let failure: Error | null = null;

  const fail = (error: Error) => {
    failure = error;
    order?.found.reject(error);
    current?.destroy(error);
  };
  const reading = walkParts(eml, {
    headers: () => undefined,
    smil: () => undefined,
    text: () => undefined,
    attachment: async (_part, at, chunks) => {
      const wanted = await next.promise;
      passed = at;
      if (wanted?.position !== at) return;
      next = Promise.withResolvers();
      order = null;
      current = new PassThrough();
      // Who reads it hears of its errors all the same; before it is handed out nobody listens.
      current.on('error', () => undefined);
      wanted.found.resolve(current);
      await send(chunks, current, wanted.sha256);
    },
  });
  reading.then(
    ({ isReadable }) =>
      fail(corrupt(isReadable ? 'it lacks an attachment' : 'it cannot be read a second time')),
    (error: unknown) => fail(error as Error),
  );

  return {
    async open(position, sha256) {
      if (position <= passed) return null;
      if (failure !== null) throw failure;
      order = { position, sha256, found: Promise.withResolvers() };
      next.resolve(order);
      return order.found.promise;
    },
    close() {
      next.resolve(null);
      current?.destroy();
      eml.destroy();
    },
  };
}

/** Holds the last bytes back until all of them were checked. */
async function send(
  chunks: AsyncIterable<Buffer>,
  out: PassThrough,
  sha256: string,
): Promise<void> {
  const digest = createHash('sha256');
  let last: Buffer | null = null;
  for await (const chunk of chunks) {
    digest.update(chunk);
    if (last !== null && !out.write(last)) await drained(out);
    if (out.destroyed) return;
    last = chunk;
  }
  if (digest.digest('hex') !== sha256) out.destroy(corrupt('an attachment has other bytes'));
  else if (last === null) out.end();
  else out.end(last);
}

async function drained(out: PassThrough): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  await Promise.race([once(out, 'drain', { signal }), once(out, 'close', { signal })]).catch(
    () => undefined,
  );
  stop.abort();
}

function corrupt(why: string): RunError {
  return new RunError(
    'staging-corrupt',
    `The staged bytes of an item differ from what was received: ${why}. Have the package redelivered.`,
  );
}
