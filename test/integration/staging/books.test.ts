import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import type { Receipt } from '../../../src/domain/receipt.ts';
import type { Report } from '../../../src/domain/report.ts';
import { staging as openStaging } from '../../../src/staging/staging.ts';
import { aReceipt, keyOf } from '../../support/builders.ts';
import { pathsIn, stagingRoom, type StagingRoom } from '../../support/staging-room.ts';

const DAY = '2026-11-23';

let room: StagingRoom;
before(async () => {
  room = await stagingRoom();
});
after(() => room.stop());

describe('receipts', () => {
  it('with the same bytes again are one receipt: an answer was lost', async () => {
    const { staging, books } = await room.open();
    const receipt = aReceipt();

    const first = await staging.receipts.write(DAY, receipt);
    const again = await staging.receipts.write(DAY, receipt);

    assert.equal(first, `receipts/2026/11/23/${receipt.itemKey}/1.json`);
    assert.equal(again, first);
    assert.deepEqual(await pathsIn(books), [first]);
  });

  it('of other content get the next number, and the highest counts beyond nine', async () => {
    const { staging } = await room.open();
    const { receipts } = staging;
    for (let at = 1; at <= 12; at += 1) {
      const path = await receipts.write(DAY, numbered(at));
      assert.ok(path.endsWith(`/${String(at)}.json`), path);
    }

    const found = await receipts.find(DAY, keyOf(1));
    const listed = (await receipts.latest(DAY)).get(keyOf(1));

    assert.deepEqual(found, numbered(12));
    assert.equal(listed?.number, 12);
    assert.deepEqual(await receipts.read(listed.path), found);
  });

  it('of many writers at once are all kept, each under a number of its own', async () => {
    const { staging, books } = await room.open();

    const paths = await Promise.all(
      Array.from({ length: 8 }, (_, at) => staging.receipts.write(DAY, numbered(at))),
    );

    assert.equal(new Set(paths).size, 8);
    assert.deepEqual(
      (await pathsIn(books)).sort(),
      Array.from(
        { length: 8 },
        (_, at) => `receipts/2026/11/23/${keyOf(1)}/${String(at + 1)}.json`,
      ),
    );
  });

  it('are listed by the beginning of their keys, the latest of each, of that day only', async () => {
    const { staging } = await room.open();
    const { receipts } = staging;
    const keys = ['aa', 'ab', 'b0'].map((start) => start.padEnd(64, '0'));
    for (const itemKey of keys) await receipts.write(DAY, aReceipt({ itemKey }));
    await receipts.write(DAY, aReceipt({ itemKey: keys[1] ?? '', outcome: 'waived' }));
    await receipts.write('2026-11-24', aReceipt({ itemKey: keys[0] ?? '', outcome: 'skipped' }));

    const byPrefix = async (prefix: string) =>
      [...(await receipts.latest(DAY, prefix))].map(([key, { outcome, number }]) => [
        key.slice(0, 2),
        outcome,
        number,
      ]);

    assert.deepEqual(await byPrefix('a'), [
      ['aa', 'imported', 1],
      ['ab', 'waived', 2],
    ]);
    assert.deepEqual(await byPrefix(''), [...(await byPrefix('a')), ['b0', 'imported', 1]]);
    assert.deepEqual(await byPrefix('c'), []);
    assert.equal(await receipts.find(DAY, keyOf(9)), null);
  });

  it('tell the books by their listing what they hold', async () => {
    const { staging } = await room.open();
    const receipt = aReceipt({
      outcome: 'failed',
      reason: 'throttled',
      mailboxes: [copy('imported', null), copy('failed', 'throttled')],
      held: [{ role: 'owner', position: 0, reason: 'no-user', person: 'dd' }],
      flags: ['encrypted', 'time-corrected'],
    });

    await staging.receipts.write(DAY, receipt);
    const listed = (await staging.receipts.latest(DAY)).get(receipt.itemKey);

    assert.deepEqual(
      [listed?.outcome, listed?.reason, listed?.home, listed?.flags],
      ['failed', 'throttled', DAY, receipt.flags],
    );
    assert.deepEqual(
      listed?.mailboxes.map(({ outcome, reason }) => [outcome, reason]),
      [
        ['imported', null],
        ['failed', 'throttled'],
      ],
    );
    assert.deepEqual(
      listed.held.map(({ reason }) => reason),
      ['no-user'],
    );
  });

  it('of an item of thousands of parties are taken', async () => {
    const { staging } = await room.open();
    const held = Array.from({ length: 2_000 }, (_, position) => ({
      ...({ role: 'to', reason: 'no-user', person: 'dd' } as const),
      position,
    }));

    await staging.receipts.write(DAY, aReceipt({ outcome: 'unmapped', reason: 'no-user', held }));

    assert.equal((await staging.receipts.latest(DAY)).get(keyOf(1))?.held.length, 2_000);
    assert.equal((await staging.receipts.find(DAY, keyOf(1)))?.held[1_999]?.position, 1_999);
  });
});

