import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import yazl from 'yazl';
import { RunError } from '../../../src/domain/run-error.ts';
import { rawItemKey } from '../../../src/telemessage/key.ts';
import { indexPackage } from '../../../src/telemessage/package.ts';
import { eml, smsHeader } from './emails.ts';
import { descriptor, ITEMS, manifest, packageBytes, soundPackage, zip, type Part } from './zips.ts';

const CONTEXT = { connector: 'o2', day: '2026-11-21', maxItemBytes: 150_000_000 };
const NAMES = ITEMS.map(({ name }) => name);

async function takes(bytes: Buffer) {
  const indexed = await indexPackage(packageBytes(bytes), CONTEXT);
  if (indexed.outcome === 'refused') assert.fail(`refused: ${indexed.reason}`);
  return indexed;
}

describe('indexPackage', () => {
  it('says of each item where its bytes lie, what they are and its key', async () => {
    const bytes = soundPackage();

    const { items, notes } = await takes(bytes);

    assert.deepEqual(notes, []);
    assert.deepEqual(items.map(({ name }) => name).sort(), NAMES);
    for (const item of items) {
      const data = bytes.subarray(item.dataOffset, item.dataOffset + item.compressedBytes);
      const content = inflateRawSync(data);
      assert.equal(bytes.readUInt32LE(item.offset), 0x04034b50);
      assert.equal(content.length, item.sizeBytes);
      assert.equal(createHash('sha256').update(content).digest('hex'), item.sha256);
      assert.match(item.itemKey, /^[0-9a-f]{64}$/u);
      assert.equal(item.kind, 'sms');
      assert.equal(item.at, '2026-11-21T09:15:42Z');
      assert.equal(item.problem, null);
    }
  });

  it('orders items by key, then by offset', async () => {
    const twin = { name: 'twin.eml', bytes: ITEMS[0]?.bytes ?? Buffer.alloc(0) };
    const { items } = await takes(soundPackage([...ITEMS, twin]));

    const order = items.map(({ itemKey, offset }) => [itemKey, offset] as const);

    const sorted = order.toSorted((a, b) => (a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? -1 : 1));
    assert.deepEqual(order, sorted);
    assert.equal(new Set(items.map(({ itemKey }) => itemKey)).size, 3);
  });

  it('hands each item that it could read to whoever asks, with its key', async () => {
    const seen: [string, number][] = [];

    const { items } = await indexPackage(packageBytes(soundPackage()), {
      ...CONTEXT,
      onItem: (item, itemKey) => seen.push([itemKey, item.parties.length]),
    });

    assert.deepEqual(seen.map(([key]) => key).sort(), items.map(({ itemKey }) => itemKey).sort());
    assert.ok(seen.every(([, parties]) => parties > 0));
  });

  it('takes an empty day', async () => {
    const { items } = await takes(zip([manifest([])]));

    assert.deepEqual(items, []);
  });

  it('indexes an item that cannot be read and one that is too large, and takes the rest', async () => {
    const large = { name: 'large.eml', bytes: eml(...smsHeader(), '', 'x'.repeat(5000)) };
    const broken = { name: 'broken.eml', bytes: Buffer.from('no header at all') };
    const bytes = soundPackage([...ITEMS, large, broken]);

    const { items } = await indexPackage(packageBytes(bytes), { ...CONTEXT, maxItemBytes: 2000 });

    const problems = Object.fromEntries(items.map(({ name, problem }) => [name, problem]));
    assert.equal(problems['large.eml'], 'too-large');
    assert.equal(problems['broken.eml'], 'unreadable');
    assert.equal(Object.values(problems).filter((problem) => problem === null).length, 3);
    for (const { kind, at, problem } of items) {
      if (problem !== null) assert.deepEqual([kind, at], ['sms', '2026-11-21T00:00:00Z']);
    }
  });

  it('indexes an item that a fault of ours keeps from being read, says so, and takes the rest', async () => {
    const undated = { name: 'undated.eml', bytes: eml(...smsHeader({ Date: null }), '', 'Text') };
    // Reckoning with a date fails this near to the end of ECMAScript's time.
    const context = { ...CONTEXT, day: '+275760-09-12' };

    const indexed = await indexPackage(packageBytes(soundPackage([...ITEMS, undated])), context);

    assert.equal(indexed.outcome, 'taken');
    for (const { name, problem, sha256, itemKey } of indexed.items) {
      assert.equal(problem, name === 'undated.eml' ? null : 'unreadable');
      assert.equal(itemKey === rawItemKey('o2', sha256), problem !== null);
      const item = [...ITEMS, undated].find((each) => each.name === name);
      assert.equal(createHash('sha256').update(item!.bytes!).digest('hex'), sha256);
    }
    assert.equal(indexed.items.length, 4);
    assert.deepEqual(indexed.notes, [
      'Items that this product failed to read: 3 (RangeError). Report it.',
    ]);
  });

  it('notes stray files by number and usual extension, never by name', async () => {
    const strays: Part[] = ['readme.txt', 'Alice Smith.447700900101', 'list.TXT'].map((name) => ({
      name,
      bytes: Buffer.from('x'),
    }));

    const { notes } = await takes(zip([...ITEMS, ...strays, manifest(NAMES)]));

    assert.deepEqual(notes, ['Files that are neither .eml nor .mf: 3 (.txt 2, other 1).']);
  });

  it('reads 500 small entries by few ranges', async () => {
    const items = Array.from({ length: 500 }, (_, number) => ({
      name: `${number}.eml`,
      bytes: eml(...smsHeader({ 'X-TELEMESSAGE-ArchiveMessageID': `id-${number}` }), '', 'x'),
    }));
    const bytes = packageBytes(soundPackage(items));

    const indexed = await indexPackage(bytes, CONTEXT);

    assert.equal(indexed.items.length, 500);
    assert.ok(bytes.ranges() <= 2, `${bytes.ranges()} ranges`);
  });

  it('streams an entry of many blocks, reading it once', async () => {
    const recording = Buffer.alloc(9_000_000, 'recorded silence');
    const content = Buffer.concat([
      eml(...smsHeader({ 'Content-Type': 'audio/wav' }), '', ''),
      recording,
    ]);
    const item = { name: 'call.eml', bytes: content, method: 0 };
    const bytes = packageBytes(soundPackage([...ITEMS, item]));

    const indexed = await indexPackage(bytes, CONTEXT);

    assert.equal(indexed.outcome, 'taken');
    assert.ok(bytes.bytesRead() < 1.5 * bytes.sizeBytes + 2_000_000);
  });

  it('takes silence that shrinks a thousandfold', async () => {
    const silence = Buffer.concat([eml(...smsHeader(), '', ''), Buffer.alloc(20_000_000, 10)]);

    const { items } = await takes(soundPackage([{ name: 'silence.eml', bytes: silence }]));

    assert.equal(items[0]?.sizeBytes, silence.length);
  });

  it('throws what the source fails with instead of refusing the package', async () => {
    const bytes = soundPackage();
    const failing = {
      sizeBytes: bytes.length,
      range: () =>
        new Readable({
          read: function () {
            this.destroy(new RunError('staging-unavailable', 'gone'));
          },
        }),
    };

    await assert.rejects(indexPackage(failing, CONTEXT), { code: 'staging-unavailable' });
  });

  it('throws when a range ends early instead of refusing the package', async () => {
    const bytes = soundPackage();
    const short = {
      sizeBytes: bytes.length,
      range: (start: number, end: number) =>
        Readable.from([bytes.subarray(start, end - 1)], { objectMode: false }),
    };

    await assert.rejects(indexPackage(short, CONTEXT), { code: 'staging-unavailable' });
  });

  it('tells how many items are done', async () => {
    const seen: number[] = [];

    await indexPackage(packageBytes(soundPackage()), {
      ...CONTEXT,
      onProgress: (entries) => seen.push(entries),
    });

    assert.equal(seen.at(-1), 3);
  });
});

