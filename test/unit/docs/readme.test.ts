import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedBooks, sampleExpectation } from '../../../sandbox/sample/expectation.ts';
import { pageAt } from './pages.ts';

/** The columns of the books in README.md, in their order. */
const COLUMNS = ['available', 'imported', 'partial', 'skipped', 'waived', 'failed', 'items'];

test('the books that README.md shows are those of the sample day', () => {
  const { text } = pageAt('README.md');
  const [, head = ''] = /^connector +day +outcome +(.*) +balances$/m.exec(text) ?? [];
  const [, day = '', row = ''] = /^o2 +(\S+) +partial +(.*) +yes$/m.exec(text) ?? [];
  const { available, imported, partiallyImported, skipped, failed, items } = expectedBooks(
    sampleExpectation(day),
  );

  assert.deepEqual(head.split(/ +/).filter(Boolean), COLUMNS);
  assert.deepEqual(row.split(/ +/).filter(Boolean).map(Number), [
    available,
    imported,
    partiallyImported,
    skipped,
    0,
    failed,
    items,
  ]);
});
