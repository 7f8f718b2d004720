import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { REASONS, type Reason } from '../../../src/domain/reason.ts';
import {
  endOf,
  type HeldEntry,
  type MailboxEntry,
  type Receipt,
} from '../../../src/domain/receipt.ts';
import {
  following,
  hasWaivedCopies,
  reopenedBy,
  saysNothingNew,
  waivedBy,
} from '../../../src/domain/receipt-chain.ts';
import { aReceipt } from '../../support/builders.ts';

const AT = '2026-11-25T10:00:00Z';
const WAIVER = { by: 'ann@desk', reason: 'has left', at: AT };
const REOPENING = { by: 'ben@desk', reason: null, at: AT };

function aCopy(id: string, over: Partial<MailboxEntry> = {}): MailboxEntry {
  return {
    ...{ id, messageId: `m-${id}`, rule: 'custom', mappingVersion: null, at: AT },
    outcome: 'imported',
    reason: null,
    ...over,
  };
}

function failed(id: string, reason: Reason = 'mailbox-full'): MailboxEntry {
  return aCopy(id, { messageId: null, outcome: 'failed', reason });
}

function aHeld(person: string, over: Partial<HeldEntry> = {}): HeldEntry {
  return { role: 'to', position: 0, reason: 'no-user', person, ...over };
}

function receipt(mailboxes: MailboxEntry[], held: HeldEntry[] = []): Receipt {
  return aReceipt({ mailboxes, held, ...endOf({ mailboxes, held }) });
}

describe('what an item came to', () => {
  for (const [what, copies, expected] of [
    ['imported for all', { mailboxes: [aCopy('a')], held: [] }, ['imported', null]],
    [
      'partial where one copy is',
      { mailboxes: [aCopy('a'), aCopy('b', { outcome: 'partial' })], held: [] },
      ['partial', null],
    ],
    ['unmapped', { mailboxes: [aCopy('a')], held: [aHeld('p')] }, ['unmapped', 'no-user']],
    [
      'failed where one reason is not of mapping',
      { mailboxes: [failed('a')], held: [aHeld('p')] },
      ['failed', 'mailbox-full'],
    ],
    [
      'waived when nothing else is open',
      { mailboxes: [aCopy('a')], held: [aHeld('p', { waived: WAIVER })] },
      ['waived', null],
    ],
    [
      'unmapped as long as one is held beside a waived one',
      { mailboxes: [], held: [aHeld('p', { waived: WAIVER }), aHeld('q')] },
      ['unmapped', 'no-user'],
    ],
  ] as const) {
    it(`is ${what}`, () => {
      const { outcome, reason } = endOf(copies);

      assert.deepEqual([outcome, reason], expected);
    });
  }
});

describe('a waiver', () => {
  it('closes every open copy of an item, and no copy that was made', () => {
    const closed = waivedBy(receipt([aCopy('a'), failed('b')], [aHeld('p')]), WAIVER, null);

    assert.ok(closed !== null);
    assert.deepEqual([closed.outcome, closed.reason, closed.waived], ['waived', null, WAIVER]);
    assert.deepEqual(closed.mailboxes[0], aCopy('a'));
    assert.deepEqual(closed.mailboxes[1]?.waived, WAIVER);
    assert.deepEqual(closed.held[0]?.waived, WAIVER);
  });

  it('of a person leaves what others wait for open', () => {
    const closed = waivedBy(receipt([failed('b')], [aHeld('p'), aHeld('q')]), WAIVER, ['p']);

    assert.ok(closed !== null);
    assert.deepEqual([closed.outcome, closed.waived], ['failed', null]);
    assert.deepEqual(
      closed.held.map(({ waived }) => waived !== undefined),
      [true, false],
    );
    assert.equal(closed.mailboxes[0]?.waived, undefined);
  });

  it('given twice changes nothing, and names who closed it first', () => {
    const once = waivedBy(receipt([], [aHeld('p')]), WAIVER, null);
    assert.ok(once !== null);

    assert.equal(waivedBy(once, { ...WAIVER, by: 'somebody else' }, null), null);
    assert.equal(waivedBy(receipt([aCopy('a')]), WAIVER, null), null);
  });

  it('stays with its copy in the receipts after it, until it is taken back', () => {
    const before = waivedBy(receipt([failed('b')], [aHeld('p'), aHeld('q')]), WAIVER, ['p']);
    const next = following(before, receipt([aCopy('b'), aCopy('c')], [aHeld('p')]));

    assert.deepEqual([next.outcome, next.waived], ['waived', WAIVER]);
    const open = reopenedBy(next, REOPENING, ['p']);
    assert.ok(open !== null);
    assert.deepEqual([open.outcome, open.reason, open.waived], ['unmapped', 'no-user', null]);
    assert.deepEqual(open.reopened, REOPENING);
    assert.equal(reopenedBy(open, REOPENING, ['p']), null);
    assert.equal(following(open, receipt([aCopy('b')], [aHeld('p')])).reopened, undefined);
  });
});

describe('a receipt after another', () => {
  const reason = fc.constantFrom(...(Object.keys(REASONS) as Reason[]));
  const copy = fc
    .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(reason), fc.boolean())
    .map(([id, why, isWaived]) =>
      why === null ? aCopy(id) : { ...failed(id, why), ...(isWaived ? { waived: WAIVER } : {}) },
    );
  const copies = fc.uniqueArray(copy, { selector: ({ id }) => id });

  it('repeats every copy that was ever made, each mailbox once', () => {
    fc.assert(
      fc.property(copies, copies, (earlier, later) => {
        const next = following(receipt(earlier), receipt(later));

        const ids = next.mailboxes.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length);
        for (const { id, outcome } of [...earlier, ...later]) {
          if (outcome === 'failed') continue;
          assert.equal(next.mailboxes.find((one) => one.id === id)?.outcome, outcome);
        }
        assert.equal(next.outcome, endOf(next).outcome);
      }),
      { verbose: true },
    );
  });

  it('says nothing new when only its times and steps differ', () => {
    const before = receipt([aCopy('a')], [aHeld('p')]);

    assert.equal(saysNothingNew(before, { ...before, writtenAt: 'later' }), true);
    assert.equal(saysNothingNew(before, { ...before, messageSha256: 'other' }), false);
    assert.equal(saysNothingNew(null, before), false);
  });

  it('knows whether a case in it is closed', () => {
    const open = receipt([failed('a')], [aHeld('p')]);

    assert.equal(hasWaivedCopies(open), false);
    assert.equal(hasWaivedCopies(waivedBy(open, WAIVER, ['p'])!), true);
  });
});
