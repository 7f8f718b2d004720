import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StatusDocument } from '../../../src/cli/status-document.ts';
import { pauseNote } from '../../../src/cli/missed-days.ts';
import { addDays, dayOf, daysBetween } from '../../../src/domain/archive-day.ts';
import type { WaivedDay } from '../../../src/domain/gaps.ts';
import { scheduleId } from '../../../src/domain/ids.ts';
import { staging, type Staging } from '../../../src/staging/staging.ts';
import { O2_ARCHIVE_DAY } from '../../../src/workflows/search-attributes.ts';
import { deliver, smsEml } from '../../support/delivery.ts';
import { openOffice, type Office } from '../../support/office.ts';
import { ALICE, BOB } from '../../support/test-tenant.ts';
import { until } from '../../support/until.ts';

const TODAY = dayOf(Date.now());
const FIRST = addDays(TODAY, -4);
const YESTERDAY = addDays(TODAY, -1);
/** Before the nominal times of three days, which are at midnight of the next. */
const PAUSED_AT_MS = Date.parse(`${addDays(TODAY, -3)}T12:00:00Z`);
const MISSED = daysBetween(addDays(TODAY, -3), YESTERDAY);
const SETTINGS = { schedule: { at: '00:00', catchupDays: 30 } };
const BY_HAND = 'o2';
const RESUMED = 'resumed';
const WAIVED = 'waived';

describe('a pause over three nominal days', () => {
  let office: Office;

  before(async () => {
    office = await openOffice({
      ...{ startDay: FIRST, users: [ALICE, BOB], mappingCsv: null, ownDomains: ['example.com'] },
      settings: SETTINGS,
      others: [RESUMED, WAIVED].map((id) => ({ id, settings: SETTINGS })),
    });
    await office.startWorker();
    const { client } = office.temporal;
    for (const connector of [BY_HAND, RESUMED, WAIVED]) {
      const applied = await office.cli('schedule', 'apply', '--connector', connector);
      assert.equal(applied.code, 0, applied.err);
      // As `schedule pause` left it days ago: the command writes the time into the note.
      const note = pauseNote('ops@host', PAUSED_AT_MS, 'storage account moves');
      await client.schedule.getHandle(scheduleId(connector)).pause(note);
    }
  });
  after(() => office.stop());

  const created = (): number =>
    Object.values(office.tenant.counters().created).reduce((sum, count) => sum + count, 0);

  const ask = async <T>(...args: string[]): Promise<T> => {
    const { code, out, err } = await office.cli(...args, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  const resume = (connector: string, ...flags: string[]) =>
    ask<{ days: readonly { day: string; outcome?: string }[]; waived?: readonly string[] }>(
      ...['schedule', 'resume', '--connector', connector, ...flags],
    );
  const deliverTo = async (connector: string, days: readonly string[]): Promise<void> => {
    const folder = connector === BY_HAND ? office.siteFolder : office.siteFolderOf(connector);
    for (const day of days) {
      const eml = smsEml({
        from: { number: '447700900001', address: 'alice@example.com' },
        to: [{ number: '447700900002', address: 'bob@example.com' }],
        owner: 'alice@example.com',
        text: `Of ${day}`,
        at: `${day}T09:00:00Z`,
        sourceId: `${connector}-${day}`,
      });
      await deliver(folder, { day, items: [{ name: 'a.eml', eml }] });
    }
  };
  /** The next run of the schedule, now, of yesterday; gives the days that it and its helpers ran. */
  const nextRun = async (connector: string): Promise<string[]> => {
    const handle = office.temporal.client.schedule.getHandle(scheduleId(connector));
    await handle.trigger();
    const { workflowId, firstExecutionRunId } = await until('the run starts', async () => {
      const [latest] = (await handle.describe()).info.recentActions.slice(-1);
      return latest?.action.workflow ?? null;
    });
    const run = office.temporal.client.workflow.getHandle(workflowId, firstExecutionRunId);
    await run.result();
    return daysRun(connector);
  };
  const daysRun = async (connector: string): Promise<string[]> => {
    const query = `WorkflowType="archiveDay" AND O2Connector="${connector}"`;
    const runs = await Array.fromAsync(office.temporal.client.workflow.list({ query }));
    return runs
      .map(({ typedSearchAttributes: found }) => found.get(O2_ARCHIVE_DAY) ?? 'none')
      .sort();
  };
  const assertArchivedOnce = async (
    connector: string,
    days: readonly string[],
    createdBefore: number,
  ): Promise<void> => {
    for (const day of days) {
      const report = await stagingOf(connector).reports.latest(day);
      const figures = [report?.outcome, report?.balances, report?.books.imported];
      assert.deepEqual(figures, ['complete', true, 2], day);
    }
    assert.equal(created() - createdBefore, 2 * days.length);
  };
  const stagingOf = (connector: string): Staging => {
    if (connector === BY_HAND) return office.staging;
    const account = { connectionString: office.azurite.connectionString };
    return staging({ account, container: `${office.container}-${connector}` });
  };
  const isPaused = async (connector: string): Promise<boolean> => {
    const handle = office.temporal.client.schedule.getHandle(scheduleId(connector));
    return (await handle.describe()).state.paused;
  };

  it("lifted by the Web UI's button, is made up by the next run, each day once", async () => {
    const days = daysBetween(FIRST, YESTERDAY);
    await deliverTo(BY_HAND, days);
    const createdBefore = created();

    // What the button sends, and nothing more.
    const handle = office.temporal.client.schedule.getHandle(scheduleId(BY_HAND));
    await handle.unpause('moved');
    const ran = await nextRun(BY_HAND);

    assert.deepEqual(ran, days);
    await assertArchivedOnce(BY_HAND, days, createdBefore);
  });

  it('lifted by `resume`, has its three days run at once, each once, and no day before it', async () => {
    await deliverTo(RESUMED, MISSED);
    const createdBefore = created();

    const { days } = await resume(RESUMED, '--wait');

    assert.deepEqual(
      days.map(({ day, outcome }) => [day, outcome]),
      MISSED.map((day) => [day, 'complete']),
    );
    assert.deepEqual(await daysRun(RESUMED), MISSED);
    assert.equal(await isPaused(RESUMED), false);
    await assertArchivedOnce(RESUMED, MISSED, createdBefore);
  });

  it('lifted by `resume --no-backfill`, leaves its days waived, by whom and why, and named', async () => {
    await deliverTo(WAIVED, [FIRST, YESTERDAY]);

    const reason = 'the tenant was closed';
    const { days, waived } = await resume(WAIVED, '--no-backfill', '--reason', reason);

    assert.deepEqual([days, waived], [[], MISSED]);
    const { containers, reports } = stagingOf(WAIVED);
    for (const day of MISSED) {
      const kept = await containers[1].read(`waived-days/${day}.json`);
      const record = JSON.parse(String(kept)) as WaivedDay;
      assert.deepEqual([record.day, record.reason], [day, reason]);
      assert.match(record.by, /.+@.+/);
    }
    const { missing, waivedDays } = await ask<StatusDocument>('status', '--connector', WAIVED);
    assert.deepEqual(
      waivedDays.map((one) => [one.day, one.reason]),
      MISSED.map((day) => [day, reason]),
    );
    assert.deepEqual(
      missing.map(({ day }) => day),
      [FIRST],
    );

    // The next run makes up the gap that nobody waived, and leaves the waived days alone.
    const ran = await nextRun(WAIVED);
    assert.deepEqual(ran, [FIRST, YESTERDAY]);
    for (const day of MISSED.slice(0, -1)) assert.equal(await reports.latest(day), null);
  });
});
