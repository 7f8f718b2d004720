import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import type { BatchResult, DayResult } from '../../src/workflows/contracts.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { gate, keysOf, onStage, startBatch, startDay } from '../support/workflow-stage.ts';

const DAY = '2026-11-21';
/** Items of one batch, and batches of one day, in flight (src/workflows). */
const ITEMS_IN_FLIGHT = 25;
const BATCHES_IN_FLIGHT = 4;

let temporal: TestTemporal;
before(async () => {
  temporal = await startTestTemporal();
});
after(() => temporal.stop());

async function failureOf(result: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await result.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof WorkflowFailedError, 'the workflow did not fail');
  assert.ok(error.cause instanceof ApplicationFailure);
  return error.cause;
}

/** Children that a workflow has started so far, by its own history. */
async function started(workflowId: string): Promise<number> {
  const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  return (history.events ?? []).filter(
    (event) => event.startChildWorkflowExecutionInitiatedEventAttributes,
  ).length;
}

test('a batch never has more items in flight than its window, and starts the next as one ends', async () => {
  const imports = gate();
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        await imports.pass();
        return world.activities.import(input);
      },
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(60));
      const batch = await startBatch(stage, DAY, 60);
      const { workflowId } = batch;

      await until('the window is full', () =>
        imports.waiting() === ITEMS_IN_FLIGHT ? true : null,
      );
      assert.equal(await started(workflowId), ITEMS_IN_FLIGHT);
      imports.letOneGo();
      await until('one more is started', async () =>
        (await started(workflowId)) === ITEMS_IN_FLIGHT + 1 ? true : null,
      );
      await until('it waits too', () => (imports.waiting() === ITEMS_IN_FLIGHT ? true : null));
      assert.equal(await started(workflowId), ITEMS_IN_FLIGHT + 1);
      imports.open();

      const result = (await batch.result()) as BatchResult;
      assert.deepEqual([result.started, result.imported, result.notArchived], [60, 60, 0]);
      assert.equal(new Set(stage.world.copies).size, 60);
    },
  );
});

test('a day never has more batches in flight than its window', async () => {
  const imports = gate();
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        await imports.pass();
        return world.activities.import(input);
      },
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(14));
      stage.world.sliceItems = 2;
      const day = await startDay(stage, DAY);

      await until('the window is full', () =>
        imports.waiting() === BATCHES_IN_FLIGHT * 2 ? true : null,
      );
      assert.equal(await started(day.workflowId), BATCHES_IN_FLIGHT);
      imports.open();

      const result = (await day.result()) as DayResult;
      assert.deepEqual(result.thisRun, { started: 14, imported: 14, unchanged: 0 });
      assert.equal(await started(day.workflowId), 7);
    },
  );
});

test('a tenant that refuses stops the day: nothing more is started, and it fails once with that type', async () => {
  const ITEMS = 400;
  await onStage(
    temporal,
    () => ({
      import: async () => {
        throw ApplicationFailure.create({
          type: 'tenant-refused',
          message: 'Renew the secret of the app.',
          nonRetryable: true,
        });
      },
    }),
    async (stage) => {
      const { world, connector } = stage;
      world.site.set(DAY, keysOf(ITEMS));
      world.sliceItems = 100;
      const day = await startDay(stage, DAY);

      const failure = await failureOf(day.result());

      assert.equal(failure.type, 'tenant-refused');
      assert.match(failure.message, /^Renew the secret of the app\. So far: 400 items/);
      assert.match(failure.message, new RegExp(`o2-archiver run --connector ${connector} --day`));
      assert.equal(
        failure.message.split('Renew the secret').length,
        2,
        'it is said more than once',
      );
      // Each of the batches in flight fills its window before it hears of the first refusal.
      const batches = await started(day.workflowId);
      assert.ok(batches <= BATCHES_IN_FLIGHT, `${String(batches)} batches were started`);
      const children = await countOf('archiveItem', connector);
      assert.ok(
        children < ITEMS / 2,
        `${String(children)} of ${String(ITEMS)} items were started after a refusal`,
      );
      assert.equal(world.receipts.size, 0, 'what was not sent has no receipt');
      assert.equal((await day.describe()).status.name, 'FAILED');
      assert.equal(await countOf('archiveDay', connector), 1);
    },
  );
});

