import assert from 'node:assert/strict';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { REASONS } from '../../../src/domain/reason.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Report } from '../../../src/domain/report.ts';
import type { DayEnd } from '../../../src/cli/days.ts';
import { administrator } from '../../support/administrator.ts';
import { deliver, smsEml, type DeliveredItem } from '../../support/delivery.ts';
import { openOffice, type Office } from '../../support/office.ts';
import { storageOf } from '../../support/storage.ts';

/** Days so far apart that no window reaches from one test into another. */
const START_DAY = '2026-01-01';
const ANN = {
  id: 'a0000000-0000-4000-8000-000000000001',
  userPrincipalName: 'ann@firm.example.com',
  mail: 'ann@firm.example.com',
  displayName: 'Ann',
  accountEnabled: true,
};
const BEN = {
  ...ANN,
  id: 'a0000000-0000-4000-8000-000000000002',
  userPrincipalName: 'ben@firm.example.com',
  mail: 'ben@firm.example.com',
  displayName: 'Ben',
};
const ANN_PHONE = { name: 'Ann', number: '447700900501', address: ANN.mail };
const BEN_PHONE = { name: 'Ben', number: '447700900502', address: BEN.mail };
const OUTSIDE = { number: '447700900599', address: 'someone@elsewhere.example.net' };

type Day = DayEnd & { readonly code: number };

