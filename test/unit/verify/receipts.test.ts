import assert from 'node:assert/strict';
import test from 'node:test';
import { holesIn, receiptFaults } from '../../../src/verify/receipts.ts';
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
