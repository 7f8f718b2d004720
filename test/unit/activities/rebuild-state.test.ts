import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planDay } from '../../../src/activities/plan.ts';
import type { HeldEntry, MailboxEntry, Receipt } from '../../../src/domain/receipt.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aReceipt, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

const WAIVER = { by: 'ops', reason: 'has left', at: '2026-11-25T09:00:00Z' };
const HELD: HeldEntry = { role: 'to', position: 0, reason: 'no-user', person: 'p1' };
const BLOCKED: MailboxEntry = {
  ...{ id: 'm', messageId: null, rule: 'automatic', mappingVersion: null },
  ...{ at: '2026-11-24T02:00:00Z', outcome: 'failed', reason: 'mailbox-full' },
};

/** A staging with a receipt of each kind, whose state never was. */
async function withReceipts() {
  const staging = memoryStaging();
  const keys = [1, 2, 3, 4].map(keyOf);
  await staging.packages.writeIndex(anIndex(keys.map((key) => anEntry(key))));
  const receipts: Partial<Receipt>[] = [
    { outcome: 'imported' },
    { outcome: 'unmapped', reason: 'no-user', held: [HELD] },
    { outcome: 'waived', held: [{ ...HELD, person: 'p2', waived: WAIVER }], waived: WAIVER },
    { outcome: 'failed', reason: 'mailbox-full', mailboxes: [BLOCKED] },
  ];
  for (const [at, receipt] of receipts.entries()) {
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(at + 1), ...receipt }));
  }
  const plan = () =>
    runActivity(planDay(only(fakeConnector({ staging }))), {
      ...{ connector: 'o2', day: DAY, isScheduled: false },
    });
  return { staging, plan };
}

describe('the state of a connector', () => {
  it('is made again from the receipts before a run when it was lost', async () => {
    const { staging, plan } = await withReceipts();

    await plan();

    const [held, ...others] = await Array.fromAsync(staging.held.list());
    assert.deepEqual([held?.person, held?.itemKey, others], ['p1', keyOf(2), []]);
    const record = await staging.held.read({ person: 'p1', itemKey: keyOf(2) });
    const { item } = record as { item: { itemKey: string; day: string } };
    assert.deepEqual([item.itemKey, item.day, 'name' in item], [keyOf(2), DAY, false]);
    const waived = await Array.fromAsync(staging.waived.list());
    assert.deepEqual(
      waived.map(({ person, itemKey }) => [person, itemKey]),
      [['p2', keyOf(3)]],
    );
    const blocked = await Array.fromAsync(staging.blocked.list());
    assert.deepEqual(
      blocked.map(({ itemKey, day }) => [itemKey, day]),
      [[keyOf(4), DAY]],
    );
  });

  it('is left as it is when it is whole', async () => {
    const { staging, plan } = await withReceipts();
    await plan();
    await staging.held.drop({ person: 'p1', itemKey: keyOf(2) });

    await plan();

    assert.deepEqual(await Array.fromAsync(staging.held.list()), []);
  });

  it('lacks an item whose index is lost too, and no other', async () => {
    const { staging, plan } = await withReceipts();
    const lost = { itemKey: keyOf(9), package: 'packages/2026/11/23/gone/1.zip' };
    const held = [{ ...HELD, person: 'p9' }];
    await staging.receipts.write(DAY, aReceipt({ ...lost, outcome: 'unmapped', held }));

    await plan();

    assert.equal((await Array.fromAsync(staging.held.list())).length, 1);
  });
});