describe('reports', () => {
  it('have one claimant of a number, whose three files stand together', async () => {
    const { staging, books } = await room.open();
    const claims = Array.from({ length: 16 }, (_, at) => `claim ${String(at)}`);

    const won = await Promise.all(
      claims.map((claim) =>
        staging.reports.write(aReport(1, claim), { csv: `csv ${claim}`, html: `html ${claim}` }),
      ),
    );

    assert.equal(won.filter(Boolean).length, 1);
    const winner = claims[won.indexOf(true)] ?? '';
    assert.deepEqual((await staging.reports.latest(DAY))?.changes, [winner]);
    assert.equal(String(await staging.reports.read(DAY, 1, 'csv')), `csv ${winner}`);
    assert.equal(String(await staging.reports.read(DAY, 1, 'html')), `html ${winner}`);
    assert.equal((await pathsIn(books)).length, 3);
  });

  it('get the files that are missing, and keep those that are there', async () => {
    const { staging, books } = await room.open();
    const report = aReport(1, '');
    await staging.reports.write(report, { csv: 'csv', html: 'html' });
    await books.deleteBlob(`reports/${DAY}/1.html`);

    await staging.reports.complete(report, { csv: 'csv again', html: 'html again' });

    assert.equal(String(await staging.reports.read(DAY, 1, 'csv')), 'csv');
    assert.equal(String(await staging.reports.read(DAY, 1, 'html')), 'html again');
    assert.equal((await pathsIn(books)).length, 3);
  });

  it('are numbered beyond nine, and name the days that have one', async () => {
    const { staging } = await room.open();
    const renderings = { csv: 'csv', html: 'html' };
    for (let number = 1; number <= 11; number += 1) {
      await staging.reports.write(aReport(number, ''), renderings);
    }
    await staging.reports.write({ ...aReport(1, ''), day: '2026-11-25' }, renderings);

    assert.equal((await staging.reports.latest(DAY))?.number, 11);
    assert.equal(await staging.reports.latest('2026-11-24'), null);
    assert.deepEqual([...(await staging.reports.days())], [DAY, '2026-11-25']);
  });
});

