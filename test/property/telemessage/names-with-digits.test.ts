import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { findPhoneNumber } from '../../../src/domain/number-in-text.ts';
import { chanceOf } from '../../hostile/chance.ts';

/** What begins with "+" or 0, or is the whole number in one: nothing else can be meant. */
const SURE: readonly ((digits: string) => string)[] = [
  (digits) => `44${digits}`,
  (digits) => `(44${digits})`,
  (digits) => `+44${digits}`,
  (digits) => `(+44${digits})`,
  (digits) => `0${digits}`,
  (digits) => `0044${digits}`,
  (digits) => `0${digits.slice(0, 4)} ${digits.slice(4)}`,
  (digits) => `(0${digits.slice(0, 4)}) ${digits.slice(4)}`,
  (digits) => `0${digits.slice(0, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}`,
  (digits) => `0${digits.slice(0, 4)}-${digits.slice(4)}`,
  (digits) => `+44 ${digits.slice(0, 4)} ${digits.slice(4)}`,
  (digits) => `+44 (0)${digits.slice(0, 4)} ${digits.slice(4)}`,
  (digits) => `0044 ${digits.slice(0, 4)} ${digits.slice(4)}`,
];
/** Digits before these may be a calling code: `Desk 49 4477 …` is a number of Germany too. */
const DOUBTFUL: typeof SURE = [
  (digits) => `44 ${digits.slice(0, 4)} ${digits.slice(4)}`,
  (digits) => `44${digits.slice(0, 4)} ${digits.slice(4)}`,
  (digits) => `${digits.slice(0, 4)} ${digits.slice(4)}`,
  (digits) => digits,
];
/** Where the digits of the name stand, of the vendor's display formats. */
const PLACES: readonly ((n: string, number: string) => string)[] = [
  (n, number) => `Desk ${n} ${number}`,
  (n, number) => `${n} Desk ${number}`,
  (n, number) => `${number} Desk ${n}`,
  (n, number) => `${number} ${n} Desk`,
  (n, number) => `${n} ${number}`,
  (n, number) => `${number} ${n}`,
  (n, number) => `Desk ${n} - ${number}`,
  (n, number) => `O${n} ${number}`,
  (n, number) => `Smith, Alice ${n} ${number} Sales`,
];

for (const seed of [1, randomInt(2 ** 31)]) {
  test(`names with digits: the number found is the true one, and the digits stay in the name (seed ${seed})`, () => {
    const chance = chanceOf(String(seed));
    for (let n = 0; n < 1000; n += 1) {
      const digits = chance.pick([
        `7700900${String(chance.below(1000)).padStart(3, '0')}`,
        `7400${String(chance.below(1e6)).padStart(6, '0')}`,
      ]);
      const written = chance.pick(PLACES)(String(n), chance.pick(SURE)(digits));

      const found = findPhoneNumber(written, 'GB');

      assert.equal(found.number, `+44${digits}`, written);
      assert.ok(groupsOf(found.rest).includes(String(n)), `${written}: ${found.rest}`);
    }
  });

  test(`names with digits that may be of the number: it is the true one, or the name is shown whole (seed ${seed})`, () => {
    const chance = chanceOf(String(seed));
    let unread = 0;
    for (let n = 0; n < 1000; n += 1) {
      const digits = `7400${String(chance.below(1e6)).padStart(6, '0')}`;
      const place = chance.pick(PLACES.slice(0, 4));
      const written = place(String(n), chance.pick(DOUBTFUL)(digits));

      const found = findPhoneNumber(written, 'GB');

      if (found.number === null) assert.equal(found.rest, written);
      else assert.equal(found.number, `+44${digits}`, written);
      if (found.number === null) unread += 1;
    }
    assert.ok(unread < 50, `${unread} of 1000 are not read`);
  });
}

function groupsOf(text: string): string[] {
  return text.split(/\D+/);
}
