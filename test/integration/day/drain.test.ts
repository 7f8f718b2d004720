import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { expectedBooks } from '../../../sandbox/sample/expectation.ts';
import { SAMPLE_DAY, writeSample } from '../../../sandbox/sample/write-sample.ts';
import type { DayEnd } from '../../../src/cli/days.ts';
import type { StatusDocument } from '../../../src/cli/status-document.ts';
import { addDays } from '../../../src/domain/archive-day.ts';
import { openOffice, settleFiles, type Office, type OfficeWorker } from '../../support/office.ts';
import { assertMailboxes, stagedSample } from '../../support/sample-mailboxes.ts';
import { until } from '../../support/until.ts';

interface DrainDocument {
  readonly state: string;
  readonly since: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly runs: readonly string[];
  readonly waiting?: readonly string[];
  readonly itemsInFlight?: number;
}

describe('a drain in the middle of the day, by the command line', () => {
  const NEXT_DAY = addDays(SAMPLE_DAY, 1);
  let office: Office;
  let worker: OfficeWorker;
  let run: ReturnType<Office['cli']>;
  let createdAtRest = 0;

  before(async () => {
    office = await openOffice({ startDay: SAMPLE_DAY });
    await writeSample(office.siteFolder, { day: SAMPLE_DAY });
    settleFiles(office.siteFolder);
    office.tenant.order({
      kind: 'messages.create',
      outcome: 'pass',
      latencyMs: 400,
      times: 0,
    });
    worker = await office.startWorker();
  });
  after(() => office.stop());

  const createdSoFar = () =>
    Object.values(office.tenant.counters().created).reduce((sum, count) => sum + count, 0);
  const ask = async (...args: string[]) => {
    const { code, out, err } = await office.cli('drain', ...args, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out) as DrainDocument;
  };

  it('comes back when nothing is in flight, and says who waits', async () => {
    run = office.cli('run', '--day', SAMPLE_DAY, '--wait', '--json');
    await until('copies are made', () => (createdSoFar() >= 20 ? true : null));

    const drained = await ask('--reason', 'the storage account moves');

    createdAtRest = createdSoFar();
    assert.deepEqual(
      [drained.state, drained.itemsInFlight, drained.reason],
      ['drained', 0, 'the storage account moves'],
    );
    assert.deepEqual(drained.waiting, [`o2-day:o2:${SAMPLE_DAY}`]);
    const copies = expectedBooks(await stagedSample(office, SAMPLE_DAY));
    assert.ok(createdAtRest < copies.imported, 'the drain came after the day was done');
  });

  it('lasts over a new worker, and holds the days that are started meanwhile', async () => {
    assert.equal(await worker.stop(), 0);
    worker = await office.startWorker();
    await office.cli('run', '--day', NEXT_DAY);

    const again = await ask();

    assert.equal(again.reason, 'the storage account moves');
    assert.deepEqual(again.waiting?.toSorted(), [
      `o2-day:o2:${SAMPLE_DAY}`,
      `o2-day:o2:${NEXT_DAY}`,
    ]);
    assert.equal(createdSoFar(), createdAtRest);
    const status = await office.cli('status');
    assert.match(status.out, /DRAINED since .*Z \(.+\) by .+@.+: the storage account moves/);
    assert.match(status.out, /o2-archiver drain --end --connector o2/);
    const waived = await office.cli('waive', '--item', 'f'.repeat(64), '--reason', 'no');
    assert.equal(waived.code, 2);
    assert.match(waived.err, /starts no item now/);
  });

  it('is ended by a word, and the day goes on to its books', async () => {
    office.tenant.clearFaults();

    const ended = await ask('--end');

    assert.deepEqual([ended.state, ended.runs.length], ['ended', 2]);
    const { out, err } = await run;
    const [day] = (JSON.parse(out) as { days: DayEnd[] }).days;
    const items = await stagedSample(office, SAMPLE_DAY);
    const expected = expectedBooks(items);
    assert.deepEqual(day?.books, { ...expected, waived: 0, itemsWithReceipt: expected.items }, err);
    await assertMailboxes(office, items);
    assert.equal(createdSoFar(), expected.imported + expected.partiallyImported);
    assert.equal((await ask('--end')).state, 'not-drained');
    const { out: json } = await office.cli('status', '--json');
    assert.deepEqual((JSON.parse(json) as StatusDocument).drained, []);
    await worker.stop();
  });
});
