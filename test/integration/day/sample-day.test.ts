import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { WorkflowFailedError, type WorkflowExecutionInfo } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expectedBooks } from '../../../sandbox/sample/expectation.ts';
import {
  SAMPLE_MAPPING_CSV,
  SAMPLE_UNMAPPED,
  SAMPLE_USERS,
  userId,
} from '../../../sandbox/sample/users.ts';
import { SAMPLE_DAY, writeSample } from '../../../sandbox/sample/write-sample.ts';
import { REASONS } from '../../../src/domain/reason.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { DayResult } from '../../../src/workflows/contracts.ts';
import { openOffice, settleFiles, type Office } from '../../support/office.ts';
import {
  assertMailboxes,
  firstDeliveries,
  stagedSample,
  type StagedItem,
} from '../../support/sample-mailboxes.ts';
import { storageOf, type Storage } from '../../support/storage.ts';
import {
  RECEIPTS,
  REGISTERED_CSV,
  storedReads,
  testStaging,
  type Sample,
} from './sample-staging.ts';
import { until } from '../../support/until.ts';

/** Whose phone Sol's is, once the mapping has the row. */
const COMPLIANCE = userId(190);
const NADIA = userId(113);
const byPath = (a: string, b: string) => (a < b ? -1 : 1);

