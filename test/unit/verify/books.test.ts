import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReceiptFacts, Report } from '../../../src/domain/report.ts';
import { booksOf } from '../../../src/domain/report.ts';
import { bookFaults } from '../../../src/verify/books.ts';
import { aReceipt, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';

const INDEXES = [anIndex([anEntry(keyOf(1)), anEntry(keyOf(2))])];
const RECEIPTS = new Map<string, ReceiptFacts>(
  [1, 2].map((number) => [keyOf(number), aReceipt({ itemKey: keyOf(number) })]),
);

function reportOf(receipts: ReadonlyMap<string, ReceiptFacts>, outcome: Report['outcome']): Report {
  const { books } = booksOf(DAY, INDEXES, receipts);
  return { day: DAY, books, outcome } as Report;
}

test('books that are made again from the same records are the report’s', () => {
  assert.deepEqual(bookFaults(reportOf(RECEIPTS, 'complete'), INDEXES, RECEIPTS), []);
});

test('a receipt that is gone changes each figure that it stood in, and the outcome', () => {
  const left = new Map([...RECEIPTS].slice(0, 1));

  assert.deepEqual(bookFaults(reportOf(RECEIPTS, 'complete'), INDEXES, left), [
    'available: 0 in the report, 1 made again',
    'itemsWithReceipt: 2 in the report, 1 made again',
    'outcome: complete in the report, failed made again',
  ]);
});
