import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { dayWorkflowId, itemWorkflowId, TASK_QUEUE } from '../../../src/domain/ids.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { DayResult, ItemResult } from '../../../src/workflows/contracts.ts';
import { administrator } from '../../support/administrator.ts';
import { deliver, smsEml } from '../../support/delivery.ts';
import { openOffice, type Office } from '../../support/office.ts';
import { MESSAGE_ID_DOMAIN } from '../../support/sample-mailboxes.ts';
import { until } from '../../support/until.ts';

const CONNECTOR = 'o2';
/** So far apart that no window reaches from one into the other. */
const DONE_DAY = '2026-03-10';
const BUSY_DAY = '2026-05-10';
const RETRIED_DAY = '2026-07-10';
const ANN = {
  id: 'a0000000-0000-4000-8000-000000000001',
  userPrincipalName: 'ann@firm.example.com',
  mail: 'ann@firm.example.com',
  displayName: 'Ann',
  accountEnabled: true,
};
const BEN = {
  ...ANN,
  id: 'a0000000-0000-4000-8000-000000000002',
  userPrincipalName: 'ben@firm.example.com',
  mail: 'ben@firm.example.com',
  displayName: 'Ben',
};
/** Longer than a reset takes to begin anew, shorter than the create's deadline of 30 s. */
const LATE_MS = 12_000;

describe('a reset of an item of two mailboxes', () => {
  let office: Office;

  before(async () => {
    office = await openOffice({
      startDay: '2026-01-01',
      users: [ANN, BEN],
      mappingCsv: null,
      ownDomains: ['firm.example.com'],
    });
    await office.startWorker();
  });
  after(() => office.stop());

  const startDay = (day: string, retry?: object) =>
    office.temporal.client.workflow.start('archiveDay', {
      taskQueue: TASK_QUEUE,
      workflowId: dayWorkflowId(CONNECTOR, day),
      args: [{ connector: CONNECTOR, day, ...(retry === undefined ? {} : { retry }) }],
    });
  const keysOf = async (day: string): Promise<string[]> => {
    const [index] = await office.staging.packages.listIndexes(day);
    if (index === undefined) return [];
    return (await office.staging.packages.readIndex(index.path)).items.map((item) => item.itemKey);
  };
  const receiptOf = async (day: string, itemKey: string): Promise<Receipt> => {
    const receipt = await office.staging.receipts.find(day, itemKey);
    assert.ok(receipt, 'the item has no receipt');
    return receipt;
  };
  /** How many of the item's messages lie in Ann's and in Ben's mailbox, anywhere in it. */
  const copiesOf = async (itemKey: string): Promise<number[]> => {
    const counts: number[] = [];
    for (const { id } of [ANN, BEN]) {
      const found = await administrator(office).mailbox(id);
      assert.equal(found?.elsewhere, 0);
      const messageId = `<${itemKey}@${MESSAGE_ID_DOMAIN}>`;
      counts.push(
        found.messages.filter((message) => message.internetMessageId === messageId).length,
      );
    }
    return counts;
  };
  const created = () =>
    Object.values(office.tenant.counters().created).reduce((sum, count) => sum + count, 0);

  it('makes no copy again, whichever of its steps it goes back to', async () => {
    await deliver(office.siteFolder, { day: DONE_DAY, items: [sms(DONE_DAY, 1)] });
    const end = (await (await startDay(DONE_DAY)).result()) as DayResult;
    assert.deepEqual([end.outcome, end.books.imported], ['complete', 2]);
    const [itemKey = ''] = await keysOf(DONE_DAY);
    const first = await receiptOf(DONE_DAY, itemKey);
    const workflowId = itemWorkflowId(CONNECTOR, itemKey);
    const { runId, points } = await pointsOf(office, workflowId);
    assert.ok(points.length >= 3, `the item had ${String(points.length)} workflow tasks`);

    for (const point of points) {
      const newRunId = await reset(office, { workflowId, runId }, point);
      const result = (await office.temporal.client.workflow
        .getHandle(workflowId, newRunId)
        .result()) as ItemResult;

      const at = `reset to event ${point.toString()}`;
      assert.equal(result.outcome, 'imported', at);
      assert.deepEqual(await copiesOf(itemKey), [1, 1], at);
      assert.equal(created(), 2, `a copy was made and removed again: ${at}`);
      const receipt = await receiptOf(DONE_DAY, itemKey);
      assert.deepEqual(receipt.mailboxes, first.mailboxes, at);
      assert.deepEqual([receipt.outcome, receipt.home, receipt.held], ['imported', DONE_DAY, []]);
    }
  });

  it('leaves the books of its day as they were: one report', async () => {
    const report = await office.staging.reports.latest(DONE_DAY);

    assert.equal(report?.number, 1);
    assert.deepEqual([report.outcome, report.balances], ['complete', true]);
    const again = (await (await startDay(DONE_DAY)).result()) as DayResult;
    assert.deepEqual(again.thisRun, { started: 0, imported: 0, unchanged: 1 });
    assert.equal((await office.staging.reports.latest(DONE_DAY))?.number, 1);
  });

  it('waits for a create that is on its way and makes it one copy, whichever step it goes back to', async () => {
    const items = [1, 2, 3].map((number) => sms(BUSY_DAY, number));
    await deliver(office.siteFolder, { day: BUSY_DAY, items });
    office.tenant.resetCounters();
    office.tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: LATE_MS, times: 6 });

    const day = await startDay(BUSY_DAY);
    await until('all six creates are on their way', () =>
      (office.tenant.counters().requests['messages.create'] ?? 0) >= 6 ? true : null,
    );
    assert.equal(created(), 0, 'a create was done before the reset');
    const keys = await keysOf(BUSY_DAY);
    for (const [at, itemKey] of keys.entries()) {
      const workflowId = itemWorkflowId(CONNECTOR, itemKey);
      const { runId, points } = await pointsOf(office, workflowId);
      const point = points[at % points.length];
      assert.ok(point);
      await reset(office, { workflowId, runId }, point);
    }
    assert.equal(created(), 0, 'a create was done before the reset');

    const results = await Promise.all(
      keys.map(
        (itemKey) =>
          office.temporal.client.workflow
            .getHandle(itemWorkflowId(CONNECTOR, itemKey))
            .result() as Promise<ItemResult>,
      ),
    );
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['imported', 'imported', 'imported'],
    );
    for (const itemKey of keys) {
      assert.deepEqual(await copiesOf(itemKey), [1, 1]);
      const { mailboxes } = await receiptOf(BUSY_DAY, itemKey);
      assert.deepEqual(mailboxes.map(({ id }) => id).sort(), [ANN.id, BEN.id]);
      assert.ok(mailboxes.every(({ outcome, messageId }) => outcome === 'imported' && messageId));
    }
    assert.equal(created(), 6, 'a copy was made and removed again');
    const end = (await day.result()) as DayResult;
    assert.deepEqual([end.outcome, end.balances, end.books.imported], ['complete', true, 6]);
  });

  it('waits for a create that is on its way also where an earlier run left a receipt', async () => {
    await deliver(office.siteFolder, { day: RETRIED_DAY, items: [sms(RETRIED_DAY, 1)] });
    office.tenant.order({
      ...{ kind: 'messages.create', mailbox: BEN.id },
      ...{ status: 400, code: 'ErrorInvalidRecipients' },
    });
    const failed = (await (await startDay(RETRIED_DAY)).result()) as DayResult;
    assert.deepEqual([failed.books.imported, failed.books.failed], [1, 1]);
    const [itemKey = ''] = await keysOf(RETRIED_DAY);
    const workflowId = itemWorkflowId(CONNECTOR, itemKey);
    office.tenant.resetCounters();
    office.tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: LATE_MS });

    const day = await startDay(RETRIED_DAY, {});
    await until('the create is on its way', () =>
      (office.tenant.counters().requests['messages.create'] ?? 0) >= 1 ? true : null,
    );
    const doneAtMs = Date.now() + LATE_MS;
    const { runId, points } = await pointsOf(office, workflowId);
    assert.ok(points[0]);
    await reset(office, { workflowId, runId }, points[0]);
    assert.equal(created(), 0, 'the create was done before the reset');

    const end = (await day.result()) as DayResult;
    assert.deepEqual([end.outcome, end.books.imported], ['complete', 2]);
    await until('the create that was on its way is done', () =>
      Date.now() > doneAtMs + 1_000 ? true : null,
    );
    assert.deepEqual(await copiesOf(itemKey), [1, 1]);
    assert.equal(created(), 1, 'a copy was made twice');
  });
});