describe('the sample day through a real worker', () => {
  let office: Office;
  let storage: Storage;
  let sample: Sample;
  let items: StagedItem[];
  let told: StagedItem[];

  before(async () => {
    office = await openOffice({
      startDay: SAMPLE_DAY,
      settings: { report: { registeredUsersFile: 'users.csv' } },
    });
    writeFileSync(join(dirname(office.siteFolder), 'users.csv'), REGISTERED_CSV);
    storage = storageOf(office);
    await writeSample(office.siteFolder, { day: SAMPLE_DAY });
    settleFiles(office.siteFolder);
    await office.startWorker();
  });
  after(() => office.stop());

  const runDay = async () => {
    const { code, out, err } = await office.cli('run', '--day', SAMPLE_DAY, '--wait', '--json');
    const { days } = JSON.parse(out) as { days: (DayResult & { workflowId: string })[] };
    const [day] = days;
    assert.ok(day, err);
    return { ...day, code };
  };
  const latestReceipt = async ({ indexed }: StagedItem): Promise<Receipt> => {
    const receipt = await office.staging.receipts.find(SAMPLE_DAY, indexed.itemKey);
    assert.ok(receipt);
    return receipt;
  };
  const itemRuns = async (query = ''): Promise<WorkflowExecutionInfo[]> => {
    const found: WorkflowExecutionInfo[] = [];
    const list = office.temporal.client.workflow.list({
      query: `WorkflowType = "archiveItem"${query}`,
    });
    for await (const run of list) found.push(run);
    return found;
  };
  const reportNumbers = async () =>
    (await storage.list('archive-books'))
      .map(({ path }) => /^reports\/2026-11-23\/(\d+)\.json$/.exec(path)?.[1])
      .filter((number) => number !== undefined)
      .map(Number)
      .sort((a, b) => a - b);

  it('closes the books as the sample says, and exits 3 because some items are held', async () => {
    const day = await runDay();

    items = await stagedSample(office, SAMPLE_DAY);
    told = firstDeliveries(items);
    sample = { office, storage, items, told, ...storedReads(storage) };
    const expected = expectedBooks(items);
    assert.deepEqual(day.books, {
      ...expected,
      waived: 0,
      itemsWithReceipt: expected.items,
    });
    assert.deepEqual([day.outcome, day.balances, day.code], ['partial', true, 3]);
    assert.equal(day.thisRun.imported, expected.imported + expected.partiallyImported);
    assert.equal(day.workflowId, `o2-day:o2:${SAMPLE_DAY}`);
  });

  it('puts each item into exactly the mailboxes it belongs to, once, at its own time', async () => {
    const large = told.flatMap(({ attachments }) => attachments).map(({ sizeBytes }) => sizeBytes);
    assert.ok(Math.max(...large) > 12_000_000, 'the sample has its 12 MB recording');

    await assertMailboxes(office, items);
  });

  it('makes each copy by one request, and never more than four at once for a mailbox', () => {
    const { answers, created, maxConcurrency } = office.tenant.counters();
    const { imported, partiallyImported } = expectedBooks(items);

    assert.equal(answers['messages.create 201'], imported + partiallyImported);
    assert.equal(
      Object.values(created).reduce((sum, count) => sum + count, 0),
      imported + partiallyImported,
    );
    assert.equal(answers['messages.create 429'], undefined);
    assert.ok(Math.max(...Object.values(maxConcurrency)) <= 4);
  });

  testStaging(() => sample);

  it('has one workflow id an item, and the held ones are failed with their reason', async () => {
    const runs = await until('all item workflows are visible', async () => {
      const found = await itemRuns();
      const ids = new Set(found.map(({ workflowId }) => workflowId));
      return ids.size >= told.length ? found : null;
    });

    assert.deepEqual(
      [...new Set(runs.map(({ workflowId }) => workflowId))].sort(byPath),
      told.map(({ indexed }) => `o2-item:o2:${indexed.itemKey}`).sort(byPath),
    );
    for (const reason of ['no-user', 'no-mailbox'] as const) {
      const held = told.filter((item) => item.held.includes(reason));
      const red = await until(`the items held for ${reason}`, async () => {
        const found = await itemRuns(
          ` AND ExecutionStatus = "Failed" AND O2Outcome = "unmapped" AND O2Reason = "${reason}" AND O2ArchiveDay = "${SAMPLE_DAY}"`,
        );
        return found.length >= held.length ? found : null;
      });
      assert.deepEqual(
        red.map(({ workflowId }) => workflowId).sort(byPath),
        held.map(({ indexed }) => `o2-item:o2:${indexed.itemKey}`).sort(byPath),
      );
      for (const { workflowId, runId } of red) {
        const failure = await failureOf(office, workflowId, runId);
        assert.equal(failure.type, reason);
        assert.ok(failure.message.includes(REASONS[reason]));
        assert.match(failure.message, /o2-archiver retry --connector o2 --item [0-9a-f]{64}$/);
      }
    }
    const others = await itemRuns(' AND ExecutionStatus != "Completed" AND O2Reason IS NULL');
    assert.deepEqual(others, []);
    const imported = await itemRuns(' AND ExecutionStatus = "Completed" AND O2Outcome IS NULL');
    assert.ok(imported.length > 100, 'the outcome is set only when not imported');
  });

  describe('run again', () => {
    let before: { runs: number; numbers: number[] };

    it('changes nothing by hand, and says so', async () => {
      before = { runs: (await itemRuns()).length, numbers: await reportNumbers() };
      office.tenant.resetCounters();

      const day = await runDay();

      await assertNothingHappened(day);
    });

    it('changes nothing by the plain Temporal CLI backfilling the schedule over it', async () => {
      const applied = await office.cli('schedule', 'apply');
      assert.equal(applied.code, 0, applied.err);

      await backfill(office);
      const { result } = await backfilledDay(office, null);

      await assertNothingHappened(result);
    });

    it('changes nothing by both at once', async () => {
      const { runId } = await backfilledDay(office, null);

      const [day] = await Promise.all([runDay(), backfill(office)]);
      const { result } = await backfilledDay(office, runId);

      await assertNothingHappened(day);
      await assertNothingHappened(result);
    });

    async function assertNothingHappened({ thisRun, books, outcome }: DayResult): Promise<void> {
      const expected = expectedBooks(items);
      assert.deepEqual(thisRun, { started: 0, imported: 0, unchanged: expected.items });
      assert.deepEqual([outcome, books.imported], ['partial', expected.imported]);
      const { requests, created } = office.tenant.counters();
      assert.deepEqual(created, {});
      const writing = Object.keys(requests).filter((kind) => /create|upload|delete/i.test(kind));
      assert.deepEqual(writing, []);
      assert.equal((await itemRuns()).length, before.runs);
      assert.deepEqual(await reportNumbers(), before.numbers);
    }
  });

  describe('held items', () => {
    const byMapping = (item: { held: readonly string[] }) =>
      item.held.includes('no-user') ? [COMPLIANCE] : [];
    const byMailbox = (item: { held: readonly string[] }) =>
      item.held.includes('no-mailbox') ? [NADIA] : [];

    it('come home once when a mapping with one row more is activated', async () => {
      const file = join(office.siteFolder, '..', 'mapping.csv');
      const row = `${SAMPLE_UNMAPPED.number},compliance@tarnvesper.example.com`;
      writeFileSync(file, `${SAMPLE_MAPPING_CSV}${row}\n`);
      const cured = told.filter(({ held }) => held.includes('no-user'));
      office.tenant.resetCounters();

      const activated = await office.cli('mapping', 'activate', file);
      const day = await runDay();

      assert.equal(activated.code, 0, activated.err);
      assert.deepEqual([day.thisRun.started, day.thisRun.imported], [cured.length, cured.length]);
      assert.deepEqual(office.tenant.counters().created, { [COMPLIANCE]: cured.length });
      for (const item of cured) {
        const receipt = await latestReceipt(item);
        const earlier = await sample.readJson<Receipt>(
          `${RECEIPTS}/${item.indexed.itemKey}/1.json`,
        );
        assert.equal(receipt.outcome, 'imported', item.label);
        for (const copy of earlier.mailboxes) {
          assert.deepEqual(
            receipt.mailboxes.find(({ id }) => id === copy.id),
            copy,
            item.label,
          );
        }
      }
    });

    it('give the day its next report, which names the change and a person fewer', async () => {
      const report = await sample.readJson<Report>('reports/2026-11-23/2.json');
      const { failed, imported } = expectedBooks(items);
      const cured = told.filter(({ held }) => held.includes('no-user')).length;

      assert.equal(report.number, 2);
      assert.equal(report.balances, true);
      assert.deepEqual(
        [report.books.imported, report.books.failed],
        [imported + cured, failed - cured],
      );
      assert.deepEqual(
        report.unmapped.map(({ reason }) => reason),
        ['no-mailbox'],
      );
      assert.ok(
        report.changes.some((line) => line.includes(`${String(imported)} →`)),
        report.changes.join('; '),
      );
      assert.ok(report.changes.includes('unmapped people changed'));
    });

    it('come home once when their user gets a mailbox, and then the day is complete', async () => {
      const nadia = SAMPLE_USERS.find(({ id }) => id === NADIA);
      assert.ok(nadia);
      const { mailbox: _none, ...licensed } = nadia;
      office.tenant.addUser(licensed);
      const cured = told.filter(({ held }) => held.includes('no-mailbox'));
      office.tenant.resetCounters();

      const day = await runDay();
      const again = await runDay();

      assert.deepEqual([day.outcome, day.balances, day.code], ['complete', true, 0]);
      assert.equal(day.thisRun.started, cured.length);
      assert.deepEqual(office.tenant.counters().created, { [NADIA]: cured.length });
      await assertMailboxes(office, items, (item) => [...byMapping(item), ...byMailbox(item)]);
      assert.deepEqual((await sample.readJson<Report>('reports/2026-11-23/3.json')).unmapped, []);
      assert.deepEqual(again.thisRun, { started: 0, imported: 0, unchanged: items.length });
      assert.deepEqual(await reportNumbers(), [1, 2, 3]);
      const held = (await storage.list('archive-state')).filter(({ path }) =>
        path.startsWith('held/'),
      );
      assert.deepEqual(held, []);
    });
  });
});

