import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Refusal } from '../../../src/domain/index-entry.ts';
import { indexPackage, type IndexedPackage } from '../../../src/telemessage/package.ts';
import { descriptor, ITEMS, manifest, packageBytes, soundPackage, zip, type Part } from './zips.ts';

const CONTEXT = { connector: 'o2', day: '2026-11-21', maxItemBytes: 150_000_000 };
const NAMES = ITEMS.map(({ name }) => name);

function index(bytes: Buffer): Promise<IndexedPackage> {
  return indexPackage(packageBytes(bytes), CONTEXT);
}

function reasonOf(indexed: IndexedPackage): Refusal | null {
  return indexed.outcome === 'refused' ? indexed.reason : null;
}

const [A] = ITEMS as [Part & { name: string }];
const OK = manifest(NAMES);
const mf = (text: string): Part => ({ name: 'm.mf', bytes: Buffer.from(text) });
const size = A.bytes?.length ?? 0;

/** Item A with a data descriptor. */
const described = (bytes: Buffer): Buffer =>
  zip([{ ...A, flags: 8, descriptor: bytes }, manifest(['a.eml'])]);

const hostile: [string, Refusal, Buffer][] = [
  ['a count that is too high', 'count-mismatch', zip([...ITEMS, manifest(NAMES, 4)])],
  ['a count of 0 beside items', 'count-mismatch', zip([...ITEMS, mf('Count: 0')])],
  [
    'a name that is not listed',
    'names-mismatch',
    zip([...ITEMS, mf('Count: 3\na.eml\nb.eml\nd.eml')]),
  ],
  [
    'a name listed twice',
    'names-mismatch',
    zip([...ITEMS, mf('Count: 3\na.eml\na.eml\nb.eml\nc.eml')]),
  ],
  ['no names at all', 'names-mismatch', zip([...ITEMS, mf('Count: 3')])],
  ['no manifest', 'no-manifest', zip(ITEMS)],
  ['no entry', 'no-manifest', zip([])],
  ['two manifests', 'two-manifests', zip([...ITEMS, OK, { ...OK, name: 'other.mf' }])],
  ['a manifest without a count', 'unreadable-manifest', zip([...ITEMS, mf(NAMES.join('\n'))])],
  [
    'two counts',
    'unreadable-manifest',
    zip([...ITEMS, mf(`Count: 3\nCount: 4\n${NAMES.join('\n')}`)]),
  ],
  ['an item of no bytes', 'zero-byte-item', soundPackage([...ITEMS, { name: 'z.eml' }])],
  ['a traversal name', 'unsafe-name', zip([{ ...A, name: '../a.eml' }])],
  ['a traversal name with backslashes', 'unsafe-name', zip([{ ...A, name: 'x\\..\\a.eml' }])],
  ['an absolute name', 'unsafe-name', zip([{ ...A, name: '/etc/a.eml' }])],
  ['a network name', 'unsafe-name', zip([{ ...A, name: '\\\\host\\a.eml' }])],
  ['a drive name', 'unsafe-name', zip([{ ...A, name: 'C:a.eml' }])],
  ['a name with a NUL', 'unsafe-name', zip([{ ...A, name: 'a.eml\0.txt' }])],
  ['an empty name', 'unsafe-name', zip([{ ...A, name: '' }])],
  ['a doubled name', 'doubled-name', zip([...ITEMS, A, OK])],
  ['a name doubled but for case', 'doubled-name', zip([...ITEMS, { ...A, name: 'A.EML' }, OK])],
  ['a link', 'link', zip([...ITEMS, { name: 'l', attributes: 0xa1ff << 16 }, OK])],
  ['an encrypted entry', 'encrypted', zip([{ ...A, flags: 1 }, OK])],
  ['strong encryption', 'encrypted', zip([{ ...A, flags: 0x41 }, OK])],
  [
    'encryption in the local header only',
    'encrypted',
    zip([...ITEMS, { ...OK, local: { flags: 1 } }]),
  ],
  [
    'two records of one entry',
    'overlap',
    zip([A, { ...A, name: 'b.eml', central: { offset: 0 } }, OK]),
  ],
  [
    'a record that reaches into the next',
    'overlap',
    zip([
      { ...A, method: 0, central: { compressed: size + 9, size: size + 9 } },
      manifest(['a.eml']),
    ]),
  ],
  [
    'data that reach into the next entry',
    'overlap',
    zip([{ ...A, central: { compressed: size + 900 } }, manifest(['a.eml'])]),
  ],
  [
    'a size that is too small',
    'size-mismatch',
    zip([{ ...A, central: { size: 5 }, local: { size: 5 } }, manifest(['a.eml'])]),
  ],
  [
    'a size that is too large',
    'size-mismatch',
    zip([{ ...A, central: { size: size + 5 }, local: { size: size + 5 } }, manifest(['a.eml'])]),
  ],
  [
    'sizes that differ between its headers',
    'size-mismatch',
    zip([{ ...A, central: { size: size + 5 } }, manifest(['a.eml'])]),
  ],
  [
    'compressed data that end early',
    'size-mismatch',
    zip([{ ...A, central: { compressed: 20 }, local: { compressed: 20 } }, manifest(['a.eml'])]),
  ],
  [
    'a wrong checksum',
    'crc-mismatch',
    zip([{ ...A, central: { crc: 1 }, local: { crc: 1 } }, manifest(['a.eml'])]),
  ],
  [
    'a wrong checksum of a stray file',
    'crc-mismatch',
    zip([
      ...ITEMS,
      { name: 's.txt', bytes: Buffer.from('x'), central: { crc: 1 }, local: { crc: 1 } },
      OK,
    ]),
  ],
  [
    'a wrong checksum of the manifest',
    'crc-mismatch',
    zip([...ITEMS, { ...OK, central: { crc: 1 }, local: { crc: 1 } }]),
  ],
  [
    'data that are no deflate stream',
    'crc-mismatch',
    zip([{ ...A, method: 0, central: { method: 8 }, local: { method: 8 } }, manifest(['a.eml'])]),
  ],
  ['a descriptor of another checksum', 'crc-mismatch', described(descriptor(A, { crc: 1 }))],
  ['a descriptor of another size', 'size-mismatch', described(descriptor(A, { size: 1 }))],
  [
    'a descriptor of another compressed size',
    'size-mismatch',
    described(descriptor(A, { compressed: 1 }, { isLong: true })),
  ],
  [
    'a descriptor of another checksum, without its signature',
    'crc-mismatch',
    described(descriptor(A, { crc: 1 }, { isSigned: false })),
  ],
  [
    'a local header with a descriptor and a size of its own',
    'size-mismatch',
    zip([{ ...A, flags: 8, local: { size: 1 } }, manifest(['a.eml'])]),
  ],
  [
    'another name in the local header',
    'names-mismatch',
    zip([{ ...A, localName: 'z.eml' }, manifest(['a.eml'])]),
  ],
  [
    'a comment that is another end record',
    'not-a-zip',
    zip([...ITEMS, OK], { comment: zip([]).toString('latin1') }),
  ],
  ['bzip2', 'unsupported-compression', zip([{ ...A, method: 12 }, OK])],
  [
    'bytes before the first record',
    'stray-bytes',
    zip([...ITEMS, OK], { prefix: Buffer.from('MZ') }),
  ],
  [
    'a prefix that offsets do not count',
    'stray-bytes',
    zip([...ITEMS, OK], { prefix: Buffer.from('MZ'), areOffsetsCorrected: false }),
  ],
  [
    'bytes after the last record',
    'stray-bytes',
    zip([...ITEMS, OK], { suffix: Buffer.from('PK') }),
  ],
  ['two packages in one file', 'stray-bytes', Buffer.concat([soundPackage(), soundPackage()])],
  ['more records than it counts', 'not-a-zip', zip([...ITEMS, OK], { count: 3 })],
  ['fewer records than it counts', 'not-a-zip', zip([...ITEMS, OK], { count: 5 })],
  ['a text', 'not-a-zip', Buffer.from('This is no zip. '.repeat(100))],
  ['nothing', 'not-a-zip', Buffer.alloc(0)],
  ['a cut end', 'not-a-zip', soundPackage().subarray(0, -30)],
  ['a cut comment', 'not-a-zip', zip([...ITEMS, OK], { comment: 'comment' }).subarray(0, -3)],
  ['a cut start', 'not-a-zip', soundPackage().subarray(40)],
];