describe('state', () => {
  it('makes the key of persons once, whoever asks first', async () => {
    const { staging, name } = await room.open();
    const account = { connectionString: room.azurite.connectionString };
    const others = Array.from({ length: 16 }, () => openStaging({ account, container: name }));

    const keys = await Promise.all(others.map((other) => other.state.personKey()));

    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1);
    assert.equal(keys[0]?.length, 32);
    assert.ok((await staging.state.personKey()).equals(keys[0]));
  });

  it('lost, leaves the key of persons, the waived days and the mapping that reports name', async () => {
    const { staging, name } = await room.open();
    const account = { connectionString: room.azurite.connectionString };
    const key = await staging.state.personKey();
    const file = { day: DAY, package: 'p', modifiedAt: '2026-11-24T01:00:00Z' };
    await staging.packages.receive(file, Readable.from([Buffer.from('zip')]), file.modifiedAt, []);
    const waived = { day: DAY, by: 'ops', at: '2026-11-24T09:00:00Z', reason: 'tenant closed' };
    await staging.waivedDays.add(waived);
    await staging.waivedDays.add({ ...waived, by: 'another' });
    const named = (number: number, mappingVersion: string | null) =>
      staging.reports.write(
        { ...aReport(number, ''), mappingVersion, writtenAt: `2026-11-24T02:00:0${number}Z` },
        { csv: '', html: '' },
      );
    for (const [at, version] of ['aa', 'bb', null].entries()) await named(at + 1, version);
    const state = staging.containers[2];
    for await (const { path } of state.list('')) await state.remove(path);

    const after = openStaging({ account, container: name });

    assert.ok((await after.state.personKey()).equals(key));
    assert.deepEqual([...(await after.waivedDays.list())], [DAY]);
    assert.equal(await after.reports.lastMapping(), 'bb');
  });

  it('holds who is held, by person, until they are dropped', async () => {
    const { staging } = await room.open();
    const { held } = staging;
    const key = { person: 'dd', itemKey: keyOf(1) };
    const another = { person: 'dd', itemKey: keyOf(2) };
    const item = { at: '2026-11-23T09:00:00Z' };
    const record = (reason: 'no-user' | 'no-mailbox') => ({ reason, item });
    await held.write(key, record('no-user'));
    await held.write(key, record('no-mailbox'));
    await held.write(another, record('no-user'));
    await held.write({ ...another, person: 'ee' }, record('no-user'));

    assert.deepEqual(await held.read(key), record('no-mailbox'));
    await held.drop(key);
    await held.drop(key);

    const theirs = await Array.fromAsync(held.list('dd'));
    assert.deepEqual(theirs, [{ ...another, ...item, reason: 'no-user' }]);
    assert.equal((await Array.fromAsync(held.list())).length, 2);
    assert.equal(await held.read(key), null);
  });

  it('holds what is blocked by a mailbox, with its package and when it was tried', async () => {
    const { staging } = await room.open();
    const { blocked } = staging;
    const item = {
      itemKey: keyOf(1),
      day: '2026-11-23',
      package: 'packages/2026/11/23/p é/1.zip',
      triedAt: '2026-11-24T02:00:00Z',
    };
    await blocked.write({ ...item, triedAt: '2026-11-23T02:00:00Z' });
    await blocked.write(item);

    assert.deepEqual(await Array.fromAsync(blocked.list()), [item]);
    await blocked.drop(item.itemKey);
    await blocked.drop(item.itemKey);
    assert.deepEqual(await Array.fromAsync(blocked.list()), []);
  });
});

function numbered(at: number): Receipt {
  return aReceipt({ writtenAt: `2026-11-24T02:00:${String(at).padStart(2, '0')}Z` });
}

function copy(outcome: 'imported' | 'failed', reason: 'throttled' | null) {
  const at = '2026-11-24T02:00:00Z';
  const rule = 'custom' as const;
  return { id: 'm', messageId: null, rule, mappingVersion: null, at, outcome, reason };
}

function aReport(number: number, change: string): Report {
  return {
    version: 1,
    connector: 'o2',
    day: DAY,
    window: { from: `${DAY}T00:00:00Z`, to: '2026-11-24T00:00:00Z' },
    number,
    writtenAt: '2026-11-24T02:00:00Z',
    outcome: 'empty',
    balances: true,
    books: {
      available: 0,
      imported: 0,
      partiallyImported: 0,
      skipped: 0,
      waived: 0,
      failed: 0,
      items: 0,
      itemsWithReceipt: 0,
    },
    thisRun: { started: 0, imported: 0, unchanged: 0 },
    kinds: { sms: 0, mms: 0, call: 0 },
    itemOutcomes: { imported: 0, partial: 0, skipped: 0, unmapped: 0, waived: 0, failed: 0 },
    packages: [],
    failures: [],
    amended: { count: 0, groups: [] },
    unmapped: [],
    flags: {
      encrypted: 0,
      'unknown-charset': 0,
      'doubtful-text': 0,
      'time-corrected': 0,
      'files-removed-at-source': 0,
      'connected-without-recording': 0,
    },
    lateItems: 0,
    lateDays: [],
    open: [],
    changes: [change],
  };
}
