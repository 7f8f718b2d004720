import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { REASONS, type Reason } from '../../../src/domain/reason.ts';
import type { ItemOutcome, Receipt, ReceiptFlag } from '../../../src/domain/receipt.ts';
import { factsFrom, metadataOf } from '../../../src/staging/receipt-metadata.ts';

const reason = fc.constantFrom(...(Object.keys(REASONS) as Reason[]));
const outcome = fc.constantFrom<ItemOutcome>(
  ...(['imported', 'partial', 'skipped', 'unmapped', 'waived', 'failed'] as const),
);
const waived = fc.constant({ by: 'SOMEBODY', reason: 'WHY', at: '2026-11-24T02:00:00Z' });
const copy = fc
  .oneof(
    fc.record({
      outcome: fc.constantFrom('imported' as const, 'partial' as const),
      reason: fc.constant(null),
    }),
    fc.record({ outcome: fc.constant('failed' as const), reason: fc.option(reason) }),
    fc.record({ outcome: fc.constant('failed' as const), reason, waived }),
  )
  .map((facts) => ({
    ...facts,
    id: 'USER-ID',
    messageId: 'MESSAGE-ID',
    rule: 'custom' as const,
    mappingVersion: 'VERSION',
    at: '2026-11-24T02:00:00Z',
  }));
const held = fc.record(
  {
    role: fc.constantFrom('from' as const, 'to' as const, 'owner' as const),
    position: fc.nat(2_000),
    reason,
    person: fc.constant('KEYED-HASH'),
    waived,
  },
  { requiredKeys: ['role', 'position', 'reason', 'person'] },
);
const receipt: fc.Arbitrary<Receipt> = fc.record({
  version: fc.constant(1 as const),
  itemKey: fc.constant('ab'.repeat(32)),
  home: fc.constantFrom('2026-11-23', '2027-01-01'),
  package: fc.constant('packages/2026/11/23/p/1.zip'),
  packageSha256: fc.constant('aa'),
  itemSha256: fc.constant('bb'),
  messageSha256: fc.constant('cc'),
  outcome,
  reason: fc.option(reason),
  mailboxes: fc.array(copy, { maxLength: 30 }),
  held: fc.array(held, { maxLength: 30 }),
  waived: fc.constant(null),
  flags: fc.uniqueArray(
    fc.constantFrom<ReceiptFlag>(
      ...([
        'encrypted',
        'time-corrected',
        'files-removed-at-source',
        'connected-without-recording',
      ] as const),
    ),
  ),
  steps: fc.constant([]),
  writtenAt: fc.constant('2026-11-24T02:00:00Z'),
});

test('what the books need of a receipt is the same from its metadata', () => {
  fc.assert(
    fc.property(receipt, (whole) => {
      const facts = factsFrom(whole.itemKey, metadataOf(whole));

      assert.deepEqual(pick(facts), pick(whole));
    }),
    { verbose: true },
  );
});

test('metadata is plain ASCII, and names no mailbox and no person', () => {
  fc.assert(
    fc.property(receipt, (whole) => {
      const metadata = metadataOf(whole);

      for (const [name, value] of Object.entries(metadata)) {
        assert.match(name, /^[a-z]+$/);
        // Ids, versions and persons are upper case above.
        assert.match(value, /^[a-z0-9.,*-]*$/);
      }
    }),
    { verbose: true },
  );
});

test('metadata stays small however many parties an item has: Azure takes 8 KB', () => {
  const reasons = Object.keys(REASONS) as Reason[];
  const many = Array.from({ length: 20_000 }, (_, at) => reasons[at % reasons.length] ?? 'no-user');
  const whole: Receipt = {
    ...fc.sample(receipt, { numRuns: 1, seed: 1 })[0]!,
    mailboxes: many.map((why) => ({
      ...{ id: 'USER-ID', messageId: null, rule: 'custom', mappingVersion: null, at: '' },
      outcome: 'failed',
      reason: why,
    })),
    held: many.map((why, position) => ({ role: 'to', position, reason: why, person: 'HASH' })),
  };

  assert.ok(JSON.stringify(metadataOf(whole)).length < 2_000);
  assert.deepEqual(pick(factsFrom('aa', metadataOf(whole))), pick(whole));
});

test('a blob without metadata is a failed item without facts, and no crash', () => {
  const facts = factsFrom('aa', {});

  assert.deepEqual(
    [facts.outcome, facts.reason, facts.mailboxes, facts.held, facts.flags],
    ['failed', null, [], [], []],
  );
});

/** Of copies and held parties the books need how many there are of each sort. */
function pick(
  facts: Pick<Receipt, 'home' | 'outcome' | 'reason' | 'mailboxes' | 'held' | 'flags'>,
) {
  return {
    home: facts.home,
    outcome: facts.outcome,
    reason: facts.reason,
    flags: facts.flags,
    copies: facts.mailboxes
      .map((one) => `${one.outcome} ${String(one.reason)} ${String(one.waived !== undefined)}`)
      .sort(),
    held: facts.held.map((one) => `${one.reason} ${String(one.waived !== undefined)}`).sort(),
  };
}
