import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connector } from '../../../src/activities/connector.ts';
import { rehearse } from '../../../src/activities/rehearse.ts';
import { addDays } from '../../../src/domain/archive-day.ts';
import type { MailboxEntry } from '../../../src/domain/receipt.ts';
import type { Route } from '../../../src/domain/routing.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aReceipt, anEntry, anIndex, aRead, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

const COPY: MailboxEntry = {
  ...{ id: 'm1', messageId: 'i', rule: 'custom', mappingVersion: null, at: '' },
  outcome: 'imported',
  reason: null,
};
const MAPPED: Route = { mailbox: { id: 'm1', rule: 'custom', mappingVersion: null } };
const NOBODY: Route = { mailbox: null, reason: 'no-user', isInCustomMapping: true };
const HELD = { role: 'from', position: 0, reason: 'no-user', person: 'p' } as const;

/** A connector that converts everything and finds the given route for everyone. */
function aConnector(route: Route, over: Partial<Connector> = {}): Connector {
  return fakeConnector({
    route: async () => route,
    compose: (_item, { itemKey }) => ({ itemKey, omitted: [] }) as never,
    renderEml: async function* () {
      yield Buffer.from('an eml');
    },
    items: {
      read: async () => ({ problem: null, ...aRead() }),
      attachments: () => ({
        open: () => Promise.reject(new Error('no attachment')),
        close: () => undefined,
      }),
    },
    ...over,
  });
}

const tried = (connector: Connector) =>
  runActivity(rehearse(only(connector)), { connector: 'o2', day: DAY, run: 'r' });

describe('a dry run', () => {
  it('tells what would be made of items without a receipt, and leaves nothing behind', async () => {
    const connector = aConnector(MAPPED);
    const { staging } = connector;
    const entries = [anEntry(keyOf(1)), anEntry(keyOf(2), { problem: 'unreadable' })];
    await staging.packages.writeIndex(anIndex([...entries, anEntry(keyOf(1), { offset: 9 })]));

    const { outcome, books, thisRun, failures } = await tried(connector);

    assert.equal(outcome, 'partial');
    assert.deepEqual(thisRun, { started: 2, imported: 1, unchanged: 1 });
    assert.deepEqual(books, {
      ...{ available: 3, imported: 1, partiallyImported: 0, skipped: 1, waived: 0, failed: 1 },
      ...{ items: 3, itemsWithReceipt: 3 },
    });
    assert.deepEqual(
      failures.map(({ reason, count }) => [reason, count]),
      [['unreadable', 1]],
    );
    assert.equal(await staging.messages.find(keyOf(1)), null);
    assert.equal((await staging.receipts.latest(DAY)).size, 0);
    assert.deepEqual([...(await staging.reports.days())], []);
    assert.deepEqual(await Array.fromAsync(staging.held.list()), []);
  });

  it('names each person without a mailbox once, by one of their items', async () => {
    const connector = aConnector(NOBODY);
    await connector.staging.packages.writeIndex(
      anIndex([anEntry(keyOf(1)), anEntry(keyOf(2)), anEntry(keyOf(3))]),
    );

    const { books, people, peopleCount } = await tried(connector);

    assert.deepEqual([books.failed, peopleCount], [6, 2]);
    assert.deepEqual(
      people.map(({ role, position, items, item }) => [role, position, items, item.itemKey]),
      [
        ['from', 0, 3, keyOf(1)],
        ['to', 0, 3, keyOf(1)],
      ],
    );
  });

  it('leaves what is archived, what is waived and what failed for good as it is', async () => {
    const connector = aConnector(MAPPED);
    const { staging } = connector;
    const keys = [1, 2, 3].map(keyOf);
    await staging.packages.writeIndex(anIndex(keys.map((key) => anEntry(key))));
    const waived = { by: 'officer', reason: 'why', at: '2026-11-24T00:00:00Z' };
    const refused = { ...COPY, messageId: null, outcome: 'failed', reason: 'refused-by-tenant' };
    const receipts = [
      aReceipt({ itemKey: keys[0] ?? '', mailboxes: [COPY] }),
      aReceipt({ itemKey: keys[1] ?? '', outcome: 'waived', held: [{ ...HELD, waived }] }),
      aReceipt({
        ...{ itemKey: keys[2] ?? '', outcome: 'failed', reason: 'refused-by-tenant' },
        mailboxes: [refused as MailboxEntry],
      }),
    ];
    for (const receipt of receipts) await staging.receipts.write(DAY, receipt);

    const { books, thisRun } = await tried(connector);

    assert.deepEqual(thisRun, { started: 0, imported: 0, unchanged: 3 });
    assert.deepEqual([books.imported, books.waived, books.failed], [1, 1, 1]);
  });

  it('starts a held item only when the answer about its person has changed', async () => {
    for (const [route, started] of [
      [NOBODY, 0],
      [MAPPED, 1],
    ] as const) {
      const connector = aConnector(route);
      const { staging } = connector;
      await staging.packages.writeIndex(anIndex([anEntry()]));
      const held = [HELD, { ...HELD, role: 'to' as const }];
      await staging.receipts.write(DAY, aReceipt({ outcome: 'unmapped', reason: 'no-user', held }));

      const { thisRun, books } = await tried(connector);

      assert.deepEqual([thisRun.started, thisRun.imported], [started, started]);
      assert.deepEqual([books.imported, books.failed], started === 0 ? [0, 2] : [1, 0]);
    }
  });

  it('skips an item that an earlier day has, archived or not', async () => {
    const connector = aConnector(MAPPED);
    const { staging } = connector;
    const [first, second, third] = [1, 2, 3].map(keyOf);
    const day = addDays(DAY, -1);
    await staging.packages.writeIndex(anIndex([anEntry(first)], { day }));
    await staging.messages.write(
      second ?? '',
      (async function* () {
        yield Buffer.from('an eml');
      })(),
      { itemSha256: 'aa', converter: '1', home: day, package: 'p' },
    );
    await staging.packages.writeIndex(anIndex([anEntry(first), anEntry(second), anEntry(third)]));

    const { books } = await tried(connector);

    assert.deepEqual([books.skipped, books.imported], [2, 1]);
  });

  it('tells a day without any package', async () => {
    const { outcome, balances } = await tried(aConnector(MAPPED));

    assert.deepEqual([outcome, balances], ['no-delivery', false]);
  });
});
