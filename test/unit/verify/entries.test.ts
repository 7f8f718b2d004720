import assert from 'node:assert/strict';
import test from 'node:test';
import { runsOf } from '../../../src/verify/entries.ts';
import { anEntry, keyOf } from '../../support/builders.ts';

const at = (dataOffset: number, compressedBytes: number) =>
  anEntry(keyOf(dataOffset), { dataOffset, compressedBytes });
const MIB = 1024 * 1024;

test('entries beside each other are one read, in the order of their bytes', () => {
  const [a, b, c] = [at(40, 100), at(180, 20), at(300, 5)];

  assert.deepEqual(runsOf([c, a, b], 1_000), [[a, b, c]]);
});

test('a gap of more than a megabyte is not read', () => {
  const [a, b] = [at(0, 10), at(10 + MIB + 1, 10)];

  assert.deepEqual(runsOf([a, b], 10 * MIB), [[a], [b]]);
});

test('entries of a spoilt index that overlap are read one by one', () => {
  const [a, b] = [at(0, 100), at(50, 100)];

  assert.deepEqual(runsOf([a, b], 1_000), [[a], [b]]);
});

test('what the index puts beyond the end of the package is in no read', () => {
  assert.deepEqual(runsOf([at(900, 101)], 1_000), []);
});
