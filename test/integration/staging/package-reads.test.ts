import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { startBlobStub, type BlobStub } from '../../../bench/blob-stub/server.ts';
import { staging, type Staging } from '../../../src/staging/staging.ts';

const DAY = '2026-11-23';
const NOW = '2026-11-24T02:00:00Z';

describe('reading items out of a staged package', () => {
  let stub: BlobStub;
  let staged: Staging;

  before(async () => {
    stub = await startBlobStub(0);
    const key = Buffer.from('not verified').toString('base64');
    const connectionString = `DefaultEndpointsProtocol=http;AccountName=bench;AccountKey=${key};BlobEndpoint=http://127.0.0.1:${stub.port}/bench;`;
    staged = staging({ container: 'content', account: { connectionString } });
    for (const container of staged.containers) await container.create();
  });
  after(() => stub.close());

  const receive = async (name: string, bytes: Buffer): Promise<string> => {
    const file = { day: DAY, package: name, modifiedAt: NOW };
    const { staged: found } = await staged.packages.receive(file, chunksOf(bytes), NOW, []);
    return found.path;
  };
  const reads = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${stub.port}/counters`);
    return ((await answer.json()) as Record<string, number>)['blob GET'] ?? 0;
  };

  it('asks once for many items of a small package, and gives each its own bytes', async () => {
    const bytes = randomBytes(100_000);
    const path = await receive('small', bytes);
    const before = await reads();

    for (let offset = 0; offset < 100_000; offset += 1_000) {
      const item = await buffer(await staged.packages.readRange(path, offset, 1_000));
      assert.ok(item.equals(bytes.subarray(offset, offset + 1_000)));
    }

    assert.ok((await reads()) - before < 20);
  });

  it('asks for each item of a large package', async () => {
    const bytes = randomBytes(9 * 1024 * 1024);
    const path = await receive('large', bytes);
    const before = await reads();

    for (let offset = 0; offset < 30_000; offset += 1_000) {
      const item = await buffer(await staged.packages.readRange(path, offset, 1_000));
      assert.ok(item.equals(bytes.subarray(offset, offset + 1_000)));
    }

    assert.equal((await reads()) - before, 30);
  });

  it('gives nothing for an entry of no bytes', async () => {
    const path = await receive('empty-entry', randomBytes(10));

    assert.equal((await buffer(await staged.packages.readRange(path, 10, 0))).length, 0);
  });
});

async function* chunksOf(bytes: Buffer): AsyncIterable<Buffer> {
  for (let start = 0; start < bytes.length; start += 65_536) {
    yield bytes.subarray(start, start + 65_536);
  }
}
