import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { pathsIn, stagingRoom, type StagingRoom } from '../../support/staging-room.ts';

const MIB = 1024 * 1024;
const KIND = 'application/octet-stream';

let room: StagingRoom;
before(async () => {
  room = await stagingRoom();
});
after(() => room.stop());

describe('what is put once', () => {
  it('is won by one of 64 racers, and holds the bytes and metadata of that one', async () => {
    const { staging, content } = await room.open();
    const [container] = staging.containers;
    const racers = Array.from({ length: 64 }, (_, at) => Buffer.from(`racer ${String(at)}`));

    const won = await Promise.all(
      racers.map((bytes, at) => container.putOnce('a/b', bytes, KIND, { racer: String(at) })),
    );

    assert.equal(won.filter(Boolean).length, 1);
    const winner = won.indexOf(true);
    assert.deepEqual(await container.read('a/b'), racers[winner]);
    assert.deepEqual((await container.describe('a/b'))?.metadata, { racer: String(winner) });
    assert.deepEqual(await pathsIn(content), ['a/b']);
  });

  it('is not touched by a second write, by whichever way', async () => {
    const { staging, content } = await room.open();
    const [container] = staging.containers;
    await container.putOnce('a', Buffer.from('first'), KIND, { by: 'first' });
    const before = await content.getBlobClient('a').getProperties();
    const other = { kind: KIND, metadata: () => ({ by: 'second' }) };

    const again = [
      await container.putOnce('a', Buffer.from('second'), KIND, { by: 'second' }),
      await container.putOnce('a', Buffer.from('first'), KIND, { by: 'first' }),
      (await container.streamOnce('a', once(Buffer.from('second')), other.kind, other.metadata))
        .isNew,
      (await container.streamOnce('a', once(randomBytes(5 * MIB)), other.kind, other.metadata))
        .isNew,
    ];

    const after = await content.getBlobClient('a').getProperties();
    assert.deepEqual(again, [false, false, false, false]);
    assert.deepEqual(
      [after.etag, after.lastModified, after.metadata, after.contentLength],
      [before.etag, before.lastModified, { by: 'first' }, 5],
    );
  });
});

describe('metadata', () => {
  it('leaves out what is empty, which storage may refuse', async () => {
    const { staging } = await room.open();
    const [container] = staging.containers;
    const metadata = { reason: '', outcome: 'taken' };

    await container.putOnce('a', Buffer.from('a'), KIND, metadata);
    await container.streamOnce('b', once(Buffer.from('b')), KIND, () => metadata);
    await container.streamOnce('c', once(randomBytes(5 * MIB)), KIND, () => metadata);

    for (const path of ['a', 'b', 'c']) {
      assert.deepEqual((await container.describe(path))?.metadata, { outcome: 'taken' });
    }
  });
});

describe('what is streamed once', () => {
  const sizes = [
    { of: '0 bytes', sizeBytes: 0, blocks: 0 },
    { of: '1 byte', sizeBytes: 1, blocks: 0 },
    { of: 'exactly one block of 4 MiB', sizeBytes: 4 * MIB, blocks: 0 },
    { of: 'a byte more than a block', sizeBytes: 4 * MIB + 1, blocks: 2 },
    { of: '9 MiB', sizeBytes: 9 * MIB, blocks: 3 },
  ];
  for (const { of, sizeBytes, blocks } of sizes) {
    it(`arrives whole, with its digest and size: ${of}`, async () => {
      const { staging, content } = await room.open();
      const [container] = staging.containers;
      const bytes = randomBytes(sizeBytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');

      const written = await container.streamOnce(
        'a',
        inParts(bytes),
        'message/rfc822',
        (facts) => ({
          sha256: facts.sha256,
          sizebytes: String(facts.sizeBytes),
        }),
      );

      assert.deepEqual(written, { isNew: true, sha256, sizeBytes });
      assert.ok((await container.read('a'))?.equals(bytes));
      assert.deepEqual(await container.describe('a'), {
        path: 'a',
        sizeBytes,
        metadata: { sha256, sizebytes: String(sizeBytes) },
      });
      const { contentType } = await content.getBlobClient('a').getProperties();
      assert.equal(contentType, 'message/rfc822');
      const list = await content.getBlockBlobClient('a').getBlockList('committed');
      assert.equal(list.committedBlocks?.length ?? 0, blocks);
    });
  }

  it('leaves nothing visible when its source breaks, and can be written anew', async () => {
    const { staging, content } = await room.open();
    const [container] = staging.containers;
    for (const sizeBytes of [100, 9 * MIB]) {
      const broken = (async function* () {
        yield* inParts(randomBytes(sizeBytes));
        throw new Error('the connection broke');
      })();

      await assert.rejects(
        container.streamOnce('a', broken, KIND, () => ({})),
        /the connection broke/,
      );

      assert.deepEqual(await pathsIn(content), []);
      assert.equal(await container.describe('a'), null);
    }
    const bytes = randomBytes(5 * MIB);
    const written = await container.streamOnce('a', inParts(bytes), KIND, () => ({}));
    assert.equal(written.isNew, true);
    assert.ok((await container.read('a'))?.equals(bytes));
  });

  for (const sizeBytes of [10, 5 * MIB]) {
    it(`is won by one racer with its own bytes and no other's: ${String(sizeBytes)} bytes`, async () => {
      const { staging } = await room.open();
      const [container] = staging.containers;
      const racers = Array.from({ length: 8 }, (_, at) => Buffer.alloc(sizeBytes, at));

      const written = await Promise.all(
        racers.map((bytes) =>
          container.streamOnce('a', inParts(bytes), KIND, ({ sha256 }) => ({ sha256 })),
        ),
      );

      const winners = written.filter(({ isNew }) => isNew);
      assert.equal(winners.length, 1);
      const stored = await container.read('a');
      assert.equal(
        createHash('sha256')
          .update(stored ?? '')
          .digest('hex'),
        winners[0]?.sha256,
        'the blob holds blocks of more than one writer',
      );
      assert.equal((await container.describe('a'))?.metadata['sha256'], winners[0]?.sha256);
    });
  }
});

describe('a range', () => {
  it('gives the bytes asked for, in one request', async () => {
    const { staging } = await room.open();
    const [container] = staging.containers;
    const bytes = randomBytes(3_000);
    await container.putOnce('a', bytes, KIND);

    const read = Buffer.concat(await (await container.readRange('a', 1_000, 1_500)).toArray());

    assert.ok(read.equals(bytes.subarray(1_000, 2_500)));
  });
});

/** Of no round size, so that parts and blocks do not end together. */
const PART_BYTES = 777_777;

async function* inParts(bytes: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < bytes.length; at += PART_BYTES) yield bytes.subarray(at, at + PART_BYTES);
}

async function* once(bytes: Buffer): AsyncIterable<Buffer> {
  yield bytes;
}
