import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { SAMPLE_DAY, writeSample } from '../../../sandbox/sample/write-sample.ts';
import { SAMPLE_MAPPING_CSV, SAMPLE_USERS } from '../../../sandbox/sample/users.ts';
import { administrator } from '../../support/administrator.ts';
import { KEYS, onTerminal } from '../../support/pseudo-terminal.ts';
import type { Office, OfficeWorker } from '../../support/office.ts';
import { openOffice, settleFiles } from '../../support/office.ts';
import type { Check } from '../../../src/cli/check-text.ts';
import type { DayEnd } from '../../../src/cli/days.ts';
import type { ItemRow } from '../../../src/cli/item-rows.ts';
import type { ItemDocument } from '../../../src/cli/item-text.ts';
import type {
  MappingActivation,
  MappingCheck,
  ShownMapping,
} from '../../../src/cli/mapping-text.ts';
import type { RetriedItem } from '../../../src/cli/retried-item.ts';
import type { Applied } from '../../../src/cli/schedule-apply.ts';
import type { StatusDocument } from '../../../src/cli/status-document.ts';
import type { View } from '../../../src/cli/views.ts';
import type { Report } from '../../../src/domain/report.ts';

const CLIENT = fileURLToPath(new URL('../../../src/client.ts', import.meta.url));

