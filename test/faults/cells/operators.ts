import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { itemWorkflowId } from '../../../src/domain/ids.ts';
import { until } from '../../support/until.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';
import { CONNECTOR, terminateAll } from '../running.ts';

/**
 * A create of the retry is done so long after it was sent: within its deadline (30 s) and the settle time,
 * counted from the retry; beyond them, counted from the failure, after which the retry itself waits them out.
 */
const LATE_MS = 32_000;
const SETTLE_SECONDS = 5;

/**
 * F5 and F7 as operators bring them about with the Web UI's buttons: a run ends, and what it sent is
 * on its way, or lies there and no receipt tells of it.
 */
export const OPERATOR_CELLS: readonly Cell[] = [
  {
    id: 'F7-reset',
    row: 'F7',
    title: 'an item that is archived is reset in the Web UI, in turn to each of its tasks',
    end: 'what an activity is told of the first run is not believed by another: no copy is made again',
    async play(stage) {
      const { cast, make, deliver, office, startWorker, runDay, created } = stage;
      await deliver([make.sms({ from: cast.ann, to: [cast.ben] })]);
      await startWorker();
      await runDay();
      const workflowId = await itemOf(stage);
      const { client } = office.temporal;
      const { runId } = await client.workflow.getHandle(workflowId).describe();
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const tasks = (events ?? [])
        .filter((event) => event.workflowTaskCompletedEventAttributes)
        .flatMap(({ eventId }) => eventId ?? []);
      assert.ok(tasks.length >= 3);
      for (const workflowTaskFinishEventId of tasks) {
        const reset = await client.workflowService.resetWorkflowExecution({
          namespace: client.options.namespace,
          workflowExecution: { workflowId, runId },
          workflowTaskFinishEventId,
          requestId: randomUUID(),
          reason: 'tried by the fault matrix',
        });
        await client.workflow.getHandle(workflowId, reset.runId).result();
      }
      assert.equal(created(), 2);
    },
  },
  {
    id: 'F7-terminated',
    row: 'F7',
    title:
      'day and item are terminated when the copy is there and no receipt tells of it; a new run',
    end: 'the message blob was there before this run: it looks by Message-ID and adopts',
    office: { limits: { settleSeconds: 1 } },
    async play(stage) {
      const { cast, make, deliver, office, startWorker, startDay, runDay, created } = stage;
      await deliver([make.sms({ from: cast.ann, to: [cast.eve] })]);
      // Done, and its answer never comes: the item cannot go on to its receipt.
      const create = { kind: 'messages.create', mailbox: cast.ann.id } as const;
      office.tenant.order({ ...create, outcome: 'hang', applied: 'before' });
      const worker = await startWorker();
      await startDay();
      await until('the copy is there', () => (created() >= 1 ? true : null));
      await worker.kill();
      await terminateAll(office);
      await startWorker();
      const { books } = finished(await runDay());
      assert.equal(books.imported, 1);
      assert.equal(created(), 1);
    },
  },
  {
    id: 'F5-terminated',
    row: 'F5',
    title: 'a retry is terminated while its create is on its way (done 32 s later); another retry',
    end: 'the mark of what is being sent stays behind: the next run waits, looks and adopts',
    office: { limits: { settleSeconds: SETTLE_SECONDS } },
    async play(stage) {
      const { cast, make, deliver, office, startWorker, startDay, runDay, created } = stage;
      await deliver([make.sms({ from: cast.ann, to: [cast.eve] })]);
      const create = { kind: 'messages.create', mailbox: cast.ann.id } as const;
      office.tenant.order({ ...create, status: 400, code: 'ErrorInvalidRecipients' });
      await startWorker();
      assert.equal(finished(await runDay()).books.failed, 1);
      const before = stage.requested('messages.create');
      office.tenant.order({ ...create, outcome: 'hang', applied: 'late', lateMs: LATE_MS });
      await startDay({ retry: {} });
      await until('the create is on its way', () =>
        stage.requested('messages.create') > before ? true : null,
      );
      await terminateAll(office);
      const { books } = finished(await runDay({ retry: {} }));
      assert.deepEqual([books.imported, books.failed], [1, 0]);
      await until('the late create is done', () => (office.tenant.lateWork() === 0 ? true : null));
      assert.equal(created(), 1);
    },
  },
];

/** The workflow of the only item of the day. */
async function itemOf({ office, day }: Stage): Promise<string> {
  const [index] = await office.staging.packages.listIndexes(day);
  assert.ok(index);
  const [entry] = (await office.staging.packages.readIndex(index.path)).items;
  assert.ok(entry);
  return itemWorkflowId(CONNECTOR, entry.itemKey);
}
