import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Party } from '../../../src/domain/item.ts';
import { namesSomebody } from '../../../src/domain/waiver-words.ts';

const DAN: Party = {
  role: 'to',
  position: 0,
  number: '+447700900704',
  numberClass: 'e164',
  address: 'dan@firm.example.com',
  name: 'Dan Miller',
};

describe('the words of a waiver', () => {
  for (const words of [
    'the number 07700 900704 was ported',
    '+44 (7700) 900-704',
    'wrote to DAN@firm.example.com',
    'dan miller has left',
    'ask somebody@elsewhere.example',
  ]) {
    it(`name somebody: ${words}`, () => {
      assert.equal(namesSomebody(words, [DAN]), true);
    });
  }

  for (const words of [
    'left the company on 2026-11-23, ticket INC0012345',
    'danger of confusion: extension 704',
    'the phone was never ours @ all',
  ]) {
    it(`name nobody: ${words}`, () => {
      assert.equal(namesSomebody(words, [DAN]), false);
    });
  }

  it('of an item that nobody can read are searched for addresses all the same', () => {
    assert.equal(namesSomebody('dan@firm.example.com', []), true);
    assert.equal(namesSomebody('Dan Miller', []), false);
  });
});
