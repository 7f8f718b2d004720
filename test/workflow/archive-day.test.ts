import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import {
  ScheduleOverlapPolicy,
  WorkflowFailedError,
  type ScheduleHandle,
  type WorkflowHandle,
} from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { dayWorkflowId, itemWorkflowId } from '../../src/domain/ids.ts';
import type { DayProgress, DayResult } from '../../src/workflows/contracts.ts';
import { fakeWorld, type FakeWorld } from '../support/fake-activities.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { keysOf } from '../support/workflow-stage.ts';

let temporal: TestTemporal;

before(async () => {
  temporal = await startTestTemporal();
});
after(() => temporal.stop());

/** A connector of its own per test: ids never meet. */
async function inWorld(
  work: (world: FakeWorld, connector: string, taskQueue: string) => Promise<void>,
): Promise<void> {
  const world = fakeWorld();
  const taskQueue = `test-${randomUUID()}`;
  const worker = await Worker.create({
    connection: temporal.native,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: world.activities,
  });
  await worker.runUntil(work(world, `c${randomUUID().slice(0, 8)}`, taskQueue));
}

function runDay(connector: string, taskQueue: string, day: string, retry?: object) {
  return temporal.client.workflow.execute('archiveDay', {
    taskQueue,
    workflowId: dayWorkflowId(connector, day),
    args: [{ connector, day, ...(retry === undefined ? {} : { retry }) }],
  }) as Promise<DayResult>;
}

async function failureOf(run: Promise<unknown>): Promise<ApplicationFailure> {
  try {
    await run;
  } catch (error) {
    assert.ok(error instanceof WorkflowFailedError);
    assert.ok(error.cause instanceof ApplicationFailure);
    return error.cause;
  }
  throw new assert.AssertionError({ message: 'the workflow did not fail' });
}

test('a day starts one child workflow for each item, and one copy is made of each', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-21', keysOf(60));
    world.sliceItems = 25;

    const result = await runDay(connector, taskQueue, '2026-11-21');

    assert.deepEqual(result.thisRun, { started: 60, imported: 60, unchanged: 0 });
    assert.equal(new Set(world.copies).size, 60);
    assert.equal(world.copies.length, 60);
    for (const key of keysOf(60)) {
      const { status } = await temporal.client.workflow
        .getHandle(itemWorkflowId(connector, key))
        .describe();
      assert.equal(status.name, 'COMPLETED');
    }
  });
});

test('a finished day run again starts nothing and says so', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-21', keysOf(10));
    await runDay(connector, taskQueue, '2026-11-21');

    const again = await runDay(connector, taskQueue, '2026-11-21');

    assert.deepEqual(again.thisRun, { started: 0, imported: 0, unchanged: 10 });
    assert.equal(world.copies.length, 10);
  });
});

test('an item that fails is red with its reason, and its siblings and the day go on', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    const keys = keysOf(8);
    const bad = keys[3] ?? '';
    world.site.set('2026-11-21', keys);
    world.refused.set(bad, 'mailbox-full');

    const result = await runDay(connector, taskQueue, '2026-11-21');

    assert.equal(result.outcome, 'partial');
    assert.equal(world.copies.length, 7);
    const failure = await failureOf(
      temporal.client.workflow.getHandle(itemWorkflowId(connector, bad)).result(),
    );
    assert.equal(failure.type, 'mailbox-full');
    assert.match(failure.message, /quota/);
    assert.match(failure.message, /o2-archiver retry --connector \w+ --item/);
    assert.equal(world.receipts.get(bad)?.outcome, 'failed');
  });
});

test('a retry starts what is not archived under the same id, and nothing else', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    const keys = keysOf(8);
    const bad = keys[3] ?? '';
    world.site.set('2026-11-21', keys);
    world.refused.set(bad, 'mailbox-full');
    await runDay(connector, taskQueue, '2026-11-21');
    world.refused.clear();

    const result = await runDay(connector, taskQueue, '2026-11-21', {});

    assert.deepEqual(result.thisRun, { started: 1, imported: 1, unchanged: 7 });
    assert.equal(result.outcome, 'complete');
    assert.equal(world.copies.length, 8);
  });
});

test('a day of more slices than one run takes continues as new and loses nothing', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-21', keysOf(35));
    world.sliceItems = 5;
    world.slicesPerRun = 2;

    const result = await runDay(connector, taskQueue, '2026-11-21');

    assert.deepEqual(result.thisRun, { started: 35, imported: 35, unchanged: 0 });
    assert.equal(new Set(world.copies).size, 35);
    const history = await temporal.client.workflow
      .getHandle(dayWorkflowId(connector, '2026-11-21'))
      .fetchHistory();
    const [event] = history.events ?? [];
    const started = event?.workflowExecutionStartedEventAttributes;
    const { runId } = await temporal.client.workflow
      .getHandle(dayWorkflowId(connector, '2026-11-21'))
      .describe();
    assert.notEqual(runId, started?.firstExecutionRunId);
  });
});

test('two runs of one day at once end well, and one copy is made of each item', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-21', keysOf(40));

    const results = await Promise.all(
      ['a', 'b'].map(
        (suffix) =>
          temporal.client.workflow.execute('archiveDay', {
            taskQueue,
            workflowId: `${dayWorkflowId(connector, '2026-11-21')}-${suffix}`,
            args: [{ connector, day: '2026-11-21' }],
          }) as Promise<DayResult>,
      ),
    );

    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['complete', 'complete'],
    );
    assert.equal(new Set(world.copies).size, 40);
  });
});

