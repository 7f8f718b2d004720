import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../src/activities/index.ts';
import { dayWorkflowId, itemWorkflowId } from '../../src/domain/ids.ts';
import type { ItemResult, SettledCases } from '../../src/workflows/contracts.ts';
import { fakeWorld, type FakeWorld } from '../support/fake-activities.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { keysOf } from '../support/workflow-stage.ts';

const DAY = '2026-11-21';

let temporal: TestTemporal;
before(async () => {
  temporal = await startTestTemporal();
});
after(() => temporal.stop());

interface Stage {
  readonly world: FakeWorld;
  readonly connector: string;
  readonly taskQueue: string;
  /** Names of the activities in the order in which they were called. */
  readonly called: string[];
}

/** A world of eight items, of which three met a full mailbox. */
async function withHeld(
  work: (stage: Stage, held: readonly string[]) => Promise<void>,
  replace: (world: FakeWorld) => Partial<Activities> = () => ({}),
): Promise<void> {
  const world = fakeWorld();
  const taskQueue = `test-${randomUUID()}`;
  const called: string[] = [];
  const worker = await Worker.create({
    connection: temporal.native,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: noted({ ...world.activities, ...replace(world) }, called),
  });
  const stage = { world, taskQueue, called, connector: `c${randomUUID().slice(0, 8)}` };
  await worker.runUntil(async () => {
    const keys = keysOf(8);
    const held = keys.slice(2, 7);
    world.site.set(DAY, keys);
    for (const key of held) world.refused.set(key, 'mailbox-full');
    await temporal.client.workflow.execute('archiveDay', {
      taskQueue,
      workflowId: dayWorkflowId(stage.connector, DAY),
      args: [{ connector: stage.connector, day: DAY }],
    });
    called.length = 0;
    await work(stage, held);
  });
}

function noted(activities: Activities, called: string[]) {
  return Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      (input: never) => {
        called.push(name);
        return (activity as (input: never) => Promise<unknown>)(input);
      },
    ]),
  );
}

function settle(
  { world, connector, taskQueue }: Stage,
  action: 'waive' | 'unwaive',
  keys: readonly string[],
) {
  const request = randomUUID();
  world.requests.set(request, { action, day: DAY, keys });
  return temporal.client.workflow.execute('settleCases', {
    taskQueue,
    workflowId: `o2-cases:${connector}:${request}`,
    args: [{ connector, request }],
  }) as Promise<SettledCases>;
}

async function lastRunOf({ connector }: Stage, key: string) {
  const handle = temporal.client.workflow.getHandle(itemWorkflowId(connector, key));
  const { status } = await handle.describe();
  return { status: status.name, handle };
}

test('a waiver closes each item by its own workflow, which completes, and gives the day its books', async () => {
  await withHeld(async (stage, held) => {
    const { days } = await settle(stage, 'waive', held);

    assert.deepEqual(
      days.map(({ day, thisRun }) => [day, thisRun]),
      [[DAY, { started: 5, imported: 0, unchanged: 0 }]],
    );
    for (const key of held) {
      assert.equal(stage.world.receipts.get(key)?.outcome, 'waived');
      const { status, handle } = await lastRunOf(stage, key);
      assert.equal(status, 'COMPLETED');
      assert.equal(((await handle.result()) as ItemResult).outcome, 'waived');
    }
  });
});

test('a waiver looks nobody up, makes no copy and needs neither the site nor the tenant', async () => {
  await withHeld(async (stage, held) => {
    await settle(stage, 'waive', held.slice(0, 1));

    assert.deepEqual(stage.called, ['listCases', 'openItems', 'settleCase', 'reconcile']);
  });
});

test('what is opened again is tried at once, and is red while nothing has changed', async () => {
  await withHeld(async (stage, held) => {
    const [cured = '', uncured = ''] = held;
    await settle(stage, 'waive', [cured, uncured]);
    stage.world.refused.delete(cured);

    const { days } = await settle(stage, 'unwaive', [cured, uncured]);

    assert.deepEqual(days[0]?.thisRun, { started: 2, imported: 1, unchanged: 0 });
    assert.equal(stage.world.receipts.get(cured)?.outcome, 'imported');
    assert.equal((await lastRunOf(stage, cured)).status, 'COMPLETED');
    assert.equal(stage.world.receipts.get(uncured)?.outcome, 'failed');
    assert.equal((await lastRunOf(stage, uncured)).status, 'FAILED');
  });
});

test('an item that another run has is waited for, and then settled all the same', async () => {
  const hasBegun = Promise.withResolvers<undefined>();
  const isFree = Promise.withResolvers<undefined>();
  let isSlow = false;
  await withHeld(
    async (stage, held) => {
      const [busy = ''] = held;
      isSlow = true;
      const retry = temporal.client.workflow.execute('archiveDay', {
        taskQueue: stage.taskQueue,
        workflowId: dayWorkflowId(stage.connector, DAY),
        args: [{ connector: stage.connector, day: DAY, retry: { itemKey: busy } }],
      });
      await hasBegun.promise;

      const { days } = await settle(stage, 'waive', held);

      assert.equal(days[0]?.thisRun.started, held.length);
      assert.equal(stage.world.receipts.get(busy)?.outcome, 'waived');
      await retry;
    },
    (world) => ({
      import: async (input) => {
        if (isSlow) {
          hasBegun.resolve(undefined);
          await isFree.promise;
        }
        return world.activities.import(input);
      },
      awaitItems: async ({ workflowIds }) => {
        isFree.resolve(undefined);
        for (const id of workflowIds) {
          await temporal.client.workflow
            .getHandle(id)
            .result()
            .catch(() => undefined);
        }
      },
    }),
  );
});

test('a tenant that refuses the app ends the trying, and the books are closed before it is told', async () => {
  await withHeld(async (stage, held) => {
    await settle(stage, 'waive', held);
    stage.world.refused.set(held[0] ?? '', 'tenant-refused' as never);
    stage.called.length = 0;

    const error: unknown = await settle(stage, 'unwaive', held).catch((thrown: unknown) => thrown);

    assert.ok(error instanceof WorkflowFailedError);
    assert.ok(error.cause instanceof ApplicationFailure);
    assert.equal(error.cause.type, 'tenant-refused');
    assert.equal(stage.called.at(-1), 'reconcile');
  });
});

test('a retry that completes tells each item so; a plain one does not', async () => {
  const asked: (true | undefined)[] = [];
  await withHeld(
    async (stage, held) => {
      const retry = (choice: object) =>
        temporal.client.workflow.execute('archiveDay', {
          taskQueue: stage.taskQueue,
          workflowId: dayWorkflowId(stage.connector, DAY),
          args: [{ connector: stage.connector, day: DAY, retry: choice }],
        });
      asked.length = 0;
      await retry({ outcome: 'partial' });
      assert.ok(asked.length > 0 && asked.every((complete) => complete === true));
      asked.length = 0;
      await retry({ outcome: 'failed' });
      assert.deepEqual(
        asked,
        held.map(() => undefined),
      );
    },
    (world) => ({
      import: (input) => {
        asked.push(input.complete);
        return world.activities.import(input);
      },
    }),
  );
});
