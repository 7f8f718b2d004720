import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Books } from '../../../src/domain/report.ts';
import type { DayResult } from '../../../src/workflows/contracts.ts';
import { administrator, handsOn } from '../../support/administrator.ts';
import { deliver, smsEml, type WrittenParty } from '../../support/delivery.ts';
import { openOffice, type Office } from '../../support/office.ts';

const FIRST = '2026-10-05';
const SECOND = '2026-10-06';
const FIRM = 'firm.example.com';
const FOLDER = 'O2 SMS and Voice Network Archiver';

const person = (name: string, number: string): WrittenParty => ({
  name,
  number: `4477009007${number}`,
  address: `${name.toLowerCase()}@${FIRM}`,
});
const ANN = person('Ann', '01');
const DAN = person('Dan', '04');
const EVE = person('Eve', '05');
const CATCH_ALL = `unmatched@${FIRM}`;
const idOf = (number: number) => `0ca5e000-0000-4000-8000-00000000000${String(number)}`;

/** Cases that stay open, from the run that left them to their end, by the operators' own commands. */
describe('cases that stay open', () => {
  let office: Office;
  const keys = new Map<string, string>();

  before(async () => {
    office = await openOffice({
      startDay: FIRST,
      ownDomains: [FIRM],
      mappingCsv: null,
      users: [ANN.address, CATCH_ALL].map((address, at) => ({
        ...{ id: idOf(at), userPrincipalName: address, mail: address, displayName: address },
        accountEnabled: true,
      })),
      settings: {
        mailbox: { messageIdDomain: 'o2-archive.example.com', unmatched: CATCH_ALL },
      },
    });
    await office.startWorker();
  });
  after(() => office.stop());

  const item = (name: string, from: WrittenParty, to: WrittenParty, more: object = {}) => ({
    name: `${name}.eml`,
    eml: smsEml({
      ...{ from, to: [to], owner: from.address, text: `text of ${name}` },
      ...{ at: `${FIRST}T09:00:00Z`, sourceId: name },
      ...more,
    }),
  });

  async function run(day: string, ...command: string[]): Promise<DayResult> {
    const args = command.length === 0 ? ['run', '--day', day] : command;
    const { out, err } = await office.cli(...args, '--wait', '--json');
    const [end] = (JSON.parse(out) as { days: DayResult[] }).days;
    assert.ok(end, err);
    for (const { path } of await office.staging.packages.listIndexes(day)) {
      const { items } = await office.staging.packages.readIndex(path);
      for (const { name, itemKey } of items) keys.set(name.replace('.eml', ''), itemKey);
    }
    return end;
  }

  const keyOf = (name: string) => keys.get(name) ?? assert.fail(`no item is called ${name}`);

  async function receiptOf(name: string, day = FIRST): Promise<Receipt> {
    const receipt = await office.staging.receipts.find(day, keyOf(name));
    return receipt ?? assert.fail(`${name} has no receipt`);
  }

  async function booksOf(day: string): Promise<Pick<Books, 'imported' | 'waived' | 'failed'>> {
    const report = await office.staging.reports.latest(day);
    assert.equal(report?.balances, true);
    const { imported, waived, failed } = report.books;
    return { imported, waived, failed };
  }

  async function json(...args: string[]) {
    const { code, out, err } = await office.cli(...args, '--json');
    return { code, err, document: JSON.parse(out) as Record<string, unknown> };
  }

  it('are listed once a person, with how many items wait and since when, over several days', async () => {
    await deliver(office.siteFolder, {
      day: FIRST,
      items: [
        item('one', ANN, DAN),
        item('two', DAN, ANN),
        item('both', DAN, EVE, { owner: DAN.address }),
        item('version-1', ANN, ANN, { sourceId: 'same' }),
        item('version-2', ANN, ANN, { sourceId: 'same', text: 'other words' }),
      ],
    });
    await run(FIRST);
    await deliver(office.siteFolder, {
      day: SECOND,
      items: [item('three', ANN, DAN, { at: `${SECOND}T10:00:00Z` })],
    });
    await run(SECOND);

    const report = await office.staging.reports.latest(SECOND);
    assert.deepEqual(
      report?.unmapped.map(({ address, items, itemsOverall, since }) => [
        ...[address, items, itemsOverall, since],
      ]),
      [[DAN.address, 1, 4, `${FIRST}T09:00:00Z`]],
    );
    assert.deepEqual(await booksOf(SECOND), { imported: 1, waived: 0, failed: 1 });
  });

  it('go to the unmatched mailbox where nobody has one, in a folder of the year, and stay listed', async () => {
    const { outcome, mailboxes, held } = await receiptOf('both');
    assert.equal(outcome, 'unmapped');
    assert.deepEqual(
      mailboxes.map(({ id, rule, outcome: end }) => [id, rule, end]),
      [[idOf(1), 'unmatched', 'imported']],
    );
    assert.equal(held.length, 2);
    // Copies: one, two, both versions in Ann's mailbox, both in the unmatched one; Dan thrice, Eve once.
    assert.deepEqual(await booksOf(FIRST), { imported: 5, waived: 0, failed: 4 });
    assert.deepEqual(await foldersOf(idOf(1)), [`${FOLDER} 2026`]);
  });

  it('do not count as amended items, which are archived each and told together', async () => {
    const report = await office.staging.reports.latest(FIRST);
    assert.equal(report?.amended.count, 1);
    assert.deepEqual(
      report.amended.groups.map((group) => group.keys),
      [[keyOf('version-1'), keyOf('version-2')].sort()],
    );
    const { document } = await json('item', keyOf('version-1'));
    assert.deepEqual(document['versions'], [keyOf('version-2')]);
    const [index] = await office.staging.packages.listIndexes(FIRST);
    const { items } = await office.staging.packages.readIndex(index?.path ?? '');
    assert.doesNotMatch(JSON.stringify(items.map(({ source }) => source)), /same|version/);
  });

  it('are waived by person over all days, who and why on each receipt, and are red no more', async () => {
    const reports = await office.staging.reports.latest(FIRST);
    const named = await office.cli('waive', '--person', DAN.number, '--reason', 'Dan has left');
    assert.equal(named.code, 2);

    const by = ['--by', 'compliance'];
    const { code, document } = await json(
      ...['waive', '--person', `0${DAN.number.slice(2)}`, '--reason', 'left, no mailbox', ...by],
    );

    assert.equal(code, 0);
    assert.equal(document['items'], 4);
    assert.deepEqual(await booksOf(FIRST), { imported: 5, waived: 3, failed: 1 });
    assert.deepEqual(await booksOf(SECOND), { imported: 1, waived: 1, failed: 0 });
    const next = await office.staging.reports.latest(FIRST);
    assert.equal(next?.number, (reports?.number ?? 0) + 1);
    assert.ok(next.changes.includes('waived: 0 → 3'), String(next.changes));
    const { outcome, waived } = await receiptOf('one');
    assert.deepEqual(
      [outcome, waived?.by, waived?.reason],
      ['waived', 'compliance', 'left, no mailbox'],
    );
    assert.equal((await receiptOf('both')).outcome, 'unmapped');
    const workflow = office.temporal.client.workflow.getHandle(`o2-item:o2:${keyOf('one')}`);
    assert.equal((await workflow.describe()).status.name, 'COMPLETED');
    const { document: listed } = await json('items', '--day', FIRST, '--outcome', 'waived');
    // Of 'both' Dan's copy only.
    assert.deepEqual(
      (listed['items'] as { outcome: string; waived: { by: string } }[])
        .map((row) => `${row.outcome} by ${row.waived.by}`)
        .sort(),
      ['unmapped by compliance', 'waived by compliance', 'waived by compliance'],
    );
  });

  it('that are waived stay so when their mailbox comes, and are not looked for', async () => {
    office.tenant.addUser({
      ...{ id: idOf(4), userPrincipalName: DAN.address, mail: DAN.address, displayName: 'Dan' },
      accountEnabled: true,
    });

    const { thisRun } = await run(SECOND);

    assert.deepEqual([thisRun.started, thisRun.imported], [0, 0]);
    assert.equal((await receiptOf('one')).outcome, 'waived');
    assert.equal((await administrator(office).mailbox(idOf(4)))?.messages.length, 0);
  });

  it('are waived once: the second time tells who did it, and a retry how to open them', async () => {
    const again = await office.cli('waive', '--item', keyOf('one'), '--reason', 'twice');
    assert.equal(again.code, 0);
    assert.match(again.out, /Waived already, by compliance/);
    const retried = await office.cli('retry', '--item', keyOf('one'));
    assert.match(retried.err, /unwaive --connector o2 --item/);
  });

  it('that are opened again are tried at once, and the unmatched copy stays beside the real one', async () => {
    const { code } = await json('unwaive', '--person', DAN.address, '--by', 'compliance');

    // Eve is held still.
    assert.equal(code, 3);
    assert.deepEqual(await booksOf(FIRST), { imported: 8, waived: 0, failed: 1 });
    assert.deepEqual(await booksOf(SECOND), { imported: 2, waived: 0, failed: 0 });
    const { mailboxes } = await receiptOf('both');
    assert.deepEqual(
      mailboxes.map(({ id, rule }) => [id, rule]),
      [
        [idOf(1), 'unmatched'],
        [idOf(4), 'automatic'],
      ],
    );
    const found = await administrator(office).mailbox(idOf(4));
    const ids = found?.messages.map(({ archiveKey }) => archiveKey).sort();
    assert.deepEqual(ids, ['one', 'two', 'both', 'three'].map(keyOf).sort());
    const report = await office.staging.reports.latest(FIRST);
    assert.deepEqual(
      report?.unmapped.map(({ address, itemsOverall }) => [address, itemsOverall]),
      [[EVE.address, 1]],
    );
  });

  it('do not spoil the exit code of a retry of another item of their day', async () => {
    const { code, document } = await json('retry', '--item', keyOf('one'), '--wait');

    assert.equal(code, 0);
    assert.equal((document['item'] as { state: string }).state, 'archived-already');
    const [day] = document['days'] as { outcome: string }[];
    assert.equal(day?.outcome, 'partial');
  });

  it('leave nothing of the operator’s words in Temporal', async () => {
    for await (const { workflowId, runId } of office.temporal.client.workflow.list()) {
      const handle = office.temporal.client.workflow.getHandle(workflowId, runId);
      const said = historyToJSON(await handle.fetchHistory());
      const payloads = [...said.matchAll(/"data": ?"([A-Za-z0-9+/=]+)"/g)].map(([, data]) =>
        Buffer.from(data ?? '', 'base64').toString(),
      );
      assert.ok(payloads.length > 0);
      for (const words of [said, ...payloads]) assert.doesNotMatch(words, /compliance|left, no/);
    }
  });

  async function foldersOf(user: string): Promise<string[]> {
    const listed = await handsOn(office).ask('GET', `/users/${user}/mailFolders?$top=100`);
    return (listed as { value: { displayName: string }[] }).value
      .map(({ displayName }) => displayName)
      .filter((name) => name.startsWith(FOLDER));
  }
});
