import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SAMPLE_UNMAPPED } from '../../../sandbox/sample/users.ts';
import { SAMPLE_DAY, writeSample } from '../../../sandbox/sample/write-sample.ts';
import type { DayEnd } from '../../../src/cli/days.ts';
import { addDays } from '../../../src/domain/archive-day.ts';
import type { Report } from '../../../src/domain/report.ts';
import { administrator } from '../../support/administrator.ts';
import { openOffice, settleFiles, type Office } from '../../support/office.ts';

type Tried = DayEnd &
  Pick<Report, 'kinds' | 'itemOutcomes' | 'failures' | 'packages' | 'unmapped'> & {
    readonly dryRun: true;
  };

describe('a dry run of the sample day', () => {
  let office: Office;
  let tried: Tried;

  before(async () => {
    office = await openOffice({ startDay: SAMPLE_DAY });
    await writeSample(office.siteFolder, { day: SAMPLE_DAY });
    settleFiles(office.siteFolder);
    await office.startWorker();
  });
  after(() => office.stop());

  const dryRun = (...more: string[]) =>
    office.cli('run', '--day', SAMPLE_DAY, '--dry-run', '--wait', ...more);
  const requests = () => office.tenant.counters().requests;

  it('asks the tenant who is who, and writes nothing into any mailbox', async () => {
    const { code, out, err } = await dryRun('--json');

    const [day] = (JSON.parse(out) as { days: Tried[] }).days;
    assert.ok(day, err);
    tried = day;
    assert.equal(code, 3);
    assert.deepEqual(
      [day.dryRun, day.outcome, day.balances, day.workflowId],
      [true, 'partial', true, `o2-rehearsal:o2:${SAMPLE_DAY}`],
    );
    assert.deepEqual(office.tenant.counters().created, {});
    const written = Object.keys(requests()).filter((kind) => /create|put|patch|delete/.test(kind));
    assert.deepEqual(written, []);
    for (const user of await administrator(office).users()) {
      assert.equal((await administrator(office).mailbox(user))?.folder ?? null, null, user);
    }
  });

  it('leaves the packages as received, and no index, message, receipt, report or held item', async () => {
    const { staging } = office;
    const [content, books] = staging.containers;
    const paths = (await Promise.all([content, books].map((one) => Array.fromAsync(one.list('')))))
      .flat()
      .map(({ path }) => path);

    assert.ok(paths.length > 0);
    assert.deepEqual(
      paths.filter((path) => !/^packages\/.*\.zip$/.test(path)),
      [],
    );
    assert.deepEqual(await Array.fromAsync(staging.held.list()), []);
    const { out } = await office.cli('status', '--json');
    assert.deepEqual(
      (JSON.parse(out) as { missing: { day: string }[] }).missing[0]?.day,
      SAMPLE_DAY,
    );
  });

  it('names who would be held, for those who read it in the terminal', async () => {
    const { out } = await dryRun();

    assert.match(out, /Nothing was written into any mailbox/);
    assert.ok(out.includes(SAMPLE_UNMAPPED.number), out);
    assert.match(out, /Archive it: o2-archiver run --connector o2 --day/);
  });

  it('told the very figures of the run that follows, which posts at once as ever', async () => {
    const { out, err } = await office.cli('run', '--day', SAMPLE_DAY, '--wait', '--json');

    const [day] = (JSON.parse(out) as { days: DayEnd[] }).days;
    assert.deepEqual(tried.books, day?.books, err);
    assert.deepEqual(
      [tried.outcome, tried.thisRun?.imported],
      [day?.outcome, day?.thisRun?.imported],
    );
    const report = await office.staging.reports.latest(SAMPLE_DAY);
    assert.ok(report);
    assert.deepEqual(tried.kinds, report.kinds);
    assert.deepEqual(tried.itemOutcomes, report.itemOutcomes);
    assert.deepEqual(tried.packages, report.packages);
    const counts = ({ failures }: Pick<Report, 'failures'>) =>
      failures.toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
    assert.deepEqual(counts(tried), counts(report));
    const people = ({ unmapped }: Pick<Report, 'unmapped'>) =>
      unmapped.map(
        ({ number, address, items }) => `${String(number)} ${String(address)} ${String(items)}`,
      );
    assert.deepEqual(people(tried).sort(), people(report).sort());
    // An item that takes more than a minute on a busy machine is looked for before it is posted.
    const { 'messages.list': alone = 0, 'batch.messages.list': inBatches = 0 } = requests();
    const { imported = 0 } = day?.thisRun ?? {};
    assert.ok(alone + inBatches < imported / 2, `${String(alone + inBatches)} look-ups`);
  });

  it('says what a run would fail with, and ends as it would', async () => {
    const day = addDays(SAMPLE_DAY, 1);
    const { code, out } = await office.cli('run', '--day', day, '--dry-run', '--wait');

    assert.equal(code, 1);
    assert.match(out, /a run would fail now \(no-delivery\): The site has no package of/);
  });

  it('finds nothing to do in a day that is archived', async () => {
    const { out } = await dryRun('--json');

    const [day] = (JSON.parse(out) as { days: Tried[] }).days;
    assert.deepEqual([day?.thisRun?.started, day?.thisRun?.imported], [0, 0]);
    assert.deepEqual(day?.books, tried.books);
  });
});
