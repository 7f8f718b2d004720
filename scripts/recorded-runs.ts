import { ApplicationFailure } from '@temporalio/activity';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import {
  dayWorkflowId,
  itemWorkflowId,
  rehearsalWorkflowId,
  scheduleId,
} from '../src/domain/ids.ts';
import type { TestTemporal } from '../test/support/temporal.ts';
import { until } from '../test/support/until.ts';
import { DRAINED_RUNS } from './recorded-drains.ts';
import { DAY, Stage, type RecordedRun, type Way } from './recorded-stage.ts';

const EARLIER = '2026-11-18';

/** Every way through the workflows that their code distinguishes. */
export async function* recordedRuns(temporal: TestTemporal): AsyncIterable<RecordedRun> {
  for (const way of [...WAYS, ...DRAINED_RUNS]) {
    const stage = new Stage(temporal);
    yield* await stage.play(way);
  }
}

const WAYS: readonly Way[] = [
  async function ofAnOrdinaryDay(stage) {
    // More items than a batch's window has places, in more than one batch.
    const keys = stage.items(30);
    stage.world.site.set(DAY, keys);
    stage.world.sliceItems = 27;

    const runId = await stage.runDay(DAY);

    await stage.keep('archiveDay.by-hand', stage.lastDay);
    await stage.keepBatch('full-window', runId);
    await stage.keepItem('clean', keys[0]);
    const again = await stage.runDay(DAY);
    await stage.keep('archiveDay.nothing-to-do', stage.lastDay);
    await stage.keepBatch('nothing-to-do', again);
  },

  async function ofItemsThatAreNotForOneMailbox(stage) {
    const [both, held, nobody] = stage.items(3);
    stage.world.site.set(DAY, [both, held, nobody].map(String));
    const { map } = stage.activities;
    stage.activities.map = async (input) => {
      const mapped = await map(input);
      const second = { id: 'mailbox-2', rule: 'automatic', mappingVersion: null } as const;
      const someone = { role: 'to', position: 0, reason: 'no-user', person: 'dd' } as const;
      switch (input.item.itemKey) {
        case both:
          return { ...mapped, mailboxes: [...mapped.mailboxes, second] };
        case held:
          return { ...mapped, held: [someone] };
        default:
          return { ...mapped, mailboxes: [], held: [someone] };
      }
    };

    const runId = await stage.runDay(DAY);

    await stage.keepItem('two-mailboxes', both);
    await stage.keepItem('held-for-one', held);
    await stage.keepItem('held-for-all', nobody);
    await stage.keepBatch('held-items', runId);
  },

  async function ofItemsThatFail(stage) {
    const [refused, retried, unreadable, corrupt] = stage.items(4);
    stage.world.site.set(DAY, [refused, retried, unreadable, corrupt].map(String));
    stage.world.refused.set(refused ?? '', 'mailbox-full');
    const { convert, import: importCopy } = stage.activities;
    stage.activities.convert = async (item) => {
      if (item.itemKey === unreadable) {
        return { outcome: 'failed', reason: 'unreadable', attempts: 1 };
      }
      if (item.itemKey === corrupt) {
        throw ApplicationFailure.create({ type: 'staging-corrupt', nonRetryable: true });
      }
      return convert(item);
    };
    let tries = 0;
    stage.activities.import = async (input) => {
      if (input.item.itemKey === retried && (tries += 1) < 3) {
        throw ApplicationFailure.create({ type: 'throttled', nextRetryDelay: 100 });
      }
      return importCopy(input);
    };

    await stage.runDay(DAY);

    await stage.keepItem('failed-import', refused);
    await stage.keepItem('import-tried-again', retried);
    await stage.keepItem('unreadable', unreadable);
    await stage.keepItem('staging-corrupt', corrupt);
    stage.world.refused.clear();
    const runId = await stage.runDay(DAY, 'retry', { outcome: 'failed' });
    await stage.keep('archiveDay.retry', stage.lastDay);
    await stage.keepBatch('retry', runId);
  },

  async function ofAnItemDeliveredAgain(stage) {
    const [key] = stage.items(1);
    stage.world.site.set(DAY, [key ?? '']);
    const { convert } = stage.activities;
    stage.activities.convert = async (item) => ({ ...(await convert(item)), home: EARLIER });

    await stage.runDay(DAY);

    await stage.keepItem('redelivered', key);
  },

  async function ofAScheduleWithAGap(stage) {
    stage.world.site.set(EARLIER, stage.items(1));
    stage.world.site.set(DAY, stage.items(1));
    stage.world.gaps = [EARLIER];
    const schedule = await createSchedule(stage);
    const ranAt = '2026-11-22T02:00:00Z';

    await schedule.backfill(backfillOf('2026-11-22'));
    const workflowId = `${dayWorkflowId(stage.connector)}-${ranAt}`;
    await ended(stage, workflowId);
    await ended(stage, dayWorkflowId(stage.connector, EARLIER));
    await schedule.delete();

    await stage.keep('archiveDay.scheduled-with-a-gap', workflowId);
  },

  async function ofAScheduledRunThatWaits(stage) {
    stage.world.waitUntilMs = Date.now() + 3_600_000;
    const schedule = await createSchedule(stage);

    await schedule.backfill(backfillOf('2026-11-25'));
    const workflowId = `${dayWorkflowId(stage.connector)}-2026-11-25T02:00:00Z`;
    await stage.recorded(workflowId, 'timerStartedEventAttributes');

    await stage.keep('archiveDay.scheduled-and-waiting', workflowId);
    await stage.client.workflow.getHandle(workflowId).terminate('recorded');
    await schedule.delete();
  },

  async function ofADayOfMoreThanOneRun(stage) {
    stage.world.site.set(DAY, stage.items(6));
    stage.world.sliceItems = 2;
    stage.world.slicesPerRun = 2;

    const firstRunId = await stage.runDay(DAY);

    await stage.keep('archiveDay.continues-as-new', stage.lastDay, firstRunId);
    await stage.keep('archiveDay.continued-as-new', stage.lastDay);
  },

  async function ofADayWithoutDelivery(stage) {
    await stage.runDay(DAY);

    await stage.keep('archiveDay.no-delivery', stage.lastDay);
  },

  async function ofAStagingThatIsMissing(stage) {
    stage.activities.fetch = async () => {
      throw ApplicationFailure.create({ type: 'staging-container-missing', nonRetryable: true });
    };

    await stage.runDay(DAY);

    await stage.keep('archiveDay.failed-step', stage.lastDay);
  },

  async function ofATenantThatRefuses(stage) {
    const keys = stage.items(30);
    stage.world.site.set(DAY, keys);
    stage.activities.import = async () => {
      throw ApplicationFailure.create({ type: 'tenant-refused', nonRetryable: true });
    };

    const runId = await stage.runDay(DAY);

    await stage.keep('archiveDay.stopped', stage.lastDay);
    await stage.keepBatch('stopped', runId);
    await stage.keepItem('stopped', keys[0]);
  },

  async function ofItemsThatRunElsewhere(stage) {
    const runId = await besideAnother(stage, DAY);

    await stage.keepBatch('items-elsewhere', runId);
  },

  async function ofItemsThatAnotherDayHas(stage) {
    const runId = await besideAnother(stage, '2026-11-20');

    await stage.keepBatch('items-of-another-day', runId);
  },

  async function ofHeldItemsThatComeHome(stage) {
    const keys = stage.items(2);
    stage.world.site.set(DAY, []);
    stage.world.site.set(EARLIER, keys);
    stage.activities.revisitHeld = async () => [
      { slice: { day: EARLIER, index: `index/${EARLIER}`, from: 0, to: 2 }, keys },
    ];

    const runId = await stage.runDay(DAY);

    await stage.keep('archiveDay.held-came-home', stage.lastDay);
    await stage.keepBatch('only-keys', runId);
  },

  async function ofABatchThatIsParked(stage) {
    const [parked] = stage.items(1);
    stage.world.site.set(DAY, [parked ?? '']);
    const isFree = Promise.withResolvers<undefined>();
    const { import: importCopy } = stage.activities;
    stage.activities.import = async (input) => {
      await isFree.promise;
      return importCopy(input);
    };

    const day = stage.runDay(DAY, 'parked');
    const workflowId = `${dayWorkflowId(stage.connector, DAY)}-parked`;
    await stage.recorded(workflowId, 'workflowExecutionSignaledEventAttributes');
    isFree.resolve(undefined);
    const runId = await day;

    await stage.keep('archiveDay.batch-parked', stage.lastDay);
    await stage.keepBatch('parked', runId);
  },

  async function ofADryRun(stage) {
    stage.world.site.set(DAY, stage.items(2));
    const rehearse = async () => {
      const workflowId = rehearsalWorkflowId(stage.connector, DAY);
      const run = await stage.client.workflow.start('rehearseDay', {
        taskQueue: stage.taskQueue,
        workflowId,
        args: [{ connector: stage.connector, day: DAY }],
      });
      await run.result().catch(() => undefined);
      return workflowId;
    };

    await stage.keep('rehearseDay.tried', await rehearse());
    stage.activities.fetch = async () => {
      throw ApplicationFailure.create({ type: 'site-login-refused', nonRetryable: true });
    };
    await stage.keep('rehearseDay.failed-step', await rehearse());
  },

  async function ofCasesThatAnOperatorSettles(stage) {
    const keys = stage.items(5);
    stage.world.site.set(DAY, keys);
    for (const key of keys) stage.world.refused.set(key, 'mailbox-full');
    await stage.runDay(DAY);

    const waived = await stage.settle('waive', keys);
    await stage.keep('settleCases.waived', waived.workflowId);
    await stage.keepItem('waived', keys[0]);
    await stage.keepBatch('request', waived.runId);
    stage.world.refused.clear();
    const opened = await stage.settle('unwaive', keys.slice(0, 1));
    await stage.keep('settleCases.opened-again', opened.workflowId);
    await stage.keepItem('opened-again', keys[0]);
  },

  async function ofACopyThatIsCompleted(stage) {
    const [key] = stage.items(1);
    stage.world.site.set(DAY, [key ?? '']);
    stage.world.refused.set(key ?? '', 'mailbox-full');
    await stage.runDay(DAY);
    const { import: importCopy } = stage.activities;
    stage.activities.import = async (input) => {
      stage.world.refused.clear();
      return { ...(await importCopy(input)), notCompleted: 'ErrorMessageSizeExceeded' };
    };

    const runId = await stage.runDay(DAY, 'complete', { outcome: 'partial' });

    await stage.keepItem('not-completed', key);
    await stage.keepBatch('complete', runId);
  },
];

