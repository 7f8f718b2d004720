import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DayEnd } from '../../../src/cli/days.ts';
import { addDays, daysBetween } from '../../../src/domain/archive-day.ts';
import { deliver, smsEml } from '../../support/delivery.ts';
import { openOffice, type Office } from '../../support/office.ts';
import { ALICE, BOB } from '../../support/test-tenant.ts';
import { until } from '../../support/until.ts';

const CLI = fileURLToPath(new URL('../../../src/client.ts', import.meta.url));
const FROM = '2026-09-01';
const DAYS = daysBetween(FROM, addDays(FROM, 29));
const TO = DAYS.at(-1) ?? FROM;
const RANGE = ['backfill', '--from', FROM, '--to', TO, '--wait', '--json'];

describe('a backfill of thirty days', () => {
  let office: Office & { readonly storage: NonNullable<Office['storage']> };

  before(async () => {
    const opened = await openOffice({
      ...{ startDay: FROM, users: [ALICE, BOB], mappingCsv: null, ownDomains: ['example.com'] },
      hasStorageProxy: true,
    });
    assert.ok(opened.storage);
    office = { ...opened, storage: opened.storage };
    for (const day of DAYS) {
      const eml = smsEml({
        from: { number: '447700900001', address: 'alice@example.com' },
        to: [{ number: '447700900002', address: 'bob@example.com' }],
        owner: 'alice@example.com',
        text: `Of ${day}`,
        at: `${day}T09:00:00Z`,
        sourceId: `id-${day}`,
      });
      await deliver(office.siteFolder, { day, items: [{ name: 'a.eml', eml }] });
    }
    await office.startWorker();
  });
  after(() => office.stop());

  const created = () =>
    Object.values(office.tenant.counters().created).reduce((sum, count) => sum + count, 0);
  const dayRuns = async () => {
    const runs = await Array.fromAsync(
      office.temporal.client.workflow.list({ query: 'WorkflowType = "archiveDay"' }),
    );
    return runs.map(({ workflowId, startTime, closeTime }) => ({
      day: workflowId.slice('o2-day:o2:'.length),
      startedMs: startTime.getTime(),
      endedMs: closeTime?.getTime() ?? Number.POSITIVE_INFINITY,
    }));
  };

  it('ends by Ctrl-C with what goes on and what does not, and goes on by the same command', async () => {
    const stopped = spawn(process.execPath, [CLI, ...RANGE], { env: office.env });
    let words = '';
    stopped.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    await until('the first days are archived', () => (created() >= 6 ? true : null));
    stopped.kill('SIGINT');
    const [code] = (await once(stopped, 'close')) as [number];

    assert.equal(code, 130);
    assert.match(words, new RegExp(`30 days to archive: ${FROM} `));
    assert.match(words, /On the server these go on:\n( {2}o2-day:o2:2026-09-\d\d\n| {2}none\n)+/);
    assert.match(words, /\d+ days not begun, from 2026-09-\d\d on\. The same command goes on\./);
    assert.ok(created() < 2 * DAYS.length, 'the interruption came after the end');

    const { code: second, out, err } = await office.cli(...RANGE);
    const { days } = JSON.parse(out) as { days: DayEnd[] };

    assert.equal(second, 0, err);
    assert.deepEqual(
      days.map(({ day, outcome, balances }) => [day, outcome, balances]),
      DAYS.map((day) => [day, 'complete', true]),
    );
    assert.equal(created(), 2 * DAYS.length);
  });

  it('runs four days at once, the oldest first', async () => {
    const runs = await dayRuns();
    const atOnce = runs.map(
      ({ startedMs }) =>
        runs.filter((other) => other.startedMs <= startedMs && startedMs < other.endedMs).length,
    );
    const firstStarts = DAYS.map((day) =>
      Math.min(...runs.filter((run) => run.day === day).map(({ startedMs }) => startedMs)),
    );

    // Each command has its own four, and the first was left with days that went on.
    assert.ok(Math.max(...atOnce) <= 8, String(Math.max(...atOnce)));
    for (const [at, startedMs] of firstStarts.entries()) {
      // Those of one handful start in the same instant.
      const earlier = firstStarts.slice(0, Math.max(0, at - 3));
      assert.ok(
        earlier.every((before) => before <= startedMs),
        DAYS[at],
      );
    }
  });

  it('over archived days starts no item, posts nothing and takes one listing a slice', async () => {
    const before = await dayRuns();
    office.tenant.resetCounters();
    office.storage.resetCounters();

    const { code, out } = await office.cli(...RANGE);

    const { days } = JSON.parse(out) as { days: DayEnd[] };
    const counted = office.storage.requests();
    assert.equal(code, 0);
    for (const { thisRun } of days) {
      assert.deepEqual(thisRun, { started: 0, imported: 0, unchanged: 1 });
    }
    assert.equal(created(), 0);
    const writing = Object.keys(office.tenant.counters().requests).filter((kind) =>
      /create|upload|delete/i.test(kind),
    );
    assert.deepEqual(writing, []);
    const { client } = office.temporal;
    const items = await client.workflow.count('WorkflowType = "archiveItem"');
    assert.equal(items.count, DAYS.length);
    // One of the slice, and one of the books that the day closes.
    assert.equal(counted['archive-books list receipts'], 2 * DAYS.length);
    assert.equal(counted['archive blob.put packages'], undefined);
    for (const day of DAYS) {
      assert.equal((await office.staging.reports.latest(day))?.number, 1, day);
    }
    const sinceThen = (await dayRuns()).filter(
      ({ startedMs }) => startedMs > Math.max(...before.map((run) => run.startedMs)),
    );
    const most = sinceThen.map(
      ({ startedMs }) =>
        sinceThen.filter((run) => run.startedMs <= startedMs && startedMs < run.endedMs).length,
    );
    assert.equal(Math.max(...most), 4);
  });
});
