import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { peopleSeen, referencesOf } from '../../../src/activities/people.ts';
import { aRead, keyOf } from '../../support/builders.ts';

const KEY = Buffer.alloc(32, 7);

describe('the people of a package', () => {
  it('stand once each, counted, by hashes that name nobody', () => {
    const people = peopleSeen(KEY, ['example.com']);
    people.see(aRead().item, keyOf(1));
    people.see(aRead().item, keyOf(2));

    const list = people.list();

    assert.equal(list?.length, 2);
    const reference = referencesOf(KEY, { number: '+447700900123', address: 'from@example.com' });
    assert.deepEqual(list[0], { ...reference, items: 2, itemKey: keyOf(1) });
    assert.doesNotMatch(JSON.stringify(list), /example|7700/);
  });

  it('are ours by a domain of ours, or as the owner of an item', () => {
    const people = peopleSeen(KEY, ['elsewhere.example']);
    people.see(aRead({ owner: 'to@example.com' }).item, keyOf(1));

    assert.deepEqual(
      people.list()?.map(({ itemKey }) => itemKey),
      [null, keyOf(1)],
    );
  });

  it('have other hashes under another key, and number and address by themselves', () => {
    const alice = { number: '+447700900123', address: 'a@example.com' };
    const { number, address } = referencesOf(KEY, alice);

    assert.notEqual(number, referencesOf(Buffer.alloc(32, 8), alice).number);
    assert.deepEqual(referencesOf(KEY, { ...alice, address: null }), { number, address: null });
    assert.deepEqual(referencesOf(KEY, { ...alice, number: null }), { number: null, address });
  });

  it('are not named where they are too many', () => {
    const people = peopleSeen(KEY, []);
    const [party] = aRead().item.parties;
    for (let number = 0; number <= 100_000; number += 1) {
      people.see({ owner: null, parties: [{ ...party!, address: `${number}@x.example` }] }, 'key');
    }

    assert.equal(people.list(), null);
  });
});