test('an empty package makes an empty day', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-21', []);

    assert.equal((await runDay(connector, taskQueue, '2026-11-21')).outcome, 'empty');
  });
});

test('a day without a package fails as no-delivery, with the command to type', async () => {
  await inWorld(async (_world, connector, taskQueue) => {
    const failure = await failureOf(runDay(connector, taskQueue, '2026-11-21'));

    assert.equal(failure.type, 'no-delivery');
    assert.match(failure.message, /o2-archiver run --connector .* --day 2026-11-21/);
  });
});

test('a scheduled run archives what there is of other days before it waits for its own', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-19', keysOf(5));
    world.lookback = ['2026-11-19'];
    world.waitUntilMs = Date.now() + 3_600_000;
    const schedule = await createSchedule(connector, taskQueue);
    await schedule.backfill({
      start: new Date('2026-11-21T00:00:00Z'),
      end: new Date('2026-11-21T23:00:00Z'),
      overlap: ScheduleOverlapPolicy.BUFFER_ALL,
    });
    const day = temporal.client.workflow.getHandle(
      `${dayWorkflowId(connector)}-2026-11-21T02:00:00Z`,
    );

    await until('the day waits', async () => ((await stageOf(day)) === 'waiting' ? true : null));

    assert.equal(world.copies.length, 5);
    await day.terminate();
    await schedule.delete();
  });
});

test('a day whose package is still being written fails so, and gets no report', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.growing = ['2026-11-21'];

    const failure = await failureOf(runDay(connector, taskQueue, '2026-11-21'));

    assert.equal(failure.type, 'package-not-ready');
    assert.equal(world.reports.has('2026-11-21'), false);
  });
});

test('a plain backfill of three days gives three runs, each with its own day', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    const days = ['2026-11-18', '2026-11-19', '2026-11-20'];
    for (const [at, day] of days.entries())
      world.site.set(day, keysOf(30).slice(at * 10, at * 10 + 10));
    const schedule = await createSchedule(connector, taskQueue);

    execFileSync(temporal.cliPath, [
      ...['schedule', 'backfill', '--address', temporal.address],
      ...['--schedule-id', schedule.scheduleId, '--overlap-policy', 'BufferAll'],
      ...['--start-time', '2026-11-19T00:00:00Z', '--end-time', '2026-11-21T23:00:00Z'],
    ]);
    const results = await Promise.all(
      ['19', '20', '21'].map((date) =>
        resultOnceStarted(`${dayWorkflowId(connector)}-2026-11-${date}T02:00:00Z`),
      ),
    );

    assert.deepEqual(
      results.map(({ day, thisRun }) => [day, thisRun.started]),
      days.map((day) => [day, 10]),
    );
    await schedule.delete();
  });
});

test('a scheduled run first starts each earlier day without a report', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-18', keysOf(3));
    world.site.set('2026-11-20', keysOf(6).slice(3));
    world.gaps = ['2026-11-17', '2026-11-18'];
    world.reports.add('2026-11-17');
    const schedule = await createSchedule(connector, taskQueue);

    await schedule.backfill({
      start: new Date('2026-11-21T00:00:00Z'),
      end: new Date('2026-11-21T23:00:00Z'),
      overlap: ScheduleOverlapPolicy.BUFFER_ALL,
    });
    const own = await resultOnceStarted(`${dayWorkflowId(connector)}-2026-11-21T02:00:00Z`);
    const healed = await resultOnceStarted(dayWorkflowId(connector, '2026-11-18'));

    assert.equal(own.day, '2026-11-20');
    assert.equal(healed.day, '2026-11-18');
    assert.equal(world.copies.length, 6);
    await schedule.delete();
  });
});

test('progress is answered by the day, and its search attributes find it', async () => {
  await inWorld(async (world, connector, taskQueue) => {
    world.site.set('2026-11-21', keysOf(5));
    await runDay(connector, taskQueue, '2026-11-21');

    const handle = temporal.client.workflow.getHandle(dayWorkflowId(connector, '2026-11-21'));
    const progress = await handle.query<DayProgress>('progress');
    const { typedSearchAttributes } = await handle.describe();

    assert.equal(progress.stage, 'done');
    assert.equal(progress.settled, 5);
    const found = Object.fromEntries(
      typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    assert.equal(found['O2ArchiveDay'], '2026-11-21');
    assert.equal(found['O2Outcome'], 'complete');
    assert.equal(found['O2Items'], 5);
  });
});

function createSchedule(connector: string, taskQueue: string): Promise<ScheduleHandle> {
  return temporal.client.schedule.create({
    scheduleId: `o2-archive:${connector}`,
    spec: { calendars: [{ hour: 2 }] },
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ALL, catchupWindow: '30 days' },
    action: {
      type: 'startWorkflow',
      workflowType: 'archiveDay',
      workflowId: dayWorkflowId(connector),
      taskQueue,
      args: [{ connector }],
    },
    state: { paused: true },
  });
}

/** A schedule starts its runs a moment after it was told to. */
async function resultOnceStarted(workflowId: string): Promise<DayResult> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  await until(`${workflowId} is started`, async () => ((await isStarted(handle)) ? true : null));
  return (await handle.result()) as DayResult;
}

async function isStarted(handle: WorkflowHandle): Promise<boolean> {
  try {
    await handle.describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

async function stageOf(handle: WorkflowHandle): Promise<string | null> {
  if (!(await isStarted(handle))) return null;
  return (await handle.query<DayProgress>('progress')).stage;
}