async function failureOf(office: Office, id: string, runId: string): Promise<ApplicationFailure> {
  try {
    await office.temporal.client.workflow.getHandle(id, runId).result();
  } catch (error) {
    assert.ok(error instanceof WorkflowFailedError);
    assert.ok(error.cause instanceof ApplicationFailure);
    return error.cause;
  }
  throw new assert.AssertionError({ message: `${id} did not fail` });
}

/** By the plain Temporal CLI: the run of the schedule whose nominal day is the sample's. */
async function backfill(office: Office): Promise<void> {
  await promisify(execFile)(office.temporal.cliPath, [
    ...['schedule', 'backfill', '--address', office.temporal.address],
    ...['--schedule-id', 'o2-archive:o2'],
    ...['--start-time', '2026-11-24T00:00:00Z', '--end-time', '2026-11-24T12:00:00Z'],
  ]);
}

/** The day that the schedule started, when it is another run than `earlier`; waits for its end. */
async function backfilledDay(
  office: Office,
  earlier: string | null,
): Promise<{ runId: string; result: DayResult }> {
  const workflowId = 'o2-day:o2-2026-11-24T02:00:00Z';
  const runId = await until('the backfilled day has started', async () => {
    const found = await office.temporal.client.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => null);
    return found === null || found.runId === earlier ? null : found.runId;
  });
  const handle = office.temporal.client.workflow.getHandle(workflowId, runId);
  return { runId, result: (await handle.result()) as DayResult };
}
