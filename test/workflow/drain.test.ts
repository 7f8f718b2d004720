import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { dayWorkflowId } from '../../src/domain/ids.ts';
import type {
  DayProgress,
  DayResult,
  Drained,
  SettledCases,
} from '../../src/workflows/contracts.ts';
import { fakeWorld, type FakeWorld } from '../support/fake-activities.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { keysOf } from '../support/workflow-stage.ts';

const DAY = '2026-11-21';
const WORD: Drained = { by: 'ops@host', since: '2026-11-22T09:00:00Z' };
/** Items of one batch in flight (src/workflows). */
const ITEMS_IN_FLIGHT = 25;
/** Looks at the flag that are enough to see whether they leave anything in a history. */
const LOOKS = 10;

let temporal: TestTemporal;
before(async () => {
  temporal = await startTestTemporal();
});
after(() => temporal.stop());

interface Stage {
  readonly world: FakeWorld;
  readonly connector: string;
  readonly taskQueue: string;
  /** Item keys whose import was begun. */
  readonly begun: string[];
  /** Lets imports end: those at work and all to come, or none. */
  readonly gate: { open(): void; close(): void };
  /** How often somebody looked at the flag while it was there. */
  looks: number;
}

/** A world whose imports wait at a gate, and whose flag is looked at ten times a second. */
async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const world = fakeWorld();
  const { activities } = world;
  let free = Promise.withResolvers<undefined>();
  free.resolve(undefined);
  const stage: Stage = {
    world,
    connector: `c${randomUUID().slice(0, 8)}`,
    taskQueue: `test-${randomUUID()}`,
    begun: [],
    gate: {
      open: () => free.resolve(undefined),
      close: () => (free = Promise.withResolvers<undefined>()),
    },
    looks: 0,
  };
  const worker = await Worker.create({
    connection: temporal.native,
    taskQueue: stage.taskQueue,
    workflowBundle: await workflowBundle(),
    activities: {
      ...activities,
      listSlices: (input: Parameters<typeof activities.listSlices>[0]) =>
        activities.listSlices(input),
      import: async (input: Parameters<typeof activities.import>[0]) => {
        stage.begun.push(input.item.itemKey);
        await free.promise;
        return activities.import(input);
      },
      awaitDrainEnd: async () => {
        if (world.drained === null) return;
        stage.looks += 1;
        throw ApplicationFailure.create({ type: 'drained', nextRetryDelay: 100 });
      },
    },
  });
  await worker.runUntil(work(stage));
}

function startDay({ connector, taskQueue }: Stage): Promise<WorkflowHandle> {
  return temporal.client.workflow.start('archiveDay', {
    taskQueue,
    workflowId: dayWorkflowId(connector, DAY),
    args: [{ connector, day: DAY }],
  });
}

const progressOf = (day: WorkflowHandle) => day.query<DayProgress>('progress');

/** Names of the activities in a run's history. */
async function activitiesOf(run: WorkflowHandle): Promise<string[]> {
  const { events = [] } = await run.fetchHistory();
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
  );
}

const looksAt = (stage: Stage, looks: number) =>
  until('the flag is looked at', () => (stage.looks >= looks ? true : null));

test('a drained batch starts nothing more, ends what is in flight, and goes on when the drain ends', async () => {
  await onStage(async (stage) => {
    const { world, gate } = stage;
    world.site.set(DAY, keysOf(60));
    gate.close();
    const day = await startDay(stage);
    await until('the window is full', () => (stage.begun.length === ITEMS_IN_FLIGHT ? true : null));

    world.drained = WORD;
    await day.signal('drain', WORD);
    await looksAt(stage, 1);
    gate.open();
    await until('what was in flight has ended', () =>
      world.receipts.size === ITEMS_IN_FLIGHT ? true : null,
    );
    // The word that the drain has ended counts for nothing while the flag is there.
    await day.signal('drain', null);
    await looksAt(stage, stage.looks + LOOKS);

    assert.equal(stage.begun.length, ITEMS_IN_FLIGHT);
    assert.deepEqual((await progressOf(day)).drained, WORD);
    world.drained = null;
    await day.signal('drain', null);
    const result = (await day.result()) as DayResult;
    assert.deepEqual(result.thisRun, { started: 60, imported: 60, unchanged: 0 });
    assert.equal(world.copies.length, 60);
    assert.equal((await progressOf(day)).drained, undefined);
  });
});

