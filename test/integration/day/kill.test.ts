import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { expectedBooks } from '../../../sandbox/sample/expectation.ts';
import { SAMPLE_DAY, writeSample } from '../../../sandbox/sample/write-sample.ts';
import type { DayResult } from '../../../src/workflows/contracts.ts';
import { openOffice, settleFiles, type Office } from '../../support/office.ts';
import { assertMailboxes, stagedSample } from '../../support/sample-mailboxes.ts';
import { until } from '../../support/until.ts';

describe('SIGKILL of the worker in the middle of the day', () => {
  let office: Office;

  before(async () => {
    office = await openOffice({ startDay: SAMPLE_DAY });
    await writeSample(office.siteFolder, { day: SAMPLE_DAY });
    settleFiles(office.siteFolder);
  });
  after(() => office.stop());

  const createdSoFar = () =>
    Object.values(office.tenant.counters().created).reduce((sum, count) => sum + count, 0);
  const requested = (kind: string) => office.tenant.counters().requests[kind] ?? 0;

  it('loses nothing and doubles nothing once a new worker has come', async () => {
    // A create that is on its way at the kill is still applied: its worker never hears of it.
    office.tenant.order({
      kind: 'messages.create',
      outcome: 'pass',
      latencyMs: 400,
      times: 0,
    });
    // Two ranges of the 12 MB recording arrive, the third gets no answer until the kill.
    office.tenant.order({ kind: 'uploads.put', outcome: 'pass', times: 2 });
    office.tenant.order({ kind: 'uploads.put', outcome: 'hang', times: 0 });

    const worker = await office.startWorker();
    const run = office.cli('run', '--day', SAMPLE_DAY, '--wait', '--json');
    await until('40 copies are made and the upload is under way', () =>
      createdSoFar() >= 40 && requested('uploads.put') >= 3 ? true : null,
    );
    const lookedUpBefore = requested('messages.list');
    await worker.kill();
    const createdAtKill = createdSoFar();
    office.tenant.clearFaults();

    await office.startWorker();
    const { out, err } = await run;

    const items = await stagedSample(office, SAMPLE_DAY);
    const expected = expectedBooks(items);
    const copies = expected.imported + expected.partiallyImported;
    assert.ok(createdAtKill < copies, 'the kill came after the day was done');
    const [day] = (JSON.parse(out) as { days: DayResult[] }).days;
    assert.ok(day, err);
    assert.deepEqual(day.books, { ...expected, waived: 0, itemsWithReceipt: expected.items });
    assert.equal(day.balances, true);
    await assertMailboxes(office, items);
    assert.equal(createdSoFar(), copies, 'a copy was made and removed again');
    assert.ok(
      requested('messages.list') > lookedUpBefore,
      'no create was on its way at the kill: the test proves nothing',
    );
  });

  it('is forgotten: the day run again changes nothing', async () => {
    office.tenant.resetCounters();

    const { out } = await office.cli('run', '--day', SAMPLE_DAY, '--wait', '--json');

    const [day] = (JSON.parse(out) as { days: DayResult[] }).days;
    assert.equal(day?.thisRun.started, 0);
    assert.deepEqual(office.tenant.counters().created, {});
  });
});
