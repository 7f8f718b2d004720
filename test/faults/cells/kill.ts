import assert from 'node:assert/strict';
import { until } from '../../support/until.ts';
import { openLink } from '../../support/link.ts';
import type { StorageFault } from '../../support/storage-faults.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';

type ItemKind = 'sms' | 'mms' | 'recording';

/** Where the worker is killed: what it was doing is held there until it is dead. */
interface KillPoint {
  readonly row: string;
  readonly name: string;
  /** What was done of it when its worker died, by kind of item. */
  readonly variants: Readonly<Record<ItemKind, { readonly what: string; hold: Hold }>>;
  readonly office?: Cell['office'];
}

/** Arranges the hold before a worker is there; the promise resolves when a worker is held. */
type Hold = (stage: Stage) => Promise<{ readonly reached: Promise<unknown>; cure?: () => void }>;

const PACKAGE = /^packages\/.*\.zip$/;
const INDEX = /\.index\.json$/;
const MESSAGE = /^messages\//;
const RECEIPT = /^receipts\//;

function blobHeld(fault: StorageFault): Hold {
  return ({ office }) => Promise.resolve({ reached: office.storage.order(fault).met });
}

/** The item is read for its message as soon as the index is there, not before. */
function readHeld(outcome: 'hang' | 'stall'): Hold {
  return ({ office }) => {
    const { storage } = office;
    const indexed = storage.order({ path: INDEX, operation: 'blob.put', outcome: 'pass' });
    const read = { path: PACKAGE, operation: 'blob.read', outcome } as const;
    return Promise.resolve({ reached: indexed.met.then(() => storage.order(read).met) });
  };
}

function createHeld(applied: 'not' | 'before' | 'late'): Hold {
  return ({ office, cast, requested, created }) => {
    office.tenant.order({
      ...{ kind: 'messages.create', mailbox: cast.ann.id, outcome: 'hang', applied },
      // Longer than a new worker takes to come, shorter than the settle time below.
      ...(applied === 'late' ? { lateMs: 20_000 } : {}),
    });
    const reached = until('the create is on its way', () => {
      const copies = applied === 'before' ? created() : 1;
      return requested('messages.create') >= 1 && copies >= 1 ? true : null;
    });
    return Promise.resolve({ reached });
  };
}

/** The 201 reaches the worker, and nothing that the worker says of it reaches Temporal. */
const answeredAndMute: Hold = async ({ office, cast, requested }) => {
  const { tenant, env } = office;
  const link = await openLink(office.temporal.address);
  const direct = env['TEMPORAL_ADDRESS'];
  env['TEMPORAL_ADDRESS'] = link.address;
  const order = { kind: 'messages.create', mailbox: cast.ann.id, outcome: 'pass' } as const;
  tenant.order({ ...order, latencyMs: 4_000 });
  const reached = (async () => {
    await until('the create is on its way', () =>
      requested('messages.create') >= 1 ? true : null,
    );
    link.hold();
    assert.equal(tenant.counters().created[cast.ann.id] ?? 0, 0, 'it was done before the hold');
    await until('the create is answered', () =>
      (tenant.counters().created[cast.ann.id] ?? 0) >= 1 ? true : null,
    );
  })();
  return {
    reached,
    cure() {
      env['TEMPORAL_ADDRESS'] = direct;
      void link.close();
    },
  };
};

const sessionHeld: Hold = ({ office, cast, requested }) => {
  office.tenant.order({ kind: 'uploads.create', mailbox: cast.ann.id, outcome: 'hang' });
  const reached = until('the session is asked for', () =>
    requested('uploads.create') >= 1 ? true : null,
  );
  return Promise.resolve({ reached });
};

/** The site is a container behind the same proxy, so that its reads can be held too. */
function siteHeld(outcome: 'hang' | 'stall'): Hold {
  return ({ office, siteContainer }) => {
    if (siteContainer === null) throw new Error('the cell asked for no site of that kind');
    const read = { operation: 'blob.read', container: siteContainer, outcome } as const;
    return Promise.resolve({ reached: office.storage.order(read).met });
  };
}

const put = (path: RegExp, operation: StorageFault['operation'], applied: 'not' | 'before') => {
  const fault = { path, applied, outcome: 'hang' } as const;
  return blobHeld(operation === undefined ? fault : { ...fault, operation });
};