describe('a sound package of an odd form', () => {
  it('may be written as a stream, with data descriptors and zip64 records', async () => {
    for (const forceZip64Format of [false, true]) {
      const file = new yazl.ZipFile();
      for (const { name, bytes } of ITEMS) {
        file.addReadStream(Readable.from([bytes ?? Buffer.alloc(0)]), name, { forceZip64Format });
      }
      file.addBuffer(manifest(NAMES).bytes ?? Buffer.alloc(0), 'x.MF', { forceZip64Format });
      file.end({ forceZip64Format, comment: '' });
      const bytes = await buffer(file.outputStream as AsyncIterable<Buffer>);

      const { items } = await takes(bytes);

      assert.equal(items.length, 3);
    }
  });

  it('may have a comment, folders, stored entries, gaps and names with backslashes', async () => {
    const [a, b, c] = ITEMS;
    assert.ok(a && b && c);
    const bytes = zip(
      [
        { name: 'day/', attributes: 0x10, method: 0 },
        { ...a, name: 'day/a.eml', gap: 7 },
        { ...b, name: 'day\\b.EML', method: 0 },
        { ...c, name: './c.eml' },
        manifest(['c.eml', 'A.eml', 'b.eml']),
      ],
      { comment: 'made by hand' },
    );

    const { items } = await takes(bytes);

    assert.equal(items.length, 3);
  });

  it('may hold names in UTF-8 that no flag announces', async () => {
    const item = { ...ITEMS[0], name: 'Müller.eml' };

    const { items } = await takes(soundPackage([item]));

    assert.equal(items[0]?.name, 'Müller.eml');
  });

  it('may hold names of a code page that its manifest has too: compared by their bytes', async () => {
    const listed = (name: string) => [
      { ...ITEMS[0], name: Buffer.from('n\x84me.eml', 'latin1') },
      { name: 'm.mf', bytes: Buffer.from(`Count: 1\r\nFile: ${name}\r\n`, 'latin1') },
    ];

    assert.equal((await takes(zip(listed('n\x84me.eml')))).items.length, 1);
    assert.equal((await takes(zip(listed('N\x84ME.EML')))).items.length, 1);
    const other = await indexPackage(packageBytes(zip(listed('n\x94me.eml'))), CONTEXT);
    assert.equal(other.outcome === 'refused' && other.reason, 'names-mismatch');
  });

  it('may have what looks like an end record in its comment', async () => {
    for (const comment of ['PK\x05\x06', `see PK\x05\x06 ${' '.repeat(40)}`]) {
      const bytes = zip([...ITEMS, manifest(NAMES)], { comment });

      assert.equal((await takes(bytes)).items.length, 3);
    }
  });

  it('may have a data descriptor of any form', async () => {
    const [a] = ITEMS;
    assert.ok(a);
    for (const isSigned of [true, false]) {
      for (const isLong of [true, false]) {
        const bytes = descriptor(a, {}, { isSigned, isLong });
        const part: Part = {
          ...a,
          flags: 8,
          descriptor: bytes,
          local: { crc: 0, size: 0, compressed: 0 },
        };

        assert.equal((await takes(zip([part, manifest(['a.eml'])]))).items.length, 1);
      }
    }
  });

  const manifests: [string, string | Buffer][] = [
    ['CRLF, a byte order mark and blank lines', '\uFEFFCount: 3\r\n\r\na.eml\r\nb.eml\r\nc.eml'],
    ['upper case and another order', 'COUNT: 3\nC.EML\nA.EML\nB.EML\n'],
    ['a leading "File:"', 'File: a.eml\nFILE:b.eml\nFile : c.eml\nCount: 3'],
    ['UTF-16', Buffer.from('\uFEFFCount: 3\r\na.eml\r\nb.eml\r\nc.eml', 'utf16le')],
    ['lone carriage returns', 'Count: 3\ra.eml\rb.eml\rc.eml\r'],
    ['lines of its own', 'Manifest of TeleMessage\nCount: 3\na.eml\nb.eml\nc.eml\n-- end --'],
  ];
  for (const [what, text] of manifests) {
    it(`may have a manifest with ${what}`, async () => {
      const bytes = zip([...ITEMS, { name: 'm.mf', bytes: Buffer.from(text as string) }]);

      const { items } = await takes(bytes);

      assert.equal(items.length, 3);
    });
  }
});
