import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { itemReader } from '../../../src/activities/item-reader.ts';
import { attachmentPass } from '../../../src/telemessage/attachment-pass.ts';
import { entryStream, readItem } from '../../../src/telemessage/item.ts';
import type { Staging } from '../../../src/staging/staging.ts';
import { aReference } from '../../support/builders.ts';
import { eml, smsHeader } from '../telemessage/emails.ts';

const FILES = Array.from({ length: 40 }, (_, place) => Buffer.alloc(100_000, `picture ${place} `));

describe('the attachments of an item with forty pictures', () => {
  it('cost one reading of it together, beside the one that says what it holds', async () => {
    const { reader, ref, reads } = readerOf();

    const attachments = reader.attachments(ref);
    for (const [place, file] of FILES.entries()) {
      assert.ok((await whole(await attachments.open(place))).equals(file), String(place));
    }
    attachments.close();

    assert.equal(reads(), 2);
  });

  it('are found also when they are asked for from the end', async () => {
    const { reader, ref } = readerOf();

    const attachments = reader.attachments(ref);
    for (const place of [39, 38, 0]) {
      assert.ok((await whole(await attachments.open(place))).equals(FILES[place]!));
    }
    attachments.close();
  });

  it('are told from those that it does not have', async () => {
    const { reader, ref } = readerOf();

    const attachments = reader.attachments(ref);

    await assert.rejects(attachments.open(40), { code: 'staging-corrupt' });
    attachments.close();
  });
});

async function whole(content: Readable | Buffer): Promise<Buffer> {
  return Buffer.isBuffer(content) ? content : buffer(content);
}

function readerOf() {
  const parts = FILES.flatMap((bytes, place) => [
    '--b',
    `Content-Type: image/jpeg; name=${place}.jpg`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
  ]);
  const header = smsHeader({ 'Content-Type': 'multipart/mixed; boundary=b' });
  const bytes = eml(...header, '', ...parts, '--b--', '');
  let reads = 0;
  const packages = {
    readRange: () => {
      reads += 1;
      return Promise.resolve(Readable.from([bytes]));
    },
  } as unknown as Staging['packages'];
  const ref = {
    ...aReference(),
    method: 0,
    compressedBytes: bytes.length,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  } as const;
  const reader = itemReader(packages, { readItem, entryStream, attachmentPass });
  return { reader, ref, reads: () => reads };
}
