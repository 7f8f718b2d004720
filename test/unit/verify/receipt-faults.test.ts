import assert from 'node:assert/strict';
import test from 'node:test';
import type { MailboxEntry, Receipt } from '../../../src/domain/receipt.ts';
import {
  chainFaults,
  holesIn,
  ownFaults,
  receiptFaults,
} from '../../../src/verify/receipt-faults.ts';
import { aReceipt, DAY, keyOf } from '../../support/builders.ts';

const TRUTH = {
  itemKey: keyOf(1),
  item: { sha256: ['bb'], packageSha256: 'aa' },
  message: { sha256: 'cc', home: DAY },
};

test('a receipt of these very bytes has no fault', () => {
  assert.deepEqual(receiptFaults(aReceipt(), TRUTH), []);
});

for (const [change, fault] of [
  [{ itemKey: keyOf(2) }, 'itemKey'],
  [{ packageSha256: 'other' }, 'packageSha256'],
  [{ itemSha256: 'other' }, 'itemSha256'],
  [{ messageSha256: 'other' }, 'messageSha256'],
  [{ home: '2020-01-01' }, 'home'],
] as const) {
  test(`a receipt that names another ${fault} is found`, () => {
    assert.deepEqual(receiptFaults(aReceipt(change), TRUTH), [fault]);
  });
}

test('a receipt whose package has no such item names its package', () => {
  assert.deepEqual(receiptFaults(aReceipt(), { ...TRUTH, item: null }), ['package']);
});

test('an item that lies twice in a package may be the receipt’s in either wrapping', () => {
  const item = { sha256: ['zz', 'bb'], packageSha256: 'aa' };

  assert.deepEqual(receiptFaults(aReceipt(), { ...TRUTH, item }), []);
});

test('a message that is gone, or that never was, is no fault of the receipt', () => {
  assert.deepEqual(receiptFaults(aReceipt(), { ...TRUTH, message: null }), []);
  assert.deepEqual(receiptFaults(aReceipt({ messageSha256: null }), TRUTH), []);
});

test('the numbers of receipts have holes wherever one below the highest is not there', () => {
  assert.deepEqual(holesIn([1]), []);
  assert.deepEqual(holesIn([3, 1, 2]), []);
  assert.deepEqual(holesIn([4, 2]), [1, 3]);
  assert.deepEqual(holesIn([]), []);
});

function aCopy(over: Partial<MailboxEntry> = {}): MailboxEntry {
  return {
    id: 'ada',
    messageId: 'made',
    rule: 'automatic',
    mappingVersion: null,
    at: `${DAY}T10:00:00Z`,
    outcome: 'imported',
    reason: null,
    ...over,
  };
}

const withCopies = (...mailboxes: MailboxEntry[]): Receipt => aReceipt({ mailboxes });

test('a receipt whose outcome follows from its copies contradicts itself in nothing', () => {
  assert.deepEqual(ownFaults(withCopies(aCopy())), []);
  assert.deepEqual(ownFaults(aReceipt({ outcome: 'skipped' })), []);
  assert.deepEqual(ownFaults(withCopies(aCopy({ rule: 'custom', mappingVersion: '7' }))), []);
});

test('which reasons are of mapping may change with a version: unmapped and failed are one here', () => {
  const held = [{ role: 'to', position: 0, reason: 'no-user', person: '' }] as const;

  assert.deepEqual(ownFaults(aReceipt({ outcome: 'failed', held })), []);
  assert.deepEqual(ownFaults(aReceipt({ outcome: 'unmapped', held })), []);
});

for (const [what, receipt, fault] of [
  ['without any copy', aReceipt(), 'no copy, made or held'],
  [
    'that calls a failed copy imported',
    withCopies(aCopy({ outcome: 'failed', reason: 'throttled' })),
    'an outcome that does not follow from its copies',
  ],
  [
    'whose rule is the CSV without a version of it',
    withCopies(aCopy({ rule: 'custom' })),
    'a rule without its mapping version',
  ],
  [
    'whose rule is the address with a version of the CSV',
    withCopies(aCopy({ mappingVersion: '7' })),
    'a rule without its mapping version',
  ],
] as const) {
  test(`a receipt ${what} contradicts itself`, () => {
    assert.deepEqual(ownFaults(receipt), [fault]);
  });
}

test('a later receipt has all copies of the one before it, and may have more', () => {
  const before = withCopies(aCopy(), aCopy({ id: 'cy', outcome: 'failed', reason: 'no-mailbox' }));

  assert.deepEqual(chainFaults(before, withCopies(aCopy(), aCopy({ id: 'bo' }))), []);
});

test('a copy that a later receipt does not have, or calls failed, is lost', () => {
  const before = withCopies(aCopy(), aCopy({ id: 'bo' }));
  const failed = aCopy({ id: 'bo', outcome: 'failed', reason: 'throttled', messageId: null });

  assert.deepEqual(chainFaults(before, withCopies(aCopy())), ['mailbox bo is gone']);
  assert.deepEqual(chainFaults(before, withCopies(aCopy(), failed)), ['mailbox bo is gone']);
});

test('a whole copy stays as it was: message, rule, mapping version and time', () => {
  const changed = aCopy({ rule: 'custom', mappingVersion: '7', messageId: 'x', at: 'later' });

  assert.deepEqual(chainFaults(withCopies(aCopy()), withCopies(changed)), [
    'mailbox ada has another messageId',
    'mailbox ada has another rule',
    'mailbox ada has another mappingVersion',
    'mailbox ada has another at',
  ]);
});

test('a copy that lacked something may have been made anew, by the mapping of that day', () => {
  const before = withCopies(aCopy({ outcome: 'partial' }));
  const anew = aCopy({ messageId: 'whole', rule: 'custom', mappingVersion: '7', at: 'later' });

  assert.deepEqual(chainFaults(before, withCopies(anew)), []);
  assert.deepEqual(chainFaults(before, withCopies(aCopy({ outcome: 'partial', at: 'later' }))), [
    'mailbox ada has another at',
  ]);
});