describe('bad input gets a clear answer, and nothing is lost', () => {
  let office: Office;
  let secret: string;

  before(async () => {
    office = await openOffice({
      startDay: START_DAY,
      users: [ANN],
      mappingCsv: null,
      ownDomains: ['firm.example.com'],
    });
    secret = String(office.env['O2_GRAPH_SECRET']);
    await office.startWorker();
  });
  after(() => office.stop());

  const run = async (day: string): Promise<Day> => {
    const { code, out, err } = await office.cli('run', '--day', day, '--wait', '--json');
    const [end] = (JSON.parse(out) as { days: DayEnd[] }).days;
    assert.ok(end, err);
    return { ...end, code };
  };
  const report = async (day: string): Promise<Report> => {
    const latest = await office.staging.reports.latest(day);
    assert.ok(latest, `${day} has no report`);
    return latest;
  };
  const receipts = (day: string) => office.staging.receipts.latest(day);
  /** Texts of a user's archived messages that hold the word. */
  const archived = async (user: string, word: string): Promise<string[]> => {
    const found = await administrator(office).mailbox(user);
    return (found?.messages ?? []).map(({ text }) => text).filter((text) => text.includes(word));
  };
  const bytesAtSite = (name: string) => readFileSync(join(office.siteFolder, `${name}.zip`));
  const bytesStaged = (day: string, name: string) =>
    storageOf(office).read('archive', `packages/${day.replaceAll('-', '/')}/${name}/1.zip`);

  it('names the missing container and who creates it, and goes on once it is there', async () => {
    const day = '2026-01-10';
    await deliver(office.siteFolder, { day, items: [sms(day, 'container', 1)] });
    await storageOf(office).deleteContainer('archive');

    const failed = await run(day);
    const applied = await office.cli('schedule', 'apply');
    const cured = await run(day);

    assert.equal(failed.problem?.type, 'staging-container-missing');
    assert.match(failed.problem.message, /"archive" does not exist.*o2-archiver schedule apply/);
    assert.equal(failed.code, 1);
    assert.equal(applied.code, 0, applied.err);
    assert.deepEqual([cured.outcome, cured.books?.imported], ['complete', 1]);
    assert.equal((await archived(ANN.id, 'container-1')).length, 1);
  });

  it('refuses a package whose manifest does not agree, stages its bytes and takes its neighbour', async () => {
    const day = '2026-02-10';
    const items = [sms(day, 'refused', 1), sms(day, 'refused', 2)];
    const manifest = ['Count: 3', ...items.map(({ name }) => name)];
    const refused = await deliver(office.siteFolder, { day, number: 1, items, manifest });
    const good = await deliver(office.siteFolder, {
      day,
      number: 2,
      items: [sms(day, 'neighbour', 1)],
    });

    const end = await run(day);

    assert.deepEqual([end.outcome, end.balances, end.code], ['partial', true, 3]);
    assert.deepEqual([end.books?.items, end.books?.imported], [1, 1]);
    const { packages } = await report(day);
    const lines = new Map(packages.map((line) => [line.name, line]));
    assert.deepEqual(
      [lines.get(refused)?.outcome, lines.get(refused)?.reason, lines.get(refused)?.items],
      ['refused', 'count-mismatch', 0],
    );
    assert.match(String(lines.get(refused)?.notes), /counts 3 items, the package holds 2/);
    assert.equal(lines.get(good)?.outcome, 'taken');
    assert.deepEqual(await bytesStaged(day, refused), bytesAtSite(refused));
    assert.equal((await archived(ANN.id, 'neighbour-1')).length, 1);
    assert.deepEqual(await archived(ANN.id, 'refused-'), []);
    const shown = await office.cli('report', '--day', day);
    assert.ok(shown.out.includes(refused), shown.out);
    assert.match(shown.out, /manifest/i);
  });

  it('leaves a package that is still growing for the next look, and then takes it', async () => {
    const day = '2026-03-10';
    const there = { day, number: 1, items: [sms(day, 'there', 1)] };
    const growing = { day, number: 2, items: [sms(day, 'growing', 1)] };
    await deliver(office.siteFolder, there);
    const name = await deliver(office.siteFolder, {
      ...growing,
      // Being written when the run looks, however slow the machine.
      changedAt: new Date(Date.now() + 600_000),
    });

    const first = await run(day);
    const path = join(office.siteFolder, `${name}.zip`);
    const anHourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(path, anHourAgo, anHourAgo);
    const second = await run(day);

    assert.deepEqual([first.outcome, first.books?.items], ['complete', 1]);
    assert.deepEqual([second.outcome, second.books?.items], ['complete', 2]);
    assert.deepEqual(second.thisRun, { started: 1, imported: 1, unchanged: 1 });
    assert.equal((await archived(ANN.id, 'growing-1')).length, 1);
    const late = (await report(day)).packages.filter(({ isLate }) => isLate);
    assert.deepEqual(
      late.map((line) => line.name),
      [name],
    );
  });

  it('does not close a day whose only package is growing, and takes it with the next run', async () => {
    const day = '2026-03-25';
    const changedAt = new Date(Date.now() + 600_000);
    const name = await deliver(office.siteFolder, {
      day,
      items: [sms(day, 'alone', 1)],
      changedAt,
    });

    const first = await run(day);
    const anHourAgo = new Date(Date.now() - 3_600_000);
    utimesSync(join(office.siteFolder, `${name}.zip`), anHourAgo, anHourAgo);
    const second = await run(day);

    assert.deepEqual([first.balances, first.code], [false, 1]);
    assert.deepEqual([second.outcome, second.books?.imported], ['complete', 1]);
  });

  it('fails one broken .eml as unreadable and takes the rest of the package', async () => {
    const day = '2026-04-10';
    const broken = { name: 'broken.eml', eml: 'this is no message\r\n\r\nbroken-1\r\n' };
    await deliver(office.siteFolder, {
      day,
      items: [sms(day, 'whole', 1), broken, sms(day, 'whole', 2)],
    });

    const end = await run(day);

    assert.deepEqual([end.outcome, end.balances, end.code], ['partial', true, 3]);
    assert.deepEqual([end.books?.items, end.books?.imported, end.books?.failed], [3, 2, 1]);
    const { failures } = await report(day);
    assert.deepEqual(
      failures.map(({ reason, count }) => ({ reason, count })),
      [{ reason: 'unreadable', count: 1 }],
    );
    const failed = [...(await receipts(day)).values()].find(({ outcome }) => outcome === 'failed');
    assert.ok(failed);
    const failure = await failureOf(office, `o2-item:o2:${failed.itemKey}`);
    assert.equal(failure.type, 'unreadable');
    assert.ok(failure.message.includes(REASONS.unreadable));
    const items = await office.cli('items', '--day', day, '--reason', 'unreadable', '--json');
    assert.equal((JSON.parse(items.out) as { items: unknown[] }).items.length, 1);
  });

  it('fails the day once when the token is refused, and the next run takes up everything', async () => {
    const day = '2026-05-10';
    const items = Array.from({ length: 10 }, (_, at) => sms(day, 'token', at + 1));
    await deliver(office.siteFolder, { day, items });
    office.tenant.changeSecret('another-secret');
    office.tenant.revokeTokens();
    office.tenant.resetCounters();

    const failed = await run(day);
    const { requests } = office.tenant.counters();
    const receiptsThen = await receipts(day);
    office.tenant.changeSecret(secret);
    const cured = await run(day);

    assert.equal(failed.problem?.type, 'tenant-refused');
    assert.match(failed.problem.message, /client secret is wrong/);
    assert.match(
      failed.problem.message,
      /After the cure \(restart the worker when .*\): o2-archiver run .*--day 2026-05-10/,
    );
    assert.equal(failed.code, 1);
    assert.equal(receiptsThen.size, 0);
    assert.equal(requests['messages.create'], undefined);
    assert.deepEqual(
      [cured.outcome, cured.books?.imported, cured.thisRun?.started],
      ['complete', 10, 10],
    );
    assert.equal((await archived(ANN.id, 'token-')).length, 10);
  });

  it('fails a day of an unknown connector with what this worker has', async () => {
    const { client } = office.temporal;
    const workflowId = 'o2-day:nope:2026-05-20';
    await client.workflow.start('archiveDay', {
      taskQueue: 'o2-archiver',
      workflowId,
      args: [{ connector: 'nope', day: '2026-05-20' }],
    });

    const failure = await failureOf(office, workflowId);

    assert.equal(failure.type, 'unknown-connector');
    assert.match(failure.message, /no connector "nope"; it has o2\..*o2-archiver\.yaml/);
  });

  it('closes a day whose package counts zero as empty', async () => {
    const day = '2026-06-10';
    await deliver(office.siteFolder, { day, items: [] });

    const end = await run(day);

    assert.deepEqual([end.outcome, end.balances, end.code], ['empty', true, 0]);
    assert.equal((await report(day)).packages.length, 1);
  });

  it('fails a day without a package as no-delivery, with whom to ask and what to type', async () => {
    const day = '2026-06-25';

    const end = await run(day);

    assert.equal(end.problem?.type, 'no-delivery');
    assert.match(end.problem.message, /Ask TeleMessage.*o2-archiver run .*--day 2026-06-25 --wait/);
    assert.equal(end.code, 1);
    const { outcome, balances } = await report(day);
    assert.deepEqual([outcome, balances], ['no-delivery', false]);
  });

  it('takes a package that came after the first report as late: next report, named by its run', async () => {
    const day = '2026-07-10';
    const next = '2026-07-11';
    await deliver(office.siteFolder, { day, number: 1, items: [sms(day, 'punctual', 1)] });
    await run(day);
    const first = await report(day);
    const late = await deliver(office.siteFolder, {
      day,
      number: 2,
      items: [sms(day, 'tardy', 1)],
    });
    await deliver(office.siteFolder, { day: next, items: [sms(next, 'daily', 1)] });

    await run(next);

    const second = await report(day);
    assert.deepEqual([first.number, second.number], [1, 2]);
    assert.deepEqual(
      second.packages.filter(({ isLate }) => isLate).map(({ name }) => name),
      [late],
    );
    assert.deepEqual([second.books.imported, second.balances], [2, true]);
    assert.ok(second.changes.some((line) => line.includes(late)));
    assert.deepEqual((await report(next)).lateDays, [day]);
    assert.equal((await archived(ANN.id, 'tardy-1')).length, 1);
  });

  it('skips an item delivered again on another day, with a receipt that names its home', async () => {
    const day = '2026-08-10';
    const next = '2026-08-11';
    const item = sms(day, 'twice', 1);
    await deliver(office.siteFolder, { day, items: [item] });
    await deliver(office.siteFolder, {
      day: next,
      items: [{ ...item, name: 'again.eml' }, sms(next, 'once', 1)],
    });
    await run(day);

    const end = await run(next);

    assert.deepEqual([end.outcome, end.balances, end.code], ['complete', true, 0]);
    assert.deepEqual([end.books?.available, end.books?.imported, end.books?.skipped], [2, 1, 1]);
    const skipped = [...(await receipts(next)).values()].filter(
      ({ outcome }) => outcome === 'skipped',
    );
    assert.equal(skipped.length, 1);
    const receipt: Receipt | null = await office.staging.receipts.find(
      next,
      skipped[0]?.itemKey ?? '',
    );
    assert.equal(receipt?.home, day);
    assert.deepEqual([receipt.mailboxes, receipt.held, receipt.reason], [[], [], null]);
    assert.equal((await receipts(day)).get(receipt.itemKey)?.outcome, 'imported');
    assert.equal((await archived(ANN.id, 'twice-1')).length, 1);
  });

  it('archives what was held for somebody the tenant did not know with the first run after', async () => {
    const day = '2026-09-10';
    const item = {
      name: 'ben-1.eml',
      eml: smsEml({
        ...{ from: OUTSIDE, to: [BEN_PHONE], owner: BEN.mail, text: 'joiner-1' },
        at: `${day}T09:00:00Z`,
        sourceId: 'joiner-1',
      }),
    };
    await deliver(office.siteFolder, { day, items: [item] });

    const held = await run(day);
    office.tenant.addUser(BEN);
    const cured = await run(day);
    const again = await run(day);

    assert.deepEqual([held.outcome, held.books?.failed], ['partial', 1]);
    assert.deepEqual([cured.outcome, cured.thisRun?.imported], ['complete', 1]);
    assert.deepEqual(again.thisRun, { started: 0, imported: 0, unchanged: 1 });
    assert.equal((await archived(BEN.id, 'joiner-1')).length, 1);
    assert.equal((await report(day)).number, 2);
  });
});

/** An SMS of Ann's, its text `<word>-<number>`. */
function sms(day: string, word: string, number: number): DeliveredItem {
  const at = `${day}T09:${String(number).padStart(2, '0')}:00Z`;
  return {
    name: `${word}-${String(number)}.eml`,
    eml: smsEml({
      ...{ from: ANN_PHONE, to: [OUTSIDE], owner: ANN.mail, at },
      text: `${word}-${String(number)}`,
      sourceId: `${day}-${word}-${String(number)}`,
    }),
  };
}

async function failureOf(office: Office, workflowId: string): Promise<ApplicationFailure> {
  try {
    await office.temporal.client.workflow.getHandle(workflowId).result();
  } catch (error) {
    assert.ok(error instanceof WorkflowFailedError);
    let cause: unknown = error.cause;
    while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
    assert.ok(cause instanceof ApplicationFailure);
    return cause;
  }
  throw new assert.AssertionError({ message: `${workflowId} did not fail` });
}
