import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PackageIndex } from '../../../src/domain/index-entry.ts';
import type { Reason } from '../../../src/domain/reason.ts';
import type { ItemOutcome } from '../../../src/domain/receipt.ts';
import { booksOf, dayOutcome, type ReceiptFacts } from '../../../src/domain/report.ts';
import { anEntry, anIndex } from '../../support/builders.ts';

const DAY = '2026-11-23';

function aReceipt(
  itemKey: string,
  outcome: ItemOutcome,
  copies: readonly (Reason | null)[] = [],
  held: readonly Reason[] = [],
): [string, ReceiptFacts] {
  const facts: ReceiptFacts = {
    itemKey,
    home: DAY,
    outcome,
    reason: null,
    flags: [],
    mailboxes: copies.map((reason, at) => ({
      id: String(at),
      messageId: null,
      rule: 'automatic',
      mappingVersion: null,
      at: '',
      outcome: reason === null ? (outcome === 'partial' ? 'partial' : 'imported') : 'failed',
      reason,
    })),
    held: held.map((reason, position) => ({ role: 'to', position, reason, person: '' })),
  };
  return [itemKey, facts];
}

test('copies are counted per mailbox, and held parties of ours as failed ones', () => {
  const { books, balances, failures } = booksOf(
    DAY,
    [anIndex([anEntry('a'), anEntry('b'), anEntry('c')])],
    new Map([
      aReceipt('a', 'imported', [null, null]),
      aReceipt('b', 'unmapped', [null], ['no-user']),
      aReceipt('c', 'partial', [null]),
    ]),
  );

  assert.deepEqual(books, {
    available: 5,
    imported: 3,
    partiallyImported: 1,
    skipped: 0,
    waived: 0,
    failed: 1,
    items: 3,
    itemsWithReceipt: 3,
  });
  assert.equal(balances, true);
  assert.deepEqual(failures, [{ reason: 'no-user', count: 1, oldest: `${DAY}T09:00:00Z` }]);
});

test('an entry of a key that came before is one skipped', () => {
  const { books } = booksOf(
    DAY,
    [anIndex([anEntry('a')]), anIndex([anEntry('a')])],
    new Map([aReceipt('a', 'imported', [null, null])]),
  );

  assert.equal(books.skipped, 1);
  assert.equal(books.imported, 2);
  assert.equal(books.items, 2);
  assert.equal(books.itemsWithReceipt, 2);
});

test('an item without a receipt keeps the books from balancing, and is named', () => {
  const { balances, open, books } = booksOf(DAY, [anIndex([anEntry('a')])], new Map());

  assert.equal(balances, false);
  assert.deepEqual(open, ['a']);
  assert.equal(books.available, 1);
});

test('each copy whose case is closed counts as waived, whatever became of the others', () => {
  const waived = { by: 'ann@desk', reason: 'left the company', at: `${DAY}T12:00:00Z` };
  const [key, facts] = aReceipt('a', 'failed', [null, 'mailbox-full', 'throttled'], ['no-user']);
  const [imported, full, throttled] = facts.mailboxes;
  const mailboxes = [imported!, { ...full!, waived }, throttled!];
  const held = facts.held.map((entry) => ({ ...entry, waived }));

  const { books, failures } = booksOf(
    DAY,
    [anIndex([anEntry('a')])],
    new Map([[key, { ...facts, mailboxes, held }]]),
  );

  const { imported: made, waived: closed, failed, available } = books;
  assert.deepEqual([made, closed, failed, available], [1, 2, 1, 4]);
  assert.deepEqual(
    failures.map(({ reason }) => reason),
    ['throttled'],
  );
});

test('the outcome of a day follows from its packages and books', () => {
  const outcomeOf = (indexes: PackageIndex[], receipts: [string, ReceiptFacts][]) =>
    dayOutcome(indexes, booksOf(DAY, indexes, new Map(receipts)));

  assert.equal(outcomeOf([], []), 'no-delivery');
  assert.equal(outcomeOf([anIndex([])], []), 'empty');
  assert.equal(
    outcomeOf([anIndex([anEntry('a')])], [aReceipt('a', 'imported', [null])]),
    'complete',
  );
  assert.equal(outcomeOf([anIndex([anEntry('a')])], []), 'failed');
  assert.equal(
    outcomeOf([anIndex([anEntry('a')])], [aReceipt('a', 'failed', ['throttled'])]),
    'partial',
  );
  assert.equal(
    outcomeOf([anIndex([], { outcome: 'refused', reason: 'count-mismatch' })], []),
    'partial',
  );
});

test('a refusal counts against the day until a later delivery of its package is taken', () => {
  const refused = { outcome: 'refused', reason: 'count-mismatch' } as const;
  const outcomeOf = (...indexes: PackageIndex[]) =>
    dayOutcome(indexes, booksOf(DAY, indexes, new Map([aReceipt('a', 'imported', [null])])));
  const first = anIndex([], refused);
  const taken = anIndex([anEntry('a')], { delivery: 2 });

  assert.equal(outcomeOf(first, taken), 'complete');
  assert.equal(outcomeOf(taken, first), 'complete');
  assert.equal(outcomeOf(first, taken, anIndex([], { ...refused, delivery: 3 })), 'partial');
  assert.equal(outcomeOf(first, anIndex([anEntry('a')], { package: 'another' })), 'partial');
});

test('the equation closes for any receipts, and balances only when every key has one', () => {
  const outcomes: ItemOutcome[] = [
    'imported',
    'partial',
    'skipped',
    'unmapped',
    'waived',
    'failed',
  ];
  const receipt = fc.record({
    outcome: fc.constantFrom(...outcomes),
    copies: fc.array(fc.constantFrom<Reason | null>(null, 'throttled'), { maxLength: 4 }),
    held: fc.array(fc.constantFrom<Reason>('no-user', 'no-mailbox'), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(fc.nat(20), { maxLength: 40 }),
      fc.dictionary(fc.nat(20).map(String), receipt),
      (keys, receipts) => {
        const facts = new Map(
          Object.entries(receipts).map(([itemKey, { outcome, copies, held }]) =>
            aReceipt(itemKey, outcome, copies, held),
          ),
        );
        const { books, balances } = booksOf(
          DAY,
          [anIndex(keys.map((key) => anEntry(String(key))))],
          facts,
        );
        const open = keys.filter((key) => !facts.has(String(key))).length;
        const { imported, partiallyImported, skipped, waived, failed } = books;
        assert.equal(
          books.available,
          imported + partiallyImported + skipped + waived + failed + open,
        );
        assert.equal(balances, open === 0);
        assert.equal(books.items, keys.length);
      },
    ),
    { verbose: true },
  );
});
