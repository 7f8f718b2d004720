import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { dayWorkflowId } from '../../src/domain/ids.ts';
import type { DayResult } from '../../src/workflows/contracts.ts';
import { fakeWorld, type FakeWorld } from '../support/fake-activities.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

const DAY = '2026-11-21';
const KEY = '0'.repeat(64);

let temporal: TestTemporal;

before(async () => {
  temporal = await startTestTemporal();
});
after(() => temporal.stop());

async function runOf(world: FakeWorld, beside: () => Promise<void> = async () => undefined) {
  const taskQueue = `test-${randomUUID()}`;
  const connector = `c${randomUUID().slice(0, 8)}`;
  const worker = await Worker.create({
    connection: temporal.native,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: world.activities,
  });
  return worker.runUntil(async () => {
    const run = temporal.client.workflow.execute('archiveDay', {
      taskQueue,
      workflowId: dayWorkflowId(connector, DAY),
      args: [{ connector, day: DAY }],
    }) as Promise<DayResult>;
    const [result] = await Promise.allSettled([run, beside()]);
    return result;
  });
}

test('the report is brought to each reader, and people are told that the day is over', async () => {
  const world = fakeWorld();
  world.site.set(DAY, [KEY]);
  world.readers = 2;

  const { status } = await runOf(world);

  assert.equal(status, 'fulfilled');
  assert.deepEqual(
    world.delivered.map(({ day, number, reader }) => [day, number, reader]),
    [
      [DAY, 1, 0],
      [DAY, 1, 1],
    ],
  );
  const [end] = world.ends;
  assert.equal(world.ends.length, 1);
  assert.deepEqual([end?.failure, end?.closedDays, end?.isReportUndelivered], [null, [DAY], false]);
});

test('a reader who cannot have the report is an alarm and does not fail the day', async () => {
  const world = fakeWorld();
  world.site.set(DAY, [KEY]);
  world.readers = 2;
  world.closedReaders = [0];

  const { status } = await runOf(world);

  assert.equal(status, 'fulfilled');
  assert.deepEqual(
    world.delivered.map(({ reader }) => reader),
    [1],
  );
  assert.equal(world.ends[0]?.isReportUndelivered, true);
});

test('a late day whose books do not balance is named by the day that worked it off', async () => {
  const world = fakeWorld();
  const late = '2026-11-18';
  const { reconcile } = world.activities;
  world.lookback = [late];
  world.site.set(DAY, [KEY]);
  world.site.set(late, ['1'.repeat(64)]);
  world.activities.reconcile = async (input) => {
    const books = await reconcile(input);
    return input.day === late ? { ...books, balances: false } : books;
  };

  const run = await runOf(world);

  assert.equal(run.status, 'fulfilled');
  const { day, balances, unbalanced } = run.value;
  assert.deepEqual([day, balances, unbalanced], [DAY, true, [late]]);
});

test('a day without delivery is told with its reason, after its report was brought', async () => {
  const world = fakeWorld();
  world.readers = 1;

  const { status } = await runOf(world);

  assert.equal(status, 'rejected');
  assert.equal(world.delivered.length, 1);
  assert.deepEqual(
    world.ends.map(({ failure, closedDays }) => [failure, closedDays]),
    [['no-delivery', [DAY]]],
  );
});

test('that people could not be told does not change how the day ends', async () => {
  const world = fakeWorld();
  world.site.set(DAY, [KEY]);
  world.activities.tellAlarms = () => {
    throw ApplicationFailure.create({ type: 'notify-unreachable', nonRetryable: true });
  };

  const { status } = await runOf(world);

  assert.equal(status, 'fulfilled');
});

test('people are told of a site that keeps the run waiting, while it goes on waiting', async () => {
  const world = fakeWorld();
  world.site.set(DAY, [KEY]);
  world.fetchAlarmMs = 1;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  world.siteAnswers = promise;

  const { status } = await runOf(world, async () => {
    await until('an alarm', () => world.ends[0] ?? null);
    resolve(undefined);
  });

  assert.equal(status, 'fulfilled');
  assert.deepEqual(
    world.ends.map(({ failure }) => failure),
    ['fetch-delayed', null],
  );
});
