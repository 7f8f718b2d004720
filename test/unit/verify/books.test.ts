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
  return { day: DAY, ...booksOf(DAY, INDEXES, receipts), outcome } as unknown as Report;
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

test('an index that tells another kind or an earlier time changes what the report counts of it', () => {
  const [first, second] = [
    anEntry(keyOf(1), { kind: 'mms' }),
    anEntry(keyOf(2), { at: '2026-11-22T23:00:00Z' }),
  ];

  assert.deepEqual(
    bookFaults(reportOf(RECEIPTS, 'complete'), [anIndex([first, second])], RECEIPTS),
    [
      'sms: 2 in the report, 1 made again',
      'mms: 0 in the report, 1 made again',
      'items of earlier days: 0 in the report, 1 made again',
    ],
  );
});

test('a failure for another reason is told by the reason', () => {
  const failing = (reason: 'no-user' | 'mailbox-full') =>
    new Map<string, ReceiptFacts>(
      [...RECEIPTS].map(([itemKey, receipt]) => [
        itemKey,
        { ...receipt, held: [{ role: 'to', position: 0, reason, person: '' }] },
      ]),
    );

  assert.deepEqual(
    bookFaults(reportOf(failing('no-user'), 'partial'), INDEXES, failing('mailbox-full')),
    [
      'failed for no-user: 2 in the report, 0 made again',
      'failed for mailbox-full: 0 in the report, 2 made again',
    ],
  );
});
