import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { RunError } from '../../../src/domain/run-error.ts';
import { rangesOf, readWhole } from '../../../src/mailbox/attachment-bytes.ts';
import { anAttachment } from '../../support/mailbox-room.ts';

test('ranges are full but the last, and together the same bytes, however the stream is cut', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 40 }), async (parts, rangeBytes) => {
      const whole = Buffer.concat(parts);
      const attachment = anAttachment(0, whole.length);
      const open = async () => Readable.from(parts.map((part) => Buffer.from(part)));

      const ranges: Buffer[] = [];
      for await (const range of rangesOf(attachment, open, rangeBytes)) {
        ranges.push(Buffer.from(range));
      }

      assert.ok(Buffer.concat(ranges).equals(whole));
      assert.ok(ranges.slice(0, -1).every(({ length }) => length === rangeBytes));
      assert.ok((await readWhole(attachment, open)).equals(whole));
    }),
  );
});

for (const [name, sizeBytes] of [
  ['longer', 9],
  ['shorter', 11],
] as const) {
  test(`a stream that is ${name} than it was received is corrupt`, async () => {
    const read = readWhole(anAttachment(0, sizeBytes), async () => Buffer.alloc(10));

    await assert.rejects(read, (error) => {
      return error instanceof RunError && error.code === 'staging-corrupt';
    });
  });
}