test('what a refusal stopped is taken up whole by the next run', async () => {
  let isCured = false;
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        if (isCured) return world.activities.import(input);
        throw ApplicationFailure.create({ type: 'tenant-refused', nonRetryable: true });
      },
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(40));
      await failureOf((await startDay(stage, DAY)).result());
      isCured = true;

      const result = (await (await startDay(stage, DAY)).result()) as DayResult;

      assert.deepEqual(result.thisRun, { started: 40, imported: 40, unchanged: 0 });
      assert.equal(result.outcome, 'complete');
    },
  );
});

test('an item’s own failure stops nothing', async () => {
  await onStage(
    temporal,
    () => ({}),
    async (stage) => {
      const keys = keysOf(60);
      stage.world.site.set(DAY, keys);
      for (const key of keys.slice(0, 30)) stage.world.refused.set(key, 'refused-by-tenant');

      const result = (await (await startBatch(stage, DAY, 60)).result()) as BatchResult;

      assert.deepEqual(
        [result.started, result.imported, result.notArchived, result.stoppedBy],
        [60, 30, 30, null],
      );
    },
  );
});

/** Workflows of a type that visibility shows of the connector, once their number is steady. */
async function countOf(type: string, connector: string): Promise<number> {
  const query = `WorkflowType="${type}" AND O2Connector="${connector}"`;
  let last = -1;
  return until(`${type} is visible`, async () => {
    const { count } = await temporal.client.workflow.count(query);
    const isSteady = count === last && count > 0;
    last = count;
    return isSteady ? count : null;
  });
}

test('a day that is cancelled ends, and its batches with it; items on their way end too', async () => {
  const imports = gate();
  await onStage(
    temporal,
    (world) => ({
      import: async (input) => {
        await imports.pass();
        return world.activities.import(input);
      },
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(40));
      const day = await startDay(stage, DAY);
      await until('imports are on their way', () => (imports.waiting() > 0 ? true : null));

      await day.cancel();
      imports.open();
      await until('the day is closed', async () =>
        (await day.describe()).status.name === 'RUNNING' ? null : true,
      );

      assert.equal((await day.describe()).status.name, 'CANCELLED');
    },
  );
});

test('a batch that fails fails the day with its reason and the command, after the books', async () => {
  await onStage(
    temporal,
    () => ({
      openItems: async () => {
        throw ApplicationFailure.create({
          type: 'staging-refused',
          message: 'Azure Storage refuses access.',
          nonRetryable: true,
        });
      },
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(30));
      stage.world.sliceItems = 3;

      const failure = await failureOf((await startDay(stage, DAY)).result());

      assert.equal(failure.type, 'staging-refused');
      assert.match(failure.message, /Azure Storage refuses access\..*o2-archiver run/);
      assert.ok(stage.world.reports.has(DAY));
    },
  );
});

test('a day that looks for a place among many batches is not held up by one that fails', async () => {
  const imports = gate();
  await onStage(
    temporal,
    (world) => ({
      openItems: async (input) => {
        if (input.slice.from === 0) {
          throw ApplicationFailure.create({ type: 'staging-refused', nonRetryable: true });
        }
        return world.activities.openItems(input);
      },
      import: async (input) => {
        await imports.pass();
        return world.activities.import(input);
      },
    }),
    async (stage) => {
      stage.world.site.set(DAY, keysOf(40));
      stage.world.sliceItems = 2;
      const day = await startDay(stage, DAY);
      await until('imports are on their way', () => (imports.waiting() > 0 ? true : null));
      imports.open();

      assert.equal((await failureOf(day.result())).type, 'staging-refused');
    },
  );
});
