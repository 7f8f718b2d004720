import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reconcile } from '../../../src/activities/reconcile.ts';
import type { HeldRecord } from '../../../src/activities/held.ts';
import type { MailboxEntry } from '../../../src/domain/receipt.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aReceipt, aReference, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

const COPY: MailboxEntry = {
  ...{ id: 'm', messageId: 'i', rule: 'custom', mappingVersion: null, at: '' },
  outcome: 'imported',
  reason: null,
};
const RUN = { started: 2, imported: 2, unchanged: 0 };

/** A day of two items, the first of them archived. */
async function aDay() {
  const connector = fakeConnector();
  const { staging } = connector;
  await staging.packages.writeIndex(anIndex([anEntry(keyOf(1)), anEntry(keyOf(2))]));
  await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(1), mailboxes: [COPY] }));
  const close = (thisRun = RUN, day = DAY) =>
    runActivity(reconcile(only(connector)), {
      connector: 'o2',
      day,
      thisRun,
      lateDays: [],
    });
  return { staging, close };
}

describe('the next report of a day', () => {
  it('is its first, with the books as indexes and receipts are', async () => {
    const { staging, close } = await aDay();

    const end = await close();

    assert.deepEqual([end.outcome, end.balances, end.thisRun], ['failed', false, RUN]);
    assert.equal(end.report, `reports/${DAY}/1.json`);
    const report = await staging.reports.latest(DAY);
    assert.deepEqual([report?.number, report?.open, report?.books], [1, [keyOf(2)], end.books]);
    const csv = String(await staging.reports.read(DAY, 1, 'csv'));
    assert.ok(csv.includes(keyOf(2)) || csv.includes('failed'), csv);
    assert.match(String(await staging.reports.read(DAY, 1, 'html')), /do not balance/);
  });

  it('is not written when nothing changed, whatever the run did, however often', async () => {
    const { staging, close } = await aDay();
    await close();

    const again = await close({ started: 0, imported: 0, unchanged: 2 });
    await close({ started: 9, imported: 9, unchanged: 9 });

    assert.equal(again.report, `reports/${DAY}/1.json`);
    assert.deepEqual(again.thisRun, { started: 0, imported: 0, unchanged: 2 });
    assert.equal((await staging.reports.latest(DAY))?.number, 1);
  });

  it('comes with a changed receipt, and names what changed', async () => {
    const { staging, close } = await aDay();
    await close();
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(2), mailboxes: [COPY, COPY] }));

    const end = await close();

    assert.deepEqual([end.outcome, end.balances], ['complete', true]);
    assert.equal(end.report, `reports/${DAY}/2.json`);
    const report = await staging.reports.latest(DAY);
    assert.deepEqual(report?.changes, [
      'outcome: failed → complete',
      'available copies: 2 → 3',
      'imported: 1 → 3',
      'items with receipt: 1 → 2',
      'items without a receipt changed',
    ]);
  });

  it('names a package that came after the first report as late, and goes on to', async () => {
    const { staging, close } = await aDay();
    await close();
    await staging.packages.writeIndex(anIndex([anEntry(keyOf(3))], { package: 'the-late-one' }));
    await close();
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(3), mailboxes: [COPY] }));

    await close();

    const report = await staging.reports.latest(DAY);
    assert.equal(report?.number, 3);
    assert.deepEqual(
      report.packages.map(({ name, isLate }) => [name === 'the-late-one', isLate]),
      [
        [false, false],
        [true, true],
      ],
    );
  });

  it('is one when two runs close the day at once', async () => {
    const { staging, close } = await aDay();

    const ends = await Promise.all([close(), close(), close()]);

    assert.deepEqual(new Set(ends.map(({ report }) => report)), new Set([`reports/${DAY}/1.json`]));
    assert.equal((await staging.reports.latest(DAY))?.number, 1);
  });

  it('says no delivery of a day without an index, and balances never', async () => {
    const { staging, close } = await aDay();

    const end = await close(RUN, '2026-11-22');

    assert.deepEqual([end.outcome, end.balances], ['no-delivery', false]);
    assert.equal((await staging.reports.latest('2026-11-22'))?.outcome, 'no-delivery');
  });

  it('names each unmapped person once, by number and address, with the items that wait', async () => {
    const { staging, close } = await aDay();
    const held = [{ role: 'to', position: 0, reason: 'no-user', person: 'hash' }] as const;
    for (const number of [1, 2]) {
      const itemKey = keyOf(number);
      const outcome = { outcome: 'unmapped', reason: 'no-user' } as const;
      await staging.receipts.write(DAY, aReceipt({ itemKey, ...outcome, held }));
      const record: HeldRecord = { item: aReference(itemKey), ...held[0] };
      await staging.held.write({ person: 'hash', itemKey }, record);
    }
    const earlier = { ...aReference(keyOf(9)), at: '2026-11-20T08:00:00Z' };
    await staging.held.write({ person: 'hash', itemKey: keyOf(9) }, { item: earlier, ...held[0] });

    await close();

    const report = await staging.reports.latest(DAY);
    assert.deepEqual(report?.unmapped, [
      {
        ...{ number: '+447700900124', address: 'to@example.com', reason: 'no-user', items: 2 },
        ...{ itemsOverall: 3, since: '2026-11-20T08:00:00Z' },
      },
    ]);
    assert.deepEqual(report.failures, [
      { reason: 'no-user', count: 2, oldest: `${DAY}T09:00:00Z` },
    ]);
  });

  it('names each partial copy: what its mailbox did not take, and what the source removed', async () => {
    const { staging, close } = await aDay();
    const copy = { ...COPY, outcome: 'partial' } as const;
    const mailboxes = [COPY, { ...copy, id: 'small', omitted: [0, 2] }];
    const outcome = 'partial';
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(2), outcome, mailboxes }));
    const flags = ['files-removed-at-source'] as const;
    const cut = { itemKey: keyOf(1), outcome, mailboxes: [copy], flags } as const;
    await staging.receipts.write(DAY, aReceipt(cut));

    const end = await close();

    assert.equal(end.outcome, 'complete');
    const report = await staging.reports.latest(DAY);
    assert.deepEqual(report?.partial, [
      { itemKey: keyOf(1), mailbox: 'm', omitted: 0, isCutAtSource: true },
      { itemKey: keyOf(2), mailbox: 'small', omitted: 2, isCutAtSource: false },
    ]);
  });

  it('names a hundred partial copies, and counts all', async () => {
    const { staging, close } = await aDay();
    const items = Array.from({ length: 130 }, (_, at) => keyOf(at + 10));
    const entries = items.map((itemKey) => anEntry(itemKey));
    await staging.packages.writeIndex(anIndex(entries, { package: 'large' }));
    const mailboxes = [{ ...COPY, outcome: 'partial' as const, omitted: [0] }];
    for (const itemKey of items) {
      await staging.receipts.write(DAY, aReceipt({ itemKey, outcome: 'partial', mailboxes }));
    }

    await close();

    const report = await staging.reports.latest(DAY);
    assert.equal(report?.partial?.length, 100);
    assert.deepEqual(
      report.partial.map(({ itemKey }) => itemKey),
      items.slice(0, 100),
    );
    assert.equal(report.books.partiallyImported, 130);
  });

  it('comes when a copy lacks less than before', async () => {
    const { staging, close } = await aDay();
    const write = (omitted: readonly number[]) => {
      const mailboxes = [{ ...COPY, outcome: 'partial' as const, omitted }];
      const itemKey = keyOf(2);
      return staging.receipts.write(DAY, aReceipt({ itemKey, outcome: 'partial', mailboxes }));
    };
    await write([0, 1]);
    await close();

    await write([0]);
    await close();

    const report = await staging.reports.latest(DAY);
    assert.deepEqual(report?.changes, ['what partial copies lack changed']);
  });

  it('is complete once a refused package was delivered again and taken', async () => {
    const { staging, close } = await aDay();
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(2), mailboxes: [COPY] }));
    const refused = { package: 'again', outcome: 'refused', reason: 'count-mismatch' } as const;
    await staging.packages.writeIndex(anIndex([], refused));
    assert.equal((await close()).outcome, 'partial');
    await staging.packages.writeIndex(anIndex([], { package: 'again', delivery: 2 }));

    assert.equal((await close()).outcome, 'complete');
  });

  it('tells what waits on other days as it is, and is not written for a change of that alone', async () => {
    const { staging, close } = await aDay();
    const held = [{ role: 'to', position: 0, reason: 'no-user', person: 'hash' }] as const;
    const outcome = { outcome: 'unmapped', reason: 'no-user' } as const;
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(2), ...outcome, held }));
    const wait = (itemKey: string) =>
      staging.held.write({ person: 'hash', itemKey }, { item: aReference(itemKey), ...held[0] });
    await wait(keyOf(2));
    await close();

    await wait(keyOf(9));
    const again = await close();

    assert.equal(again.report, `reports/${DAY}/1.json`);
  });

  it('names the items that have no end, for the failure of the day', async () => {
    const { close } = await aDay();

    assert.deepEqual((await close()).open, [keyOf(2)]);
  });

  it('counts what the source delivered before with other content, this day or in the window', async () => {
    const { staging, close } = await aDay();
    const version = (number: number, source: string) => anEntry(keyOf(number), { source });
    await staging.packages.writeIndex(
      anIndex([version(11, 's1'), version(12, 's1'), version(13, 's2'), version(14, 's3')], {
        package: 'second',
      }),
    );
    const before = { day: '2026-11-20', package: 'before' };
    await staging.packages.writeIndex(anIndex([version(21, 's2'), version(14, 's3')], before));
    const longAgo = { day: '2026-11-10', package: 'long-ago' };
    await staging.packages.writeIndex(anIndex([version(22, 's3')], longAgo));

    await close();

    const report = await staging.reports.latest(DAY);
    assert.equal(report?.amended.count, 2);
    assert.deepEqual(
      report.amended.groups.map(({ keys }) => keys),
      [
        [keyOf(11), keyOf(12)],
        [keyOf(13), keyOf(21)],
      ],
    );
  });
});