function createSchedule(stage: Stage) {
  return stage.client.schedule.create({
    scheduleId: scheduleId(stage.connector),
    spec: { calendars: [{ hour: 2 }] },
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ALL, catchupWindow: '30 days' },
    action: {
      type: 'startWorkflow',
      workflowType: 'archiveDay',
      workflowId: dayWorkflowId(stage.connector),
      taskQueue: stage.taskQueue,
      args: [{ connector: stage.connector }],
    },
    state: { paused: true },
  });
}

function backfillOf(date: string) {
  return {
    start: new Date(`${date}T00:00:00Z`),
    end: new Date(`${date}T23:00:00Z`),
    overlap: ScheduleOverlapPolicy.BUFFER_ALL,
  };
}

/** A schedule starts its runs a moment after it was told to. */
async function ended(stage: Stage, workflowId: string): Promise<void> {
  await until(`${workflowId} has ended`, async () => {
    const run = await stage.client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => null);
    return run === null || run.status.name === 'RUNNING' ? null : true;
  });
}

/** A run whose items another run has already, of this day or of another one with the same items. */
async function besideAnother(stage: Stage, otherDay: string): Promise<string> {
  const keys = stage.items(2);
  stage.world.site.set(DAY, keys);
  stage.world.site.set(otherDay, keys);
  const isFree = Promise.withResolvers<undefined>();
  const { import: importCopy } = stage.activities;
  stage.activities.import = async (input) => {
    await isFree.promise;
    return importCopy(input);
  };
  const ids = keys.map((key) => itemWorkflowId(stage.connector, key));
  stage.activities.awaitItems = async () => {
    isFree.resolve(undefined);
    await Promise.all(ids.map((id) => stage.client.workflow.getHandle(id).result()));
  };

  const first = stage.runDay(otherDay, 'first');
  await until('the first run has its items', async () => {
    const runs = await Promise.all(
      ids.map((id) =>
        stage.client.workflow
          .getHandle(id)
          .describe()
          .catch(() => null),
      ),
    );
    return runs.includes(null) ? null : true;
  });
  const runId = await stage.runDay(DAY, 'second');
  await first;
  return runId;
}
