import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';

/** An older database is restored in no less; see activities/import.ts. */
const RESTORE_MS = 61_000;
const PARTS = ['temporal.db', 'temporal.db-wal', 'temporal.db-shm'];

/** Puts the database aside, or back in the place of what is there. */
function copyDatabase(folder: string, from: string, to: string): void {
  for (const part of PARTS) {
    rmSync(join(folder, `${part}${to}`), { force: true });
    const source = join(folder, `${part}${from}`);
    if (existsSync(source)) copyFileSync(source, join(folder, `${part}${to}`));
  }
}

async function tenItems({ cast, make, deliver }: Stage): Promise<number> {
  const { ann, ben } = cast;
  await deliver(Array.from({ length: 10 }, () => make.sms({ from: ann, to: [ben] })));
  return 20;
}

/** True when so many items run and each waits for its look-up alone; null when not. */
async function areAllMapping({ office }: Stage, items: number): Promise<true | null> {
  const { workflow } = office.temporal.client;
  const query = "WorkflowType = 'archiveItem'";
  const runs = await Array.fromAsync(workflow.list({ query }));
  const open = await Promise.all(
    runs.map(async ({ workflowId }) => {
      const { raw } = await workflow.getHandle(workflowId).describe();
      return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name).join();
    }),
  );
  return open.length === items && open.every((names) => names === 'map') ? true : null;
}

/** Slow enough that a server can be killed while copies are on their way. */
function slowly({ office }: Stage): void {
  office.tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: 700, times: 0 });
}

/** Shifts what JavaScript takes for now; before anything else is loaded. */
function clockWrongBy(ms: number): string {
  const code = `const Real=Date;globalThis.Date=class extends Real{constructor(...a){a.length===0?super(Real.now()+${String(ms)}):super(...a)}static now(){return Real.now()+${String(ms)}}};`;
  return `--import data:text/javascript,${encodeURIComponent(code)}`;
}

const A_DAY_MS = 86_400_000;

