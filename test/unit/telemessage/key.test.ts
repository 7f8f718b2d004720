import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { readItem } from '../../../src/telemessage/item.ts';
import {
  canonical,
  itemKey,
  rawItemKey,
  type KeyFacts,
  sourceReference,
} from '../../../src/telemessage/key.ts';
import { inPieces } from './emails.ts';

interface Vector {
  readonly what: string;
  readonly connector: string;
  readonly day: string;
  /** One character a byte. */
  readonly eml: string;
  readonly itemKey: string;
}

const GOLDEN = new URL('./golden/item-keys.json', import.meta.url);
const vectors = JSON.parse(await readFile(GOLDEN, 'utf8')) as Vector[];

describe('the item key, version 1, is for ever that of', () => {
  for (const { what, connector, day, eml, itemKey: frozen } of vectors) {
    it(what, async () => {
      const bytes = Buffer.from(eml, 'latin1');

      const found = await readItem(inPieces(bytes), { connector, day, keepBytes: 0 });

      assert.equal(found.itemKey, frozen);
    });
  }

  it('twenty items or more', () => {
    assert.ok(vectors.length >= 20);
  });
});

describe('the canonical string', () => {
  const party = (number: string) =>
    ({ role: 'to', position: 0, number, numberClass: 'e164', address: null, name: 'Bob' }) as const;
  const facts: KeyFacts = {
    connector: 'o2',
    sourceId: 'id',
    owner: null,
    time: '1795252542',
    parties: [party('+447700900102'), party('+447700900101')],
    text: 'Hello "£"\r\nyou\n\n',
    attachments: ['b', 'a'],
  };

  it('is a JSON array as its documentation says', () => {
    assert.equal(
      canonical(facts),
      '["o2-item",1,"o2","id",null,"1795252542",' +
        '[["to","+447700900101",null],["to","+447700900102",null]],"Hello \\"£\\"\\nyou",["a","b"]]',
    );
  });

  it('is hashed to the key', () => {
    const digest = createHash('sha256').update(canonical(facts)).digest('hex');

    assert.equal(itemKey(facts), digest);
  });

  it('tells connectors apart, also for items that cannot be read', () => {
    assert.notEqual(itemKey(facts), itemKey({ ...facts, connector: 'o3' }));
    assert.notEqual(rawItemKey('o2', 'a'), rawItemKey('o3', 'a'));
  });

  it('is made in linear time from a text of line ends', () => {
    const started = performance.now();

    canonical({ ...facts, text: `${'\n'.repeat(2_000_000)}x` });

    assert.ok(performance.now() - started < 2000);
  });
});

describe('the reference to a source id', () => {
  const key = Buffer.alloc(32, 1);
  const facts = {
    connector: 'o2',
    owner: 'a@example.com',
    sourceId: '1795252542_447_0',
    event: null,
  };

  it('is the same for every version of an item, whatever it says', () => {
    assert.equal(sourceReference(key, facts), sourceReference(key, { ...facts }));
    assert.match(sourceReference(key, facts), /^[0-9a-f]{32}$/);
  });

  it('tells owners, connectors and kinds of event apart: both captures of a talk are two items', () => {
    const others = [
      { ...facts, owner: 'b@example.com' },
      { ...facts, connector: 'o3' },
      { ...facts, event: 'edit' },
      { ...facts, sourceId: '1795252542_447_1' },
    ];

    const all = new Set([facts, ...others].map((one) => sourceReference(key, one)));
    assert.equal(all.size, 5);
  });

  it('cannot be tried without its key, though the ids of the vendor can be guessed', () => {
    assert.notEqual(sourceReference(key, facts), sourceReference(Buffer.alloc(32, 2), facts));
  });
});