describe('a package is refused as a whole for', () => {
  for (const [what, reason, bytes] of hostile) {
    it(`${what}: ${reason}`, async () => {
      const indexed = await index(bytes);

      assert.equal(reasonOf(indexed), reason);
      assert.deepEqual(indexed.items, []);
    });
  }

  it('more than 100,000 entries, before any is read: too-many-entries', async () => {
    const bytes = packageBytes(zip([...ITEMS, OK], { count: 100_001 }));

    const indexed = await indexPackage(bytes, CONTEXT);

    assert.equal(reasonOf(indexed), 'too-many-entries');
    assert.equal(bytes.ranges(), 1);
  });

  it('any cut of its bytes, wherever', async () => {
    const bytes = soundPackage();

    for (let length = 0; length < bytes.length; length += 13) {
      const indexed = await index(bytes.subarray(0, length));
      assert.equal(indexed.outcome, 'refused', `cut at ${length}`);
    }
  });

  it('any flipped bit of an entry, in words that hold none of its text', async () => {
    const bytes = soundPackage();

    for (let at = 60; at < 400; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(bytes.readUInt8(at) ^ 4, at);
      const indexed = await index(flipped);
      assert.equal(indexed.outcome, 'refused', `bit flipped at ${at}`);
      for (const note of indexed.notes) {
        assert.match(
          note,
          /^(?:It is entry \d( \("[^"]{1,80}"\))?|The manifest .*|Of the names.*)\.$/u,
        );
      }
    }
  });
});

describe('a refused package names the entry', () => {
  const stray = (name: string): Buffer =>
    zip([...ITEMS, { name, bytes: Buffer.from('x'), central: { crc: 1 }, local: { crc: 1 } }, OK]);
  const named: [string, Buffer, string][] = [
    ['crc-mismatch', stray('in/s.txt'), 'It is entry 4 ("s.txt").'],
    [
      'size-mismatch',
      zip([...ITEMS, { ...OK, central: { size: 1 } }]),
      'It is entry 4 ("package.mf").',
    ],
    ['doubled-name', zip([...ITEMS, { ...A, name: 'A.EML' }, OK]), 'It is entry 4 ("A.EML").'],
    ['unsafe-name', zip([A, { ...A, name: '../b.eml' }]), 'It is entry 2 ("b.eml").'],
    [
      'an unsafe name',
      zip([A, { ...A, name: 'b\0\n.eml' }]),
      'It is entry 2 ("b\ufffd\ufffd.eml").',
    ],
    ['zero-byte-item', soundPackage([...ITEMS, { name: 'z.eml' }]), 'It is entry 4 ("z.eml").'],
    ['link', zip([...ITEMS, { name: 'l', attributes: 0xa1ff << 16 }, OK]), 'It is entry 4 ("l").'],
    ['encrypted', zip([A, { ...A, name: 'b.eml', flags: 1 }, OK]), 'It is entry 2 ("b.eml").'],
    [
      'encrypted in its local header',
      zip([A, { ...A, name: 'b.eml', local: { flags: 1 } }, manifest(['a.eml', 'b.eml'])]),
      'It is entry 2 ("b.eml").',
    ],
    ['unsupported-compression', zip([{ ...A, method: 12 }, OK]), 'It is entry 1 ("a.eml").'],
    [
      'numbers of people left out',
      stray('+447700900123_20261121101500_SMS_0001.txt'),
      'It is entry 4 ("…_…_SMS_0001.txt").',
    ],
    ['an address left out', stray('ann@example.com.txt'), 'It is entry 4.'],
    ['a long name cut', stray('n'.repeat(100)), `It is entry 4 ("${'n'.repeat(79)}…").`],
  ];
  for (const [what, bytes, note] of named) {
    it(what, async () => {
      const indexed = await index(bytes);
      assert.equal(indexed.outcome, 'refused');
      assert.deepEqual(indexed.notes, [note]);
    });
  }
});
