import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AddressRoute } from '../../../src/activities/connector.ts';
import { map } from '../../../src/activities/map.ts';
import type { Route } from '../../../src/domain/routing.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aReceipt, aReference, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

const NOBODY: Route = { mailbox: null, reason: 'no-user', isInCustomMapping: false };
const FOUND: Route = { mailbox: { id: 'm1', rule: 'automatic', mappingVersion: null } };
const WAIVER = { by: 'ann@desk', reason: 'has left', at: '2026-11-25T10:00:00Z' };

/** The item goes from `+447700900123` to `+447700900124`, both ours. */
function aWorld(routes: { from: Route; to: Route }, unmatched: AddressRoute | null = null) {
  const asked: string[] = [];
  const connector = fakeConnector({
    route: async ({ address }) => {
      asked.push(address ?? '');
      return address === 'from@example.com' ? routes.from : routes.to;
    },
    routeUnmatched: unmatched === null ? null : async () => unmatched,
  });
  const ask = (more: { hasWaivers?: true } = {}) =>
    runActivity(map(only(connector)), { run: 'day', item: aReference(), ...more });
  return { ask, asked, staging: connector.staging };
}

describe('an item that nobody has a mailbox for', () => {
  it('goes to the unmatched mailbox, and is held for each of its people all the same', async () => {
    const { ask } = aWorld({ from: NOBODY, to: NOBODY }, { mailbox: { id: 'catch-all' } });

    const { mailboxes, held } = await ask();

    assert.deepEqual(mailboxes, [{ id: 'catch-all', rule: 'unmatched', mappingVersion: null }]);
    assert.equal(held.length, 2);
  });

  it('has a failed copy of its own where that mailbox is not to be found', async () => {
    const { ask } = aWorld({ from: NOBODY, to: NOBODY }, { mailbox: null, reason: 'no-mailbox' });

    const { mailboxes, held, failed } = await ask();

    assert.deepEqual([mailboxes, held.length], [[], 2]);
    assert.deepEqual(
      failed?.map(({ id, rule, outcome, reason }) => [id, rule, outcome, reason]),
      [['', 'unmatched', 'failed', 'no-mailbox']],
    );
  });

  it('goes nowhere without such a mailbox, and with a mailbox of its own not there', async () => {
    const unmatched = { mailbox: { id: 'catch-all' } };

    assert.deepEqual((await aWorld({ from: NOBODY, to: NOBODY }).ask()).mailboxes, []);
    const served = await aWorld({ from: FOUND, to: NOBODY }, unmatched).ask();
    assert.deepEqual(
      served.mailboxes.map(({ id }) => id),
      ['m1'],
    );
  });
});

describe('a waived copy', () => {
  it('is not looked for any more, though a mailbox be there by now, until it is opened', async () => {
    const { ask, asked, staging } = aWorld({ from: NOBODY, to: NOBODY });
    const { held } = await ask();
    const [from] = held;
    const closed = held.map((entry) => (entry === from ? { ...entry, waived: WAIVER } : entry));
    const open = aWorld({ from: FOUND, to: FOUND });
    const key = await staging.state.personKey();
    Object.assign(open.staging.state, { personKey: async () => key });
    await open.staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(1), held: closed }));

    const mapped = await open.ask({ hasWaivers: true });

    assert.deepEqual(open.asked, ['to@example.com']);
    assert.deepEqual(
      mapped.held.map(({ role, person }) => [role, person]),
      [['from', from?.person]],
    );
    assert.equal(mapped.mailboxes.length, 1);
    assert.equal(asked.length, 2);
    assert.equal((await open.ask()).held.length, 0);
  });

  it('of a mailbox is not made again', async () => {
    const { ask, staging } = aWorld({ from: FOUND, to: FOUND });
    const copy = { id: 'm1', messageId: null, rule: 'automatic', mappingVersion: null } as const;
    const failed = { at: '', outcome: 'failed', reason: 'mailbox-full', waived: WAIVER } as const;
    const mailboxes = [{ ...copy, ...failed }];
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(1), mailboxes }));

    assert.deepEqual((await ask({ hasWaivers: true })).mailboxes, []);
  });
});
