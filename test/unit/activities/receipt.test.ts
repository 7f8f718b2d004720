import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settleCase, writeReceipt } from '../../../src/activities/receipt.ts';
import { endOf, NOBODY, type HeldEntry, type MailboxEntry } from '../../../src/domain/receipt.ts';
import type { CaseRequest } from '../../../src/staging/case-requests.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aReceipt, aReference, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

const KEY = keyOf(1);
const AT = '2026-11-24T02:00:00Z';

function aCopy(id: string, over: Partial<MailboxEntry> = {}): MailboxEntry {
  return {
    ...{ id, messageId: `m-${id}`, rule: 'custom', mappingVersion: null, at: AT },
    outcome: 'imported',
    reason: null,
    ...over,
  };
}

const full = (id: string) =>
  aCopy(id, { messageId: null, outcome: 'failed', reason: 'mailbox-full' });

function aHeld(person: string, position = 0): HeldEntry {
  return { role: 'to', position, reason: 'no-user', person };
}

function aDesk() {
  const connector = fakeConnector();
  const { staging } = connector;
  const write = (
    mailboxes: MailboxEntry[],
    held: HeldEntry[] = [],
    writtenAt = AT,
    worker = connector,
  ) =>
    runActivity(writeReceipt(only(worker)), {
      day: DAY,
      item: aReference(),
      receipt: aReceipt({ mailboxes, held, ...endOf({ mailboxes, held }), writtenAt }),
      hasEarlier: true,
    });
  const ask = async (request: Partial<CaseRequest> & Pick<CaseRequest, 'action'>) => {
    const words = { by: 'ann@desk', reason: 'has left', at: '2026-11-25T10:00:00Z', people: null };
    await staging.caseRequests.write('r', { ...words, items: [], ...request });
    return runActivity(settleCase(only(connector)), { item: aReference(), request: 'r' });
  };
  const lists = async () => ({
    held: (await Array.fromAsync(staging.held.list())).map(({ person }) => person),
    waived: (await Array.fromAsync(staging.waived.list())).map(({ person }) => person),
    blocked: (await Array.fromAsync(staging.blocked.list())).map(({ itemKey }) => itemKey),
  });
  const receipts = async () => (await staging.receipts.latest(DAY)).get(KEY)?.number;
  return { staging, connector, write, ask, lists, receipts };
}

describe('a receipt that is written', () => {
  it('puts who is held and what a mailbox blocks on their lists, and takes them off again', async () => {
    const { write, lists } = aDesk();

    await write([full('a')], [aHeld('p'), aHeld('q', 1), aHeld(NOBODY, 2)]);
    assert.deepEqual(await lists(), { held: ['p', 'q'], waived: [], blocked: [KEY] });
    await write([aCopy('a')], [aHeld('q', 1)]);
    assert.deepEqual(await lists(), { held: ['q'], waived: [], blocked: [] });
    await write([aCopy('a'), aCopy('b')]);
    assert.deepEqual(await lists(), { held: [], waived: [], blocked: [] });
  });

  it('is not written when it says nothing new, and the one before stands', async () => {
    const { write, receipts } = aDesk();
    const first = await write([aCopy('a')], [aHeld('p')]);

    const second = await write([aCopy('a')], [aHeld('p')], '2026-11-25T02:00:00Z');

    assert.deepEqual(second, first);
    assert.equal(await receipts(), 1);
  });

  it('keeps a copy that was made when a later try of it came to nothing', async () => {
    const { write, staging } = aDesk();
    const partial = aCopy('a', { outcome: 'partial', omitted: [2] });
    await write([partial]);

    const { outcome } = await write([full('a'), aCopy('b')]);

    assert.equal(outcome, 'partial');
    const receipt = await staging.receipts.find(DAY, KEY);
    assert.deepEqual(receipt?.mailboxes, [partial, aCopy('b')]);
  });

  it('brings the lists on again when an attempt died before its receipt', async () => {
    const { staging, write, lists } = aDesk();
    await write([], [aHeld('p')]);
    const receipts = { ...staging.receipts, write: () => Promise.reject(new Error('died')) };
    const dying = fakeConnector({ staging: { ...staging, receipts } });
    await assert.rejects(write([aCopy('a')], [], AT, dying), /died/);

    await write([aCopy('a')]);

    assert.deepEqual((await lists()).held, []);
  });
});

describe('a case', () => {
  it('that is waived is closed on the next receipt, with who, why and when', async () => {
    const { write, ask, lists, staging, receipts } = aDesk();
    await write([aCopy('a'), full('b')], [aHeld('p')]);

    const settled = await ask({ action: 'waive' });

    assert.deepEqual([settled.outcome, settled.reason, settled.hasWaivers], ['waived', null, true]);
    const receipt = await staging.receipts.find(DAY, KEY);
    const waiver = { by: 'ann@desk', reason: 'has left', at: '2026-11-25T10:00:00Z' };
    assert.deepEqual(receipt?.waived, waiver);
    assert.deepEqual(receipt.mailboxes[1]?.waived, waiver);
    assert.deepEqual(await lists(), { held: [], waived: ['p'], blocked: [] });
    await ask({ action: 'waive' });
    assert.equal(await receipts(), 2);
  });

  it('of one person leaves what others wait for on the lists', async () => {
    const { write, ask, lists } = aDesk();
    await write([full('b')], [aHeld('p'), aHeld('q', 1)]);

    const settled = await ask({ action: 'waive', people: ['p'] });

    assert.deepEqual([settled.outcome, settled.reason], ['failed', 'mailbox-full']);
    assert.deepEqual(await lists(), { held: ['q'], waived: ['p'], blocked: [KEY] });
  });

  it('that is opened again is held again, and says who did it', async () => {
    const { write, ask, lists, staging } = aDesk();
    await write([full('b')], [aHeld('p')]);
    await ask({ action: 'waive' });

    const settled = await ask({ action: 'unwaive', by: 'ben@desk', reason: null });

    assert.deepEqual([settled.outcome, settled.hasWaivers], ['failed', false]);
    const receipt = await staging.receipts.find(DAY, KEY);
    assert.equal(receipt?.reopened?.by, 'ben@desk');
    assert.equal(receipt.waived, null);
    assert.deepEqual(await lists(), { held: ['p'], waived: [], blocked: [KEY] });
  });

  it('whose words were lost from state says so, and nothing is changed', async () => {
    const { write, connector, receipts } = aDesk();
    await write([full('b')]);
    const settle = settleCase(only(connector));

    await assert.rejects(
      runActivity(settle, { item: aReference(), request: 'gone' }),
      /Type the command again/,
    );
    assert.equal(await receipts(), 1);
  });
});
