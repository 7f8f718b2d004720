import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import type { ImportActivityInput } from '../../src/activities/import.ts';
import type { ArchiveItemInput, ItemResult } from '../../src/workflows/contracts.ts';
import { aReference } from '../support/builders.ts';
import { fakeWorld } from '../support/fake-activities.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

/** Of one item (src/workflows): the server lets a workflow have 2,000 activities open. */
const COPIES_AT_ONCE = 200;
const MAILBOXES = 220;

let temporal: TestTemporal;
before(async () => {
  temporal = await startTestTemporal();
});
after(() => temporal.stop());

test('an item of thousands of mailboxes goes to each of them, some at a time', async () => {
  const world = fakeWorld();
  const mailboxes = Array.from({ length: MAILBOXES }, (_, at) => {
    return { id: `mailbox-${String(at)}`, rule: 'automatic', mappingVersion: null } as const;
  });
  const taskQueue = 'many-parties';
  const full = Promise.withResolvers<null>();
  let [open, mostOpen] = [0, 0];
  const worker = await Worker.create({
    connection: temporal.native,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: {
      ...world.activities,
      map: () => Promise.resolve({ mailboxes, held: [], attempts: 1 }),
      import: async (input: ImportActivityInput) => {
        open += 1;
        mostOpen = Math.max(mostOpen, open);
        // The first ones end when all that may be open are.
        if (open === COPIES_AT_ONCE) full.resolve(null);
        await full.promise;
        open -= 1;
        return world.activities.import(input);
      },
    },
    maxConcurrentActivityTaskExecutions: 400,
  });
  const item = aReference();
  const input: ArchiveItemInput = { run: 'run', parkMs: 60_000, item };

  const result = (await worker.runUntil(
    temporal.client.workflow.execute('archiveItem', {
      taskQueue,
      workflowId: 'many',
      args: [input],
    }),
  )) as ItemResult;

  assert.deepEqual([result.outcome, result.imported], ['imported', MAILBOXES]);
  assert.equal(mostOpen, COPIES_AT_ONCE);
  assert.deepEqual(
    world.receipts.get(item.itemKey)?.mailboxes.map(({ id }) => id),
    mailboxes.map(({ id }) => id),
  );
});