test('a look at the flag leaves nothing in the history of a day or of its batch', async () => {
  await onStage(async (stage) => {
    const { world, gate } = stage;
    world.site.set(DAY, keysOf(30));
    gate.close();
    const day = await startDay(stage);
    await until('the window is full', () => (stage.begun.length === ITEMS_IN_FLIGHT ? true : null));
    world.drained = WORD;
    await day.signal('drain', WORD);
    gate.open();
    const [batchId = ''] = (await progressOf(day)).running;
    const batch = temporal.client.workflow.getHandle(batchId);
    const steps = () => Promise.all([day, batch].map(activitiesOf));
    await until('nothing is in flight', async () =>
      (await batch.describe()).raw.pendingChildren?.length === 0 ? true : null,
    );
    await looksAt(stage, stage.looks + 2);

    const before = await steps();
    await looksAt(stage, stage.looks + 2 * LOOKS);

    assert.deepEqual(await steps(), before);
    world.drained = null;
    await day.result();
    assert.equal(world.copies.length, 30);
  });
});

test('a day that starts while drained waits before its first step, and needs no signal to go on', async () => {
  await onStage(async (stage) => {
    const { world } = stage;
    world.site.set(DAY, keysOf(3));
    world.drained = WORD;
    const day = await startDay(stage);

    await looksAt(stage, LOOKS);

    assert.deepEqual((await progressOf(day)).drained, WORD);
    assert.deepEqual(world.fetches, []);
    world.drained = null;
    assert.equal(((await day.result()) as DayResult).outcome, 'complete');
  });
});

test('a batch that begins after the flag was set starts no item, also when no signal came', async () => {
  await onStage(async (stage) => {
    const { world } = stage;
    world.site.set(DAY, keysOf(4));
    const { listSlices } = world.activities;
    world.activities.listSlices = async (input) => {
      world.drained = WORD;
      return listSlices(input);
    };
    const day = await startDay(stage);

    await looksAt(stage, LOOKS);

    assert.deepEqual(stage.begun, []);
    world.activities.listSlices = listSlices;
    world.drained = null;
    await day.result();
    assert.equal(world.copies.length, 4);
  });
});

test('a day that continues as new takes the drain along', async () => {
  await onStage(async (stage) => {
    const { world, gate } = stage;
    world.site.set(DAY, keysOf(3));
    world.sliceItems = 1;
    world.slicesPerRun = 1;
    gate.close();
    const day = await startDay(stage);
    await until('the first run is at work', () => (stage.begun.length === 1 ? true : null));
    gate.open();
    gate.close();
    await until('the second run is at work', () => (stage.begun.length === 2 ? true : null));
    const second = (await temporal.client.workflow.getHandle(day.workflowId).describe()).runId;

    world.drained = WORD;
    await temporal.client.workflow.getHandle(day.workflowId).signal('drain', WORD);
    await looksAt(stage, 1);
    gate.open();
    await until('the third run has begun', async () => {
      const { runId } = await temporal.client.workflow.getHandle(day.workflowId).describe();
      return runId === second ? null : true;
    });
    await looksAt(stage, stage.looks + LOOKS);

    assert.equal(stage.begun.length, 2);
    const current = temporal.client.workflow.getHandle(day.workflowId);
    assert.deepEqual((await progressOf(current)).drained, WORD);
    world.drained = null;
    await current.signal('drain', null);
    assert.deepEqual(((await day.result()) as DayResult).thisRun, {
      started: 3,
      imported: 3,
      unchanged: 0,
    });
  });
});

test('cases that an operator opens again are not tried while drained', async () => {
  await onStage(async (stage) => {
    const { world, connector, taskQueue } = stage;
    const keys = keysOf(3);
    world.site.set(DAY, keys);
    for (const key of keys) world.refused.set(key, 'mailbox-full');
    await (await startDay(stage)).result();
    world.refused.clear();
    stage.begun.length = 0;
    world.drained = WORD;
    world.requests.set('again', { action: 'unwaive', day: DAY, keys });
    const cases = await temporal.client.workflow.start('settleCases', {
      taskQueue,
      workflowId: `o2-cases:${connector}:again`,
      args: [{ connector, request: 'again' }],
    });

    await looksAt(stage, LOOKS);

    assert.deepEqual(stage.begun, []);
    await cases.signal('drain', WORD);
    world.drained = null;
    await cases.signal('drain', null);
    const { days } = (await cases.result()) as SettledCases;
    assert.deepEqual(days[0]?.thisRun, { started: 3, imported: 3, unchanged: 0 });
  });
});