const POINTS: readonly KillPoint[] = [
  {
    row: 'F1',
    name: 'fetching a package',
    variants: {
      sms: { what: 'nothing of it has come', hold: siteHeld('hang') },
      mms: { what: 'half of it has come', hold: siteHeld('stall') },
      recording: { what: 'half of it has come', hold: siteHeld('stall') },
    },
  },
  {
    row: 'F2',
    name: 'putting the raw package',
    variants: {
      sms: { what: 'the blob is not there', hold: put(PACKAGE, undefined, 'not') },
      mms: {
        what: 'its first request is done, unanswered',
        hold: put(PACKAGE, undefined, 'before'),
      },
      recording: { what: 'a block is there', hold: put(PACKAGE, 'block.put', 'before') },
    },
  },
  {
    row: 'F3',
    name: 'converting an item',
    variants: {
      sms: { what: 'nothing is read', hold: readHeld('hang') },
      mms: { what: 'half is read', hold: readHeld('stall') },
      recording: { what: 'half is read', hold: readHeld('stall') },
    },
  },
  {
    row: 'F4',
    name: 'putting the message',
    variants: {
      sms: { what: 'the blob is not there', hold: put(MESSAGE, undefined, 'not') },
      mms: {
        what: 'its first request is done, unanswered',
        hold: put(MESSAGE, undefined, 'before'),
      },
      recording: { what: 'a block is there', hold: put(MESSAGE, 'block.put', 'before') },
    },
  },
  {
    row: 'F5',
    name: 'posting to Graph',
    office: { limits: { settleSeconds: 30 } },
    variants: {
      sms: { what: 'done, unanswered', hold: createHeld('before') },
      mms: { what: 'not done', hold: createHeld('not') },
      recording: { what: 'done 20 s later', hold: createHeld('late') },
    },
  },
  {
    row: 'F6',
    name: 'writing the receipt',
    variants: {
      sms: { what: 'not done', hold: put(RECEIPT, 'blob.put', 'not') },
      mms: { what: 'done, unanswered', hold: put(RECEIPT, 'blob.put', 'before') },
      recording: { what: 'done, unanswered', hold: put(RECEIPT, 'blob.put', 'before') },
    },
  },
  {
    row: 'F7',
    name: 'recording what Graph answered',
    variants: {
      sms: { what: 'the 201 has come, Temporal knows nothing', hold: answeredAndMute },
      mms: { what: 'the 201 has come, Temporal knows nothing', hold: answeredAndMute },
      recording: { what: 'the message is there, its session asked for', hold: sessionHeld },
    },
  },
];

/** The first create is refused cleanly; the second one is done and its worker dies unanswered. */
const SECOND_CREATE: Cell = {
  id: 'F5-second',
  row: 'F5',
  title:
    'SIGKILL of the worker in the second create of a copy, the first of which was refused (429)',
  end: "the word of the second create, not the first one's, reaches the new worker: it looks first",
  office: { limits: { settleSeconds: 3 } },
  async play({ cast, make, deliver, office, startWorker, startDay, created }) {
    const { ann, eve } = cast;
    await deliver([make.sms({ from: ann, to: [eve] })]);
    const create = { kind: 'messages.create', mailbox: ann.id } as const;
    office.tenant.order({ ...create, status: 429, code: 'TooManyRequests', retryAfter: '1' });
    office.tenant.order({ ...create, outcome: 'hang', applied: 'before' });
    const worker = await startWorker();
    const day = await startDay();
    await until('the second create is done', () => (created() >= 1 ? true : null));
    await worker.kill();
    await startWorker();
    const { outcome, books } = finished(await day.end());
    assert.deepEqual([outcome, books.imported], ['complete', 1]);
    assert.equal(created(), 1);
  },
};

/** What is read for a message is digested on the way. */
const FLIPPED: Cell = {
  id: 'F3-flipped',
  row: 'F3',
  title: 'one bit flips on the way from storage while an item is read for its message',
  end: 'noticed by its digest: no such message is staged or posted; the next run archives it whole',
  async play({ cast, make, deliver, office, startWorker, runDay, created }) {
    const { ann, eve } = cast;
    const { storage } = office;
    await deliver([make.mms({ from: ann, to: [eve], bytes: 20_000 })], { isStored: true });
    const indexed = storage.order({ path: INDEX, operation: 'blob.put', outcome: 'pass' });
    const flipped = indexed.met.then(() =>
      storage.order({ path: PACKAGE, operation: 'blob.read', outcome: 'flip', times: 0 }),
    );
    const worker = await startWorker();
    const first = finished(await runDay());
    assert.deepEqual([first.books.imported, first.books.failed, created()], [0, 1, 0]);
    (await flipped).withdraw();
    // What was read is kept for a while; a new worker reads anew.
    await worker.stop();
    await startWorker();
    const { books } = finished(await runDay({ retry: {} }));
    assert.deepEqual([books.imported, books.failed], [1, 0]);
  },
};

/** F1–F7 for each kind: a real SIGKILL of the worker's process, then a new worker. */
export const KILL_CELLS: readonly Cell[] = [
  ...POINTS.flatMap((point) =>
    (['sms', 'mms', 'recording'] as const).map((kind) => killCell(point, kind)),
  ),
  SECOND_CREATE,
  FLIPPED,
];

function killCell({ row, name, variants, office }: KillPoint, kind: ItemKind): Cell {
  const { what, hold } = variants[kind];
  return {
    id: `${row}-${kind}`,
    row,
    title: `SIGKILL of the worker while ${name} (${kind}): ${what}`,
    end: 'a new worker goes on; same names, same bytes, one copy in each mailbox',
    ...(office === undefined ? {} : { office }),
    hasContainerSite: row === 'F1',
    async play(stage) {
      const { ann, ben, eve } = stage.cast;
      const other = stage.make.sms({ from: ben, to: [eve] });
      await stage.deliver([stage.make[kind]({ from: ann, to: [ben] }), other]);
      const { reached, cure } = await hold(stage);
      const worker = await stage.startWorker();
      const day = await stage.startDay();
      await Promise.race([reached, day.end().then(() => assert.fail('the day ended unheld'))]);
      await worker.kill();
      cure?.();
      await stage.startWorker();
      const { outcome, books, thisRun } = finished(await day.end());
      assert.deepEqual([outcome, books.imported], ['complete', 3]);
      assert.deepEqual(thisRun, { started: 2, imported: 3, unchanged: 0 });
    },
  };
}