describe('the command line, on real Temporal and Azurite', () => {
  let office: Office;
  let worker: OfficeWorker;

  before(async () => {
    office = await openOffice({ startDay: SAMPLE_DAY });
    await writeSample(office.siteFolder, { day: SAMPLE_DAY });
    settleFiles(office.siteFolder);
  });

  after(async () => {
    await office.stop();
  });

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller names the document
  const ask = async <T>(...args: string[]): Promise<{ code: number; document: T }> => {
    const { code, out, err } = await office.cli(...args, '--json');
    try {
      return { code, document: JSON.parse(out) as T };
    } catch {
      return assert.fail(`${args.join(' ')} printed no JSON: ${out}${err}`);
    }
  };

  it('checks everything, and says the cure for what is not there yet', async () => {
    const { code, document } = await ask<{ checks: Check[] }>('check');

    const states = new Map(document.checks.map(({ check, state }) => [check, state]));
    for (const what of ['configuration', 'site', 'staging', 'tenant']) {
      assert.equal(states.get(what), 'ok', what);
    }
    assert.deepEqual([states.get('schedule'), states.get('worker')], ['warning', 'failed']);
    assert.equal(code, 1);
    assert.match(JSON.stringify(document), /schedule apply --connector o2/);
  });

  it('creates the schedule, finds it unchanged, and tells what a new configuration changes', async () => {
    const created = await ask<Applied>('schedule', 'apply');
    const unchanged = await ask<Applied>('schedule', 'apply');
    const file = String(office.env['O2_ARCHIVER_CONFIG']);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before}    schedule: { at: "03:30" }\n`);
    const changed = await ask<Applied>('schedule', 'apply');
    writeFileSync(file, before);
    const back = await office.cli('schedule', 'apply');

    assert.deepEqual([created.code, created.document.state], [0, 'created']);
    assert.deepEqual([unchanged.code, unchanged.document.state], [0, 'unchanged']);
    assert.deepEqual(changed.document.changes, [
      { what: 'starts at', before: '02:00 UTC', after: '03:30 UTC' },
    ]);
    assert.match(back.out, /starts at: 03:30 UTC → 02:00 UTC/);
    assert.ok(!JSON.stringify(created).includes('refused'));
  });

  it('pauses with who, when and why, and resumes', async () => {
    const paused = await ask('schedule', 'pause', '--reason', 'new storage account');
    const shown = await ask<{ paused: boolean; note: string }>('schedule', 'show');
    const twice = await office.cli('schedule', 'pause', '--reason', 'again');
    const resumed = await ask('schedule', 'resume', '--no-backfill');
    const again = await office.cli('schedule', 'resume', '--no-backfill');

    assert.equal(paused.code, 0);
    assert.equal(shown.document.paused, true);
    assert.match(shown.document.note, /^Paused by .+@.+ at \d{4}-.+Z: new storage account$/);
    assert.equal(twice.code, 2);
    assert.match(twice.err, /is paused already/);
    assert.equal(resumed.code, 0);
    assert.equal(again.code, 2);
    assert.match(again.err, /is not paused\. Its next run: \d{4}-/);
    assert.equal(
      (await ask<{ paused: boolean; note: string }>('schedule', 'show')).document.paused,
      false,
    );
  });

  it('waives nothing from before a pause by the Web UI, which notes no time', async () => {
    const { client } = office.temporal;
    // What the button sends.
    await client.schedule.getHandle('o2-archive:o2').pause('by hand');

    const { code, out, err } = await office.cli('schedule', 'resume', '--no-backfill', '--json');

    assert.equal(code, 0, err);
    assert.deepEqual((JSON.parse(out) as { waived: string[] }).waived, []);
    assert.match(err, /does not say when it was paused: counted since the schedule was made, 2/);
    assert.deepEqual([...(await office.staging.waivedDays.list())], []);
  });

  it('ends waiting at Ctrl-C and tells what goes on', async () => {
    const child = spawn(process.execPath, [CLIENT, 'run', '--day', SAMPLE_DAY, '--wait'], {
      env: office.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    // No worker runs: the command says so, which is when it is waiting for certain.
    while (!err.includes('No worker')) await once(child.stderr, 'data');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];

    assert.equal(code, 130);
    assert.match(err, new RegExp(`go on:\\s+o2-day:o2:${SAMPLE_DAY}`));
  });

  it('shows the state live on a terminal while a day runs, until Ctrl-C', async () => {
    const terminal = onTerminal([CLIENT, 'status'], { ...office.env, TERM: 'xterm' });
    await terminal.shows(`${SAMPLE_DAY} since`);
    await terminal.shows('no worker answers now');
    await terminal.shows('Ctrl-C only ends the watching');
    terminal.type(KEYS.interrupt);
    await terminal.shows(`go on:`);

    assert.equal(await terminal.exitCode(), 0);
    assert.match(terminal.screen(), new RegExp(`o2-day:o2:${SAMPLE_DAY}\\s*$`));
  });

  it('joins the run of a day, waits for its books and exits by them', async () => {
    worker = await office.startWorker();
    const { code, document } = await ask<{ days: DayEnd[] }>('run', '--day', SAMPLE_DAY, '--wait');

    const [day] = document.days;
    assert.ok(day);
    assert.equal(code, 3);
    assert.deepEqual(
      [day.connector, day.day, day.workflowId, day.outcome, day.balances],
      ['o2', SAMPLE_DAY, `o2-day:o2:${SAMPLE_DAY}`, 'partial', true],
    );
    assert.match(day.runId, /^[0-9a-f-]{36}$/);
    assert.ok((day.books?.imported ?? 0) > 100);
  });

  it('reports the books as a table, JSON, CSV and HTML', async () => {
    const text = await office.cli('report', '--day', SAMPLE_DAY);
    const json = await ask<Report>('report', '--day', SAMPLE_DAY);
    const csv = await office.cli('report', '--day', SAMPLE_DAY, '--format', 'csv');
    const html = await office.cli('report', '--day', SAMPLE_DAY, '--format', 'html');

    const { books } = json.document;
    assert.equal(
      books.available,
      books.imported + books.partiallyImported + books.skipped + books.waived + books.failed,
    );
    assert.match(text.out, /The books balance\./);
    assert.match(text.out, /no-user/);
    assert.deepEqual([text.code, csv.code, html.code], [0, 0, 0]);
    assert.match(csv.out, /available/);
    assert.match(html.out, /<html/i);
  });

  it('lists items by outcome and tells the whole life of one, by key and by Message-ID', async () => {
    const { document } = await ask<{ items: ItemRow[] }>(
      'items',
      '--day',
      SAMPLE_DAY,
      '--outcome',
      'unmapped',
    );
    const [row] = document.items;
    assert.ok(row);
    const item = await ask<ItemDocument>('item', row.itemKey);
    const byMessage = await ask<ItemDocument>(
      'item',
      '--message-id',
      `<${row.itemKey}@o2-archive.example.com>`,
    );
    const unreadable = await ask<{ items: ItemRow[] }>(
      'items',
      '--day',
      SAMPLE_DAY,
      '--reason',
      'unreadable',
    );
    const [broken] = unreadable.document.items;

    assert.equal(row.workflowId, `o2-item:o2:${row.itemKey}`);
    assert.ok(document.items.every(({ outcome }) => outcome === 'unmapped'));
    assert.equal(item.document.home, SAMPLE_DAY);
    assert.equal(item.document.receipts.length, 1);
    assert.equal(item.document.receipts[0]?.outcome, 'unmapped');
    assert.equal(item.document.workflow.status, 'FAILED');
    assert.deepEqual(byMessage.document, item.document);
    if (broken !== undefined) {
      assert.equal((await ask<ItemDocument>('item', broken.itemKey)).document.message, null);
    }
    assert.equal((await office.cli('item', 'f'.repeat(64))).code, 1);
    const imported = await ask<{ items: ItemRow[] }>(
      ...['items', '--day', SAMPLE_DAY, '--outcome', 'imported'],
    );
    const shown = await office.cli('item', imported.document.items[0]?.itemKey ?? '');
    assert.match(shown.out, /^mailbox +of +outcome/m);
    assert.ok(SAMPLE_USERS.some(({ id, mail }) => shown.out.includes(`${id}  ${mail}`)));
  });

  it('tries a mailbox with a message of its own, and leaves nothing that its user sees', async () => {
    const user = SAMPLE_USERS.find(({ mailbox }) => mailbox !== 'none');
    assert.ok(user);
    const before = await administrator(office).mailbox(user.id);

    const tried = await ask<{ checks: Check[] }>('check', '--canary', user.userPrincipalName);
    const nobody = await ask<{ checks: Check[] }>('check', '--canary', 'nobody@example.com');

    const rowOf = ({ checks }: { checks: Check[] }) =>
      checks.find(({ check }) => check === 'canary');
    assert.equal(rowOf(tried.document)?.state, 'ok', JSON.stringify(tried.document));
    assert.equal(rowOf(nobody.document)?.state, 'failed');
    assert.deepEqual(await administrator(office).mailbox(user.id), before);
    const kept = await office.staging.state.read('canary.json');
    assert.equal(JSON.parse(String(kept)).takesAttachments, true);
  });

  it('records who read a report, for good, and names the days that nobody signed', async () => {
    const missing = await office.cli('report', 'sign', '--day', '2020-01-01', '--note', 'read');
    const noDay = await office.cli('report', '--format', 'csv');
    const sign = ['report', 'sign', '--day', SAMPLE_DAY, '--by', 'officer', '--note', 'read'];
    const first = await ask<{ report: number; path: string }>(...sign);
    const second = await ask<{ report: number; path: string }>(...sign);
    const status = await ask<StatusDocument>('status');

    assert.deepEqual([missing.code, noDay.code, first.code], [1, 2, 0]);
    assert.match(missing.err, /there is no report of 2020-01-01/);
    assert.match(noDay.err, /say which: --day DAY/);
    const number = String(first.document.report);
    assert.equal(second.document.path, `reports/${SAMPLE_DAY}/${number}.signed-2.json`);
    const books = office.staging.containers[1];
    const kept = [first, second].map(async ({ document: { path } }) => {
      const { by, note } = JSON.parse(String(await books.read(path))) as Record<string, string>;
      return [by, note];
    });
    assert.deepEqual(await Promise.all(kept), [
      ['officer', 'read'],
      ['officer', 'read'],
    ]);
    assert.equal(status.document.days.find(({ day }) => day === SAMPLE_DAY)?.isSigned, true);
  });

  it('retries one item by its key and leaves the others unchanged', async () => {
    const { document } = await ask<{ items: ItemRow[] }>(
      'items',
      '--day',
      SAMPLE_DAY,
      '--outcome',
      'unmapped',
    );
    const [row] = document.items;
    assert.ok(row);

    const retried = await ask<{ days: DayEnd[]; item: RetriedItem }>(
      'retry',
      '--item',
      row.itemKey,
      '--wait',
    );

    assert.equal(retried.code, 3);
    assert.equal(retried.document.days[0]?.day, SAMPLE_DAY);
    assert.equal(retried.document.days[0].thisRun?.imported, 0);
    assert.equal(retried.document.item.state, 'not-archived');
    assert.equal(retried.document.item.outcome, 'unmapped');
  });

  it('checks a mapping row by row, and puts it in force only when it is right', async () => {
    const bad = join(office.siteFolder, '..', 'bad.csv');
    const good = join(office.siteFolder, '..', 'good.csv');
    const short = join(office.siteFolder, '..', 'short.csv');
    writeFileSync(bad, 'mobileNumber,email\nnobody,a@example.com\n+447700900123,none\n');
    writeFileSync(good, `${SAMPLE_MAPPING_CSV.trimEnd()}\n+447700900999,new@example.com\n`);
    writeFileSync(short, 'mobileNumber,email\n+447700900999,new@example.com\n');

    const faulty = await ask<MappingCheck>('mapping', 'check', bad);
    const checked = await ask<MappingCheck>('mapping', 'check', good);
    const activated = await ask<MappingActivation>('mapping', 'activate', good);
    const again = await ask<MappingActivation>('mapping', 'activate', good);
    const shrinking = await office.cli('mapping', 'activate', short);
    const shown = await ask<ShownMapping>('mapping', 'show');

    assert.deepEqual([faulty.code, faulty.document.faults.map(({ row }) => row)], [1, [2, 3]]);
    assert.deepEqual(
      checked.document.change?.added.map(({ number }) => number),
      ['+447700900999'],
    );
    assert.deepEqual(checked.document.users?.notInTenant, ['new@example.com']);
    assert.ok((checked.document.comingHome?.heldItems ?? 0) > 0);
    assert.deepEqual(checked.document.comingHome?.people, []);
    assert.deepEqual([activated.code, activated.document.state], [0, 'activated']);
    assert.deepEqual([again.code, again.document.state], [0, 'unchanged']);
    assert.equal(shrinking.code, 2);
    assert.match(shrinking.err, /--force/);
    assert.equal(shown.document.version, activated.document.version);
    assert.equal(shown.document.versions.length, 2);
  });

  it('shows the state of everything, and all is well once a worker polls', async () => {
    const status = await ask<StatusDocument>('status');
    const day = await ask<StatusDocument>('status', '--day', SAMPLE_DAY);
    const check = await office.cli('check');
    const views = await ask<{ views: View[] }>('views');

    assert.equal(status.code, 0);
    assert.equal(status.document.days[0]?.day, SAMPLE_DAY);
    assert.equal(status.document.schedules[0]?.state, 'active');
    assert.ok((status.document.held[0]?.items ?? 0) > 0);
    assert.ok(day.document.runs.length >= 2);
    assert.deepEqual([check.code, check.out.includes('FAIL')], [0, false], check.out);
    assert.ok(!check.out.includes('a-secret-of-the-tests'));
    assert.match(views.document.views[0]?.url ?? '', /\/namespaces\/default\/workflows\?query=/);
    for (const { query } of views.document.views) {
      if (query !== null) await office.temporal.client.workflow.count(query);
    }
  });

  it('backfills a range and fails it for the days that the site does not have', async () => {
    const before = await office.cli('backfill', '--from', '2020-01-01', '--to', '2020-01-01');
    const next = new Date(Date.parse(SAMPLE_DAY) + 86_400_000).toISOString().slice(0, 10);
    const { code, document } = await ask<{ days: DayEnd[] }>(
      'backfill',
      '--from',
      next,
      '--to',
      next,
      '--wait',
    );

    assert.equal(before.code, 2);
    assert.match(before.err, /--before-start/);
    assert.equal(code, 1);
    assert.equal(document.days[0]?.outcome, 'no-delivery');
    assert.equal(document.days[0].problem?.type, 'no-delivery');
    await worker.stop();
  });

  it('names what is unreachable and exits 4', async () => {
    const env = { ...office.env, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const child = spawn(process.execPath, [CLIENT, 'run', '--json'], { env });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];

    assert.equal(code, 4);
    assert.match(err, /Temporal at 127\.0\.0\.1:1 does not answer/);
    assert.equal(JSON.parse(out).error.code, 'unreachable');
  });
});