/** F8, F9, F33, F35: workers and servers that go, come back, and have a wrong clock or no disk. */
export const SERVER_CELLS: readonly Cell[] = [
  {
    id: 'F8-workers-gone',
    row: 'F8',
    title: 'no worker is there when three nominal days of the schedule come due; then one comes',
    end: 'each day has its own run and its books, in order; the missed ones are not lost',
    async play(stage) {
      const { cast, make, deliver, office, startWorker } = stage;
      const days = ['2026-11-19', '2026-11-20', '2026-11-21'];
      for (const day of days) {
        await deliver([make.sms({ from: cast.ann, to: [cast.ben] })], { day });
      }
      assert.equal((await office.cli('schedule', 'apply')).code, 0);
      const { client } = office.temporal;
      const schedule = client.schedule.getHandle('o2-archive:o2');
      await schedule.backfill({
        start: new Date('2026-11-20T00:00:00Z'),
        end: new Date('2026-11-22T23:00:00Z'),
        overlap: 'BUFFER_ALL',
      });
      const runs = async () =>
        Array.fromAsync(client.workflow.list({ query: 'WorkflowType = "archiveDay"' }));
      await until('the first of them waits on the server', async () =>
        (await runs()).length >= 1 ? true : null,
      );
      await startWorker();
      await until('all three are closed', async () => {
        const closed = (await runs()).filter(({ status }) => status.name === 'COMPLETED');
        return closed.length >= 3 ? true : null;
      });
      for (const day of days) assert.equal(await office.staging.reports.balances(day), true, day);
      await schedule.delete();
    },
  },
  {
    id: 'F9-killed',
    row: 'F9',
    title: 'SIGKILL of the Temporal server while copies are on their way; back on its database',
    end: 'no workflow lost; what was on its way is looked for before it is sent again',
    hasOwnGround: true,
    async play(stage) {
      const copies = await tenItems(stage);
      slowly(stage);
      await stage.startWorker();
      const day = await stage.startDay();
      await until('a copy is made', () => (stage.created() >= 1 ? true : null));
      await stage.ground.temporal.crash();
      const { outcome, books } = finished(await day.end());
      assert.deepEqual([outcome, books.imported], ['complete', copies]);
      assert.equal(stage.created(), copies);
    },
  },
  {
    id: 'F9-older',
    row: 'F9',
    title: 'after the day, the Temporal database of before the day is restored; the day runs again',
    end: 'receipts decide: nothing is started, nothing is doubled',
    hasOwnGround: true,
    async play(stage) {
      const copies = await tenItems(stage);
      const { temporal } = stage.ground;
      await temporal.crash(() => copyDatabase(temporal.folder, '', '.older'));
      await stage.startWorker();
      finished(await stage.runDay());
      await temporal.crash(() => copyDatabase(temporal.folder, '.older', ''));
      const { books, thisRun } = finished(await stage.runDay());
      assert.deepEqual([books.imported, thisRun.started, thisRun.imported], [copies, 0, 0]);
      assert.equal(stage.created(), copies);
    },
  },
  {
    id: 'F9-older-midday',
    row: 'F9',
    title:
      'the database of the middle of the day, items converted and not yet mapped, is restored when the day has long ended',
    end: 'the old runs do the steps that followed again; each finds its copies and makes none',
    hasOwnGround: true,
    async play(stage) {
      const copies = await tenItems(stage);
      const { temporal } = stage.ground;
      // Nobody can be looked up: each item stays between its convert and its import.
      for (const kind of ['batch', 'users.*', 'folders.*']) {
        stage.office.tenant.order({ kind, times: 0 });
      }
      await stage.startWorker();
      const day = await stage.startDay();
      await until('all items are converted, and none is mapped', () => areAllMapping(stage, 10));
      const seenMs = Date.now();
      await temporal.crash(() => copyDatabase(temporal.folder, '', '.older'));
      stage.office.tenant.clearFaults();
      finished(await day.end());
      assert.equal(stage.created(), copies);
      await sleep(Math.max(0, seenMs + RESTORE_MS - Date.now()));
      await temporal.crash(() => copyDatabase(temporal.folder, '.older', ''));
      const { books } = finished(await day.end());
      assert.equal(books.imported, copies);
      assert.equal(stage.created(), copies);
    },
  },
  ...[1, -1].map((sign): Cell => ({
    id: sign > 0 ? 'F33-ahead' : 'F33-behind',
    row: 'F33',
    title: `the worker's clock is a day ${sign > 0 ? 'ahead' : 'behind'}`,
    end: 'the day is that of the input, times of items are their own; looked for, not fresh',
    async play(stage) {
      const { cast, make, deliver, office, startWorker, runDay, created } = stage;
      const changedAt = new Date(Date.now() - 3 * A_DAY_MS);
      const items = [
        make.sms({ from: cast.ann, to: [cast.ben] }),
        make.mms({ from: cast.ben, to: [cast.cat] }),
      ];
      await deliver(items, { changedAt });
      office.env['NODE_OPTIONS'] = clockWrongBy(sign * A_DAY_MS);
      await startWorker();
      delete office.env['NODE_OPTIONS'];
      const { outcome, books } = finished(await runDay());
      assert.deepEqual([outcome, books.imported, created()], ['complete', 4, 4]);
    },
  })),
  {
    id: 'F35-no-disk',
    row: 'F35',
    title: 'a worker that may not write one byte to a disk archives a day with a recording',
    end: 'a full disk cannot harm it: it has nothing to write there',
    async play(stage) {
      const { cast, make, deliver, office, startWorker, runDay } = stage;
      await deliver([
        make.recording({ from: cast.ann, to: [cast.ben] }),
        make.sms({ from: cast.ben, to: [cast.eve] }),
      ]);
      const { NODE_COMPILE_CACHE: cache } = office.env;
      delete office.env['NODE_COMPILE_CACHE'];
      office.env['NODE_OPTIONS'] =
        '--permission --allow-fs-read=* --allow-addons --allow-worker --allow-wasi';
      await startWorker();
      delete office.env['NODE_OPTIONS'];
      if (cache !== undefined) office.env['NODE_COMPILE_CACHE'] = cache;
      const { outcome, books } = finished(await runDay());
      assert.deepEqual([outcome, books.imported], ['complete', 3]);
    },
  },
];