/** An SMS of Ann's to Ben. */
function sms(day: string, number: number) {
  return {
    name: `sms-${String(number)}.eml`,
    eml: smsEml({
      from: { name: 'Ann', number: '447700900501', address: ANN.mail },
      to: [{ name: 'Ben', number: '447700900502', address: BEN.mail }],
      owner: ANN.mail,
      text: `message ${String(number)}`,
      at: `${day}T09:0${String(number)}:00Z`,
      sourceId: `${day}-${String(number)}`,
    }),
  };
}

/** The run as it is, and the events that a reset can go back to. */
async function pointsOf(office: Office, workflowId: string) {
  const handle = office.temporal.client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const history = await office.temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const points = (history.events ?? [])
    .filter((event) => event.workflowTaskCompletedEventAttributes)
    .flatMap((event) => event.eventId ?? []);
  return { runId, points };
}

/** An event's number as the service takes it. */
type EventId = Awaited<ReturnType<typeof pointsOf>>['points'][number];

/** As the Web UI's Reset; gives the id of the new run. */
async function reset(
  office: Office,
  workflowExecution: { workflowId: string; runId: string },
  eventId: EventId,
): Promise<string> {
  const { runId } = await office.temporal.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution,
    workflowTaskFinishEventId: eventId,
    requestId: randomUUID(),
    reason: 'tried by the test',
  });
  return runId;
}
