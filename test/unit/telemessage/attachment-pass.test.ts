import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { attachmentPass } from '../../../src/telemessage/attachment-pass.ts';
import { eml, smsHeader } from './emails.ts';

const FILES = Array.from({ length: 8 }, (_, place) => Buffer.alloc(1_000_000, `file ${place} `));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const OF = FILES.map(sha256);

describe('a pass over the attachments of an item', () => {
  it('gives those that are asked for in their order in one reading, and skips the others', async () => {
    const { pass, readBytes, totalBytes } = passOver();

    for (const place of [0, 1, 4, 7]) {
      const stream = await pass.open(place, OF[place]!);
      assert.ok(stream !== null && (await buffer(stream)).equals(FILES[place]!), String(place));
    }

    assert.ok(readBytes() <= totalBytes);
    pass.close();
  });

  it('has gone by what it gave or skipped', async () => {
    const { pass } = passOver();
    await buffer((await pass.open(3, OF[3]!))!);

    assert.equal(await pass.open(3, OF[3]!), null);
    assert.equal(await pass.open(0, OF[0]!), null);
    assert.ok((await buffer((await pass.open(4, OF[4]!))!)).equals(FILES[4]!));
    pass.close();
  });

  it('fails an attachment whose bytes are others than named, before its last are given', async () => {
    const { pass } = passOver();
    const stream = await pass.open(2, OF[1]!);
    let givenBytes = 0;
    const reading = (async () => {
      for await (const chunk of stream!) givenBytes += (chunk as Buffer).length;
    })();

    await assert.rejects(reading, { code: 'staging-corrupt' });
    assert.ok(givenBytes < FILES[2]!.length);
    pass.close();
  });

  it('says when the item has no such attachment, now and later', async () => {
    const { pass } = passOver();

    await assert.rejects(pass.open(8, 'x'), { code: 'staging-corrupt' });
    await assert.rejects(pass.open(9, 'x'), { code: 'staging-corrupt' });
  });

  it('hands on what the reading itself fails with', async () => {
    const broken = Readable.from(
      (function* () {
        yield wholeEml().subarray(0, 300_000);
        throw new Error('the connection is gone');
      })(),
      { objectMode: false },
    );
    const pass = attachmentPass(broken);

    const reading = async () => buffer((await pass.open(0, OF[0]!))!);
    await assert.rejects(reading(), /connection is gone/);
    await assert.rejects(pass.open(5, OF[5]!), /connection is gone/);
  });

  it('reads no further once it is closed', async () => {
    const { pass, readBytes, totalBytes, source } = passOver();
    await buffer((await pass.open(0, OF[0]!))!);

    pass.close();

    await new Promise(setImmediate);
    assert.ok(source.destroyed);
    assert.ok(readBytes() < totalBytes / 2, `${readBytes()} of ${totalBytes}`);
  });
});

function wholeEml(): Buffer {
  const parts = FILES.flatMap((bytes, place) => [
    '--b',
    `Content-Type: image/jpeg; name=${place}.jpg`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
  ]);
  return eml(
    ...smsHeader({ 'Content-Type': 'multipart/mixed; boundary=b' }),
    '',
    ...parts,
    '--b--',
  );
}

function passOver() {
  const whole = wholeEml();
  let given = 0;
  const source = Readable.from(
    (function* () {
      for (let from = 0; from < whole.length; from += 16_384) {
        const piece = whole.subarray(from, from + 16_384);
        given += piece.length;
        yield piece;
      }
    })(),
    { objectMode: false },
  );
  const pass = attachmentPass(source);
  return { pass, source, readBytes: () => given, totalBytes: whole.length };
}
