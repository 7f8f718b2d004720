import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { entryStream, openAttachment } from '../../../src/telemessage/item.ts';
import { eml, smsHeader } from './emails.ts';

for (const size of [200_000, 20_000]) {
  describe(`entryStream of ${size} bytes`, () => entryOf(size));
}

function entryOf(size: number): void {
  const bytes = Buffer.alloc(size, 'staged bytes of an item ');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = { sizeBytes: bytes.length, sha256 };
  const stream = (data: Buffer) => Readable.from([data], { objectMode: false });

  it('gives the bytes of stored and deflated entries', async () => {
    const stored = await buffer(
      entryStream(stream(bytes), { method: 0, compressedBytes: size, ...known }),
    );
    const deflated = await buffer(
      entryStream(stream(deflateRawSync(bytes)), { method: 8, compressedBytes: 1_000, ...known }),
    );

    assert.ok(stored.equals(bytes));
    assert.ok(deflated.equals(bytes));
  });

  const changed = Buffer.from(bytes);
  changed.writeUInt8(0, size / 2);
  const faults: [string, Buffer, 0 | 8][] = [
    ['a changed byte', changed, 0],
    ['a changed byte before deflating', deflateRawSync(changed), 8],
    ['fewer bytes', bytes.subarray(1), 0],
    ['more bytes', Buffer.concat([bytes, bytes]), 0],
    ['data that end early', deflateRawSync(bytes).subarray(0, 20), 8],
    ['data that are no deflate stream', bytes, 8],
  ];
  for (const [what, data, method] of faults) {
    it(`fails with staging-corrupt for ${what}`, async () => {
      await assert.rejects(
        buffer(entryStream(stream(data), { method, compressedBytes: data.length, ...known })),
        {
          name: 'RunError',
          code: 'staging-corrupt',
        },
      );
    });
  }

  it('passes on what its source fails with', async () => {
    for (const method of [0, 8] as const) {
      const failing = new Readable({
        read() {
          this.destroy(new Error('reset by peer'));
        },
      });
      await assert.rejects(
        buffer(entryStream(failing, { method, compressedBytes: 1_000, ...known })),
        /reset by peer/u,
      );
    }
  });

  it('fails the attachment that is read through it', async () => {
    const item = eml(
      ...smsHeader({ 'Content-Type': 'multipart/mixed; boundary=b' }),
      '',
      '--b',
      'Content-Type: image/png',
      '',
      'x',
      '--b--',
    );
    const entry = {
      method: 0 as const,
      compressedBytes: item.length,
      sizeBytes: item.length,
      sha256,
    };

    const opened = openAttachment(entryStream(stream(item), entry), 0).then(buffer);

    await assert.rejects(opened, { code: 'staging-corrupt' });
  });
}
