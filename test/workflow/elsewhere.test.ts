import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { itemWorkflowId } from '../../src/domain/ids.ts';
import type { BatchResult, DayResult } from '../../src/workflows/contracts.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import type { Stage } from '../support/workflow-stage.ts';
import { gate, keysOf, onStage, startBatch, startDay } from '../support/workflow-stage.ts';

const DAY = '2026-11-21';

let temporal: TestTemporal;
before(async () => {
  temporal = await startTestTemporal();
});
after(() => temporal.stop());

/** One of the day's items, by a run that is none of the batch's. */
async function startElsewhere({ client, world, connector, taskQueue }: Stage, at: number) {
  const { items, common } = await world.activities.openItems({
    connector,
    slice: { day: DAY, index: '', from: 0, to: at + 1 },
  });
  const item = { ...common, ...items[at] };
  return client.workflow.start('archiveItem', {
    taskQueue,
    workflowId: itemWorkflowId(connector, item.itemKey ?? ''),
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    args: [{ run: 'elsewhere', parkMs: 60_000, item }],
  });
}

/** What `awaitItems` does: ends when the workflows have, however they end. */
async function ended(workflowIds: readonly string[]): Promise<void> {
  for (const workflowId of workflowIds) {
    await temporal.client.workflow
      .getHandle(workflowId)
      .result()
      .catch(() => undefined);
  }
}

test('an item that runs elsewhere is awaited, counts as none of the batch’s, and is started once', async () => {
  const elsewhere = gate();
  const awaited: (readonly string[])[] = [];
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        if (input.run === 'elsewhere') await elsewhere.pass();
        return world.activities.import(input);
      },
      awaitItems: async ({ workflowIds }) => {
        awaited.push(workflowIds);
        elsewhere.open();
        await ended(workflowIds);
      },
    }),
    async (stage) => {
      const { world, connector } = stage;
      const keys = keysOf(3);
      const workflowId = itemWorkflowId(connector, keys[1] ?? '');
      world.site.set(DAY, keys);
      const running = await startElsewhere(stage, 1);
      await until('it is at work', () => (elsewhere.waiting() === 1 ? true : null));

      const result = (await (await startBatch(stage, DAY, 3)).result()) as BatchResult;

      assert.deepEqual(awaited, [[workflowId]]);
      assert.deepEqual(
        [result.started, result.imported, result.notArchived, result.stoppedBy],
        [2, 2, 0, null],
      );
      assert.equal((await running.describe()).status.name, 'COMPLETED');
      assert.deepEqual(world.copies.toSorted(), keys.map((key) => `${key}@mailbox-1`).toSorted());
    },
  );
});

test('an item in the packages of two days that are worked off at once ends for both of them', async () => {
  const OTHER = '2026-11-20';
  const [own = '', late = '', shared = ''] = keysOf(3);
  const imports = gate();
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        if (input.item.itemKey === shared) await imports.pass();
        return world.activities.import(input);
      },
      awaitItems: async ({ workflowIds }) => {
        imports.open();
        await ended(workflowIds);
      },
    }),
    async (stage) => {
      const { world } = stage;
      world.lookback = [OTHER];
      world.site.set(OTHER, [late, shared]);
      world.site.set(DAY, [own, shared]);

      const result = (await (await startDay(stage, DAY)).result()) as DayResult;

      assert.deepEqual([result.balances, result.unbalanced], [true, undefined]);
      assert.equal(world.copies.length, 3, 'one copy of each');
      const other = world.homes.get(shared) === DAY ? OTHER : DAY;
      assert.deepEqual([...world.skipped], [`${other}/${shared}`]);
    },
  );
});

test('an item whose run elsewhere was ended before its receipt is started again, once', async () => {
  const imports = gate();
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        if (input.run === 'elsewhere') await imports.pass();
        return world.activities.import(input);
      },
      awaitItems: async ({ workflowIds }) => {
        for (const id of workflowIds) await temporal.client.workflow.getHandle(id).terminate();
      },
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(2));
      await startElsewhere(stage, 1);
      await until('it is at work', () => (imports.waiting() === 1 ? true : null));

      const result = (await (await startBatch(stage, DAY, 2)).result()) as BatchResult;

      assert.deepEqual([result.started, result.imported, result.notArchived], [2, 2, 0]);
      imports.open();
    },
  );
});

test('an item that other runs have again and again is given up after some rounds, not waited for endlessly', async () => {
  const imports = gate();
  let rounds = 0;
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        if (input.run === 'elsewhere') await imports.pass();
        return world.activities.import(input);
      },
      // Each time that it has ended, another run has taken it up.
      awaitItems: async () => void (rounds += 1),
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(2));
      const running = await startElsewhere(stage, 1);
      await until('it is at work', () => (imports.waiting() === 1 ? true : null));

      const result = (await (await startBatch(stage, DAY, 2)).result()) as BatchResult;

      assert.deepEqual([result.started, result.imported, rounds], [1, 1, 20]);
      imports.open();
      await running.result();
    },
  );
});
