import assert from 'node:assert/strict';
import test from 'node:test';
import type { Item } from '../../../src/domain/item.ts';
import type { IndexEntry } from '../../../src/domain/index-entry.ts';
import { indexFaults } from '../../../src/verify/index-faults.ts';
import { anEntry, aRead, DAY, keyOf } from '../../support/builders.ts';

const KEY = keyOf(1);
const TODAY = { day: DAY, isSameConverter: true, sourceOf: ({ sourceId }: Item) => sourceId };

const proven = (entry: Partial<IndexEntry> = {}, item: Partial<Item> = {}) => ({
  entry: anEntry(KEY, entry),
  item: aRead({ sourceId: 'reference', ...item }),
  keyToday: KEY,
});

test('an entry that tells of its item what its bytes tell has no fault', () => {
  assert.deepEqual(indexFaults(proven({ source: 'reference' }), TODAY), []);
  assert.deepEqual(indexFaults(proven(), TODAY), []);
});

for (const [change, fault] of [
  [{ at: `${DAY}T10:00:00Z` }, 'at'],
  [{ kind: 'mms' }, 'kind'],
  [{ source: '0'.repeat(32) }, 'source'],
  [{ problem: 'unreadable' }, 'problem'],
] as const) {
  test(`an entry with another ${fault} is found`, () => {
    assert.deepEqual(indexFaults(proven(change), TODAY), [fault]);
  });
}

test('of an item whose key would be another one today nothing is compared', () => {
  const other = { ...proven({ at: `${DAY}T10:00:00Z` }), keyToday: keyOf(2) };

  assert.deepEqual(indexFaults(other, TODAY), []);
  assert.deepEqual(indexFaults({ ...other, keyToday: null }, TODAY), []);
});

test('of a message by another converter the time alone is compared: the key holds it', () => {
  const changed = proven({ kind: 'mms', source: 'other', at: `${DAY}T10:00:00Z` });

  assert.deepEqual(indexFaults(changed, { ...TODAY, isSameConverter: false }), ['at']);
});

test('an item that cannot be read stands at the beginning of its day', () => {
  const unread = (at: string) => ({
    entry: anEntry(KEY, { problem: 'unreadable', at }),
    item: null,
    keyToday: KEY,
  });

  assert.deepEqual(indexFaults(unread(`${DAY}T00:00:00Z`), TODAY), []);
  assert.deepEqual(indexFaults(unread(`${DAY}T09:00:00Z`), TODAY), ['at']);
});
