import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { BlobServiceClient } from '@azure/storage-blob';
import { startBlobStub, type BlobStub } from '../../../bench/blob-stub/server.ts';
import { container, type Container } from '../../../src/staging/container.ts';

const BLOCK = 4 * 1024 * 1024;
const KEY = Buffer.from('signatures are not verified').toString('base64');

describe('a blob that is written in blocks', () => {
  let stub: BlobStub;
  let content: Container;

  before(async () => {
    stub = await startBlobStub(0);
    const endpoint = `http://127.0.0.1:${String(stub.port)}/blocks`;
    content = container(
      BlobServiceClient.fromConnectionString(
        `DefaultEndpointsProtocol=http;AccountName=blocks;AccountKey=${KEY};BlobEndpoint=${endpoint};`,
      ).getContainerClient('content'),
    );
    await content.create();
  });
  after(() => stub.close());

  for (const [sizeBytes, chunkBytes] of [
    [0, 1],
    [BLOCK - 1, 65_536],
    [BLOCK, BLOCK],
    [BLOCK + 1, 65_536],
    [2 * BLOCK, BLOCK],
    [2 * BLOCK + 5, 1_000_003],
    [3 * BLOCK + 17, 7_000_001],
  ] as const) {
    it(`holds the bytes in their order: ${String(sizeBytes)} in chunks of ${String(chunkBytes)}`, async () => {
      const bytes = numbered(sizeBytes);

      const { isNew, ...written } = await content.streamOnce(
        `${String(sizeBytes)}-${String(chunkBytes)}`,
        inChunks(bytes, chunkBytes),
        'application/octet-stream',
        () => ({}),
      );

      const sha256 = createHash('sha256').update(bytes).digest('hex');
      assert.deepEqual([isNew, written], [true, { sha256, sizeBytes }]);
      const read = await content.read(`${String(sizeBytes)}-${String(chunkBytes)}`);
      assert.ok(read?.equals(bytes));
    });
  }
});

/** No two places of a block's length apart hold the same. */
function numbered(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at + 4 <= sizeBytes; at += 4) bytes.writeUInt32BE(at, at);
  return bytes;
}

async function* inChunks(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    // Not a view of what is compared with: a block may be written into again.
    yield await Promise.resolve(Buffer.from(bytes.subarray(from, from + chunkBytes)));
  }
}
