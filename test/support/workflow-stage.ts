import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../src/activities/index.ts';
import { dayWorkflowId } from '../../src/domain/ids.ts';
import { fakeWorld, type FakeWorld } from './fake-activities.ts';
import type { TestTemporal } from './temporal.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** The workflows over a world in memory, for one test. */
export interface Stage {
  readonly client: Client;
  readonly world: FakeWorld;
  readonly connector: string;
  readonly taskQueue: string;
}

/** Works in a world of its own; `replaced` are the activities that the test is about. */
export async function onStage(
  temporal: TestTemporal,
  replace: (world: FakeWorld) => Partial<Activities>,
  work: (stage: Stage) => Promise<void>,
): Promise<void> {
  const world = fakeWorld();
  const taskQueue = `test-${randomUUID()}`;
  const worker = await Worker.create({
    connection: temporal.native,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { ...world.activities, ...replace(world) },
    maxConcurrentActivityTaskExecutions: 400,
  });
  const connector = `c${randomUUID().slice(0, 8)}`;
  await worker.runUntil(work({ client: temporal.client, world, taskQueue, connector }));
}

export const keysOf = (count: number) =>
  Array.from({ length: count }, (_, at) => at.toString(16).padStart(64, '0'));

export function startDay({ client, connector, taskQueue }: Stage, day: string) {
  return client.workflow.start('archiveDay', {
    taskQueue,
    workflowId: dayWorkflowId(connector, day),
    args: [{ connector, day }],
  });
}

/** A batch of the day's first items. */
export function startBatch({ client, connector, taskQueue }: Stage, day: string, items: number) {
  return client.workflow.start('archiveBatch', {
    taskQueue,
    workflowId: `batch-${connector}`,
    args: [
      {
        ...{ connector, run: 'run', parkMs: 60_000 },
        slice: { day, index: `index/${day}`, from: 0, to: items },
      },
    ],
  });
}

/** Imports that wait until they are let go, and how many of them wait. */
export function gate() {
  let waiting: (() => void)[] = [];
  let isOpen = false;
  return {
    waiting: () => waiting.length,
    pass: async () => {
      if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    letOneGo: () => waiting.shift()?.(),
    open() {
      isOpen = true;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}
