import { dayWorkflowId } from '../src/domain/ids.ts';
import { DRAIN_SIGNAL, type Drained } from '../src/workflows/contracts.ts';
import { until } from '../test/support/until.ts';
import { DAY, type Stage, type Way } from './recorded-stage.ts';

/** Every place at which a drain meets a run. */
export const DRAINED_RUNS: readonly Way[] = [
  async function ofADayThatIsDrained(stage) {
    // More than a window: what is in flight ends, and the rest waits.
    stage.world.site.set(DAY, stage.items(30));
    const isFree = Promise.withResolvers<undefined>();
    const { import: importCopy } = stage.activities;
    let begun = 0;
    stage.activities.import = async (input) => {
      begun += 1;
      await isFree.promise;
      return importCopy(input);
    };

    const day = stage.runDay(DAY, 'drained');
    const workflowId = `${dayWorkflowId(stage.connector, DAY)}-drained`;
    await until('the window is full', () => (begun === 25 ? true : null));
    await drain(stage, workflowId);
    isFree.resolve(undefined);
    await until('what was in flight has ended', () =>
      stage.world.receipts.size === 25 ? true : null,
    );
    await endDrain(stage, workflowId);
    const runId = await day;

    await stage.keep('archiveDay.drained', stage.lastDay);
    await stage.keepBatch('drained', runId);
  },

  async function ofADayThatStartsWhileDrained(stage) {
    stage.world.site.set(DAY, stage.items(1));
    stage.world.drained = DRAINED;

    const day = stage.runDay(DAY, 'begun-drained');
    const workflowId = `${dayWorkflowId(stage.connector, DAY)}-begun-drained`;
    await stage.recorded(workflowId, 'activityTaskCompletedEventAttributes');
    await endDrain(stage, workflowId);
    await day;

    await stage.keep('archiveDay.begun-drained', stage.lastDay);
  },

  async function ofADrainedDayThatContinuesAsNew(stage) {
    stage.world.site.set(DAY, stage.items(3));
    stage.world.sliceItems = 1;
    stage.world.slicesPerRun = 1;
    const isFree = Promise.withResolvers<undefined>();
    const { import: importCopy } = stage.activities;
    let begun = 0;
    stage.activities.import = async (input) => {
      begun += 1;
      if (begun === 2) await isFree.promise;
      return importCopy(input);
    };

    const day = stage.runDay(DAY, 'drained-anew');
    const workflowId = `${dayWorkflowId(stage.connector, DAY)}-drained-anew`;
    await until('the second run is at work', () => (begun === 2 ? true : null));
    const run = stage.client.workflow.getHandle(workflowId);
    const { runId: second } = await run.describe();
    await drain(stage, workflowId);
    isFree.resolve(undefined);
    await until('the third run has begun', async () =>
      (await run.describe()).runId === second ? null : true,
    );
    await endDrain(stage, workflowId);
    await day;

    await stage.keep('archiveDay.continues-drained', stage.lastDay, second);
    await stage.keep('archiveDay.continued-drained', stage.lastDay);
  },

  async function ofCasesThatAreDrained(stage) {
    const [key = ''] = stage.items(1);
    stage.world.site.set(DAY, [key]);
    stage.world.refused.set(key, 'mailbox-full');
    await stage.runDay(DAY);
    stage.world.refused.clear();
    stage.world.drained = DRAINED;

    const { workflowId } = await stage.beginToSettle('unwaive', [key]);
    await drain(stage, workflowId);
    await endDrain(stage, workflowId);
    await stage.client.workflow.getHandle(workflowId).result();

    await stage.keep('settleCases.drained', workflowId);
  },
];

const DRAINED: Drained = { by: 'operator@host', since: '2026-11-22T09:00:00Z' };

/** As `o2-archiver drain`: the flag, then the word; until the run waits by it. */
async function drain(stage: Stage, workflowId: string): Promise<void> {
  const run = stage.client.workflow.getHandle(workflowId);
  stage.world.drained = DRAINED;
  await run.signal(DRAIN_SIGNAL, DRAINED);
  await until(`${workflowId} waits`, async () => {
    const { raw } = await run.describe();
    const isWaiting = raw.pendingActivities?.some(
      ({ activityType }) => activityType?.name === 'awaitDrainEnd',
    );
    return isWaiting === true ? true : null;
  });
}

async function endDrain(stage: Stage, workflowId: string): Promise<void> {
  stage.world.drained = null;
  await stage.client.workflow.getHandle(workflowId).signal(DRAIN_SIGNAL, null);
}
