import assert from 'node:assert/strict';
import { BlobServiceClient } from '@azure/storage-blob';
import type { StorageFault } from '../../support/storage-faults.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';

const PACKAGE = /^packages\/.*\.zip$/;
const INDEX = /\.index\.json$/;

/** Three items of each kind for two of ours: seven copies. */
async function aDay({ cast, make, deliver }: Stage): Promise<number> {
  const { ann, ben, eve } = cast;
  await deliver([
    make.sms({ from: ann, to: [ben] }),
    make.mms({ from: ben, to: [ann] }),
    make.recording({ from: ann, to: [ben] }),
    make.sms({ from: eve, to: [ann], owner: ann }),
  ]);
  return 7;
}

/** F11: everything of a kind fails for a while; the SDK tries twice, then Temporal does. */
const UNAVAILABLE: readonly { readonly name: string; readonly fault: StorageFault }[] = [
  { name: '503', fault: { every: 5, times: 0 } },
  { name: 'reset', fault: { every: 6, times: 0, outcome: 'reset' } },
  { name: 'cut', fault: { operation: 'blob.read', every: 3, times: 4, outcome: 'cut' } },
];

/** F12: the first of each kind of write is done and its answer lost. */
const WRITES = [
  { operation: 'blob.put', path: INDEX },
  { operation: 'blob.put', path: /^receipts\// },
  { operation: 'blob.put', path: /^messages\// },
  { operation: 'blob.put', path: /^reports\/.*json$/ },
  { operation: 'blob.put', path: /^reports\/.*csv$/ },
  { operation: 'block.put', path: PACKAGE },
  { operation: 'blocks.commit', path: PACKAGE },
  { operation: 'blocks.commit', path: /^messages\// },
] as const;

const UNAVAILABLE_CELLS = UNAVAILABLE.map(({ name, fault }): Cell => ({
  id: `F11-${name}`,
  row: 'F11',
  title: `storage misbehaves all day: ${name}, each ${String(fault.every)}th request`,
  end: 'tried again with patience; no partial blob, nothing lost or doubled',
  async play(stage) {
    const copies = await aDay(stage);
    const ordered = stage.office.storage.order(fault);
    await stage.startWorker();
    const { outcome, books } = finished(await stage.runDay());
    assert.deepEqual([outcome, books.imported], ['complete', copies]);
    assert.ok(ordered.count() > 0);
    assert.equal(stage.created(), copies);
  },
}));

async function everything(stage: Stage, which: 'content' | 'books' | 'state') {
  const { azurite } = stage.ground;
  const { container } = stage.office;
  const name = which === 'content' ? container : `${container}-${which}`;
  const client = BlobServiceClient.fromConnectionString(
    azurite.connectionString,
  ).getContainerClient(name);
  const blobs = await Array.fromAsync(client.listBlobsFlat());
  return { client, paths: blobs.map((blob) => blob.name) };
}

/** F11–F13, F45, F46: storage that fails, keeps or loses what it was given. */
export const STORAGE_CELLS: readonly Cell[] = [
  ...UNAVAILABLE_CELLS,
  {
    id: 'F11-refused',
    row: 'F11',
    title: 'the role on the storage account is withdrawn in the middle of the day (403)',
    end: 'the day fails once and says which role; after the cure the same command ends it',
    async play(stage) {
      const copies = await aDay(stage);
      const code = 'AuthorizationPermissionMismatch';
      const refused = { path: /^messages\//, status: 403, code } as const;
      stage.office.storage.order({ ...refused, times: 0 });
      await stage.startWorker();
      const { failure } = await stage.runDay();
      assert.equal(failure?.type, 'staging-refused');
      assert.match(failure.message, /Storage Blob Data Contributor/);
      assert.equal(stage.created(), 0);
      stage.office.storage.clearFaults();
      assert.equal(finished(await stage.runDay()).books.imported, copies);
    },
  },
  {
    id: 'F12-lost-answers',
    row: 'F12',
    title: 'one write of each kind is done and its answer lost: packages, indexes, messages, …',
    end: '"already there" with the same bytes is success; no second receipt, no second report',
    isQuick: true,
    async play(stage) {
      const copies = await aDay(stage);
      const { storage } = stage.office;
      const orders = WRITES.map((write) =>
        storage.order({ ...write, applied: 'before', outcome: 'reset' }),
      );
      await stage.startWorker();
      const { outcome, books, report } = finished(await stage.runDay());
      assert.deepEqual([outcome, books.imported], ['complete', copies]);
      assert.deepEqual(
        orders.map((order) => order.count()),
        WRITES.map(() => 1),
      );
      assert.match(report ?? '', /\/1\.json$/);
    },
  },
  {
    id: 'F13-worm',
    row: 'F13',
    title: 'content and books under WORM: a day, a retry, a late package, a mapping, a redelivery',
    end: 'nothing of ours changes what is archived: only creations were refused, as "there already"',
    async play(stage) {
      const { cast, make, deliver, office, startWorker, runDay, expect, hire } = stage;
      for (const name of [office.container, `${office.container}-books`]) {
        office.storage.protect(name);
      }
      const held = make.sms({ from: cast.ann, to: [cast.dan] });
      const first = [make.recording({ from: cast.ann, to: [cast.ben] }), held];
      await deliver(first);
      await startWorker();
      assert.equal(finished(await runDay()).outcome, 'partial');
      finished(await runDay({ retry: {} }));
      await deliver([make.mms({ from: cast.ben, to: [cast.cat] })], { number: 2 });
      finished(await runDay());
      const hal = hire();
      await office.activateMapping(`mobileNumber,email\n+${cast.dan.number},${hal.address}\n`);
      expect(held, { outcome: 'imported', mailboxes: [cast.ann.id, hal.id] });
      assert.equal(finished(await runDay()).outcome, 'complete');
      // The same package again with one item more.
      await deliver([...first, make.sms({ from: cast.cat, to: [cast.eve] })]);
      const { books, outcome } = finished(await runDay());
      assert.deepEqual([outcome, books.skipped, books.imported], ['complete', 2, 7]);
      const tried = new Set(office.storage.refused().map(({ operation }) => operation));
      for (const operation of ['blob.delete', 'blob.change', 'container.delete'] as const) {
        assert.ok(!tried.has(operation), operation);
      }
    },
  },
  {
    id: 'F45-flip',
    row: 'F45',
    title: 'staged bytes of an item come with one bit turned',
    end: 'refused before it is imported, named in the report, archived by the next run',
    async play(stage) {
      const copies = await aDay(stage);
      const { storage } = stage.office;
      const indexed = storage.order({ path: INDEX, operation: 'blob.put', outcome: 'pass' });
      const spoilt = indexed.met.then(() =>
        storage.order({ path: PACKAGE, operation: 'blob.read', outcome: 'flip' }),
      );
      await stage.startWorker();
      const { outcome, books } = finished(await stage.runDay());
      assert.equal((await spoilt).count(), 1);
      assert.deepEqual([outcome, books.failed > 0], ['partial', true]);
      assert.equal(finished(await stage.runDay()).books.imported, copies);
    },
  },
  {
    id: 'F45-missing',
    row: 'F45',
    title: 'a staged package vanishes between its index and its items; the site still has it',
    end: 'its items are held as staging-corrupt; the next run fetches it again to the same place',
    async play(stage) {
      const copies = await aDay(stage);
      const { storage } = stage.office;
      const point = storage.order({ path: INDEX, operation: 'blob.put', outcome: 'hang' });
      const worker = await stage.startWorker();
      const day = await stage.startDay();
      await point.met;
      await worker.kill();
      const { client, paths } = await everything(stage, 'content');
      const staged = paths.filter((path) => PACKAGE.test(path));
      // The index is written, then the package goes.
      storage.order({ path: INDEX, operation: 'blob.put', outcome: 'pass' }).met.then(
        async () => {
          for (const path of staged) await client.deleteBlob(path);
        },
        () => undefined,
      );
      await stage.startWorker();
      await day.end();
      assert.equal(finished(await stage.runDay()).books.imported, copies);
    },
  },
  {
    id: 'F46-state',
    row: 'F46',
    title: 'the state container is emptied: who is held, the mapping, the key of person references',
    end: 'lists are made again by the next run; the mapping is asked for by name; nothing doubled',
    isQuick: true,
    async play(stage) {
      const { cast, make, deliver, office, startWorker, runDay, expect, hire, created } = stage;
      const hal = hire();
      const toHal = make.sms({ from: cast.ann, to: [cast.dan] });
      const held = make.sms({
        from: cast.ben,
        to: [
          { ...cast.cat, id: null, number: cast.eve.number, address: 'nobody@firm.example.com' },
        ],
      });
      const csv = `mobileNumber,email\n+${cast.dan.number},${hal.address}\n`;
      await office.activateMapping(csv);
      expect(toHal, { outcome: 'imported', mailboxes: [cast.ann.id, hal.id] });
      expect(held, { outcome: 'unmapped', mailboxes: [cast.ben.id] });
      await deliver([toHal, held]);
      await startWorker();
      assert.equal(finished(await runDay()).outcome, 'partial');
      const before = await everything(stage, 'state');
      for (const path of before.paths) await before.client.deleteBlob(path);

      const { failure } = await runDay({ retry: {} });
      assert.equal(failure?.type, 'mapping-invalid');
      assert.match(failure.message, /version [0-9a-f]{16} is missing.*mapping activate FILE/);
      await office.activateMapping(csv);
      const { books, thisRun } = finished(await runDay());
      assert.deepEqual([books.imported, books.failed, thisRun.imported], [3, 1, 0]);
      assert.equal(created(), 3);
      const after = await everything(stage, 'state');
      const people = (paths: readonly string[]) => paths.filter((path) => path.startsWith('held/'));
      const lists = [people(after.paths), people(before.paths)];
      assert.deepEqual(lists[0], lists[1], 'the lists of who waits were not made again');
    },
  },
  {
    id: 'F48-storage',
    row: 'F48',
    title: 'storage takes requests and never answers: a write, a listing and a read of each day',
    end: 'each is given up after a minute and tried again',
    async play(stage) {
      const copies = await aDay(stage);
      const { storage } = stage.office;
      const operations = ['list', 'block.put', 'blob.read'] as const;
      const orders = operations.map((operation) => storage.order({ operation, outcome: 'hang' }));
      await stage.startWorker();
      assert.equal(finished(await stage.runDay()).books.imported, copies);
      assert.deepEqual(
        orders.map((order) => order.count()),
        [1, 1, 1],
      );
    },
  },
];
