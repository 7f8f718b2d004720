import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell } from '../cell.ts';
import { finished } from '../finished.ts';

/** F42: the same items, and the same day, from several sides. */
export const DAY_CELLS: readonly Cell[] = [
  {
    id: 'F42-beside',
    row: 'F42',
    title: 'a scheduled run, a run by hand and a backfill over the same items at once',
    end: 'one of them archives each item, the others wait for it; one copy, and all balance',
    async play({ cast, make, day, deliver, office, startWorker, startDay, created }) {
      const { ann, ben, cat, eve } = cast;
      const wishes = [ann, ben, cat].flatMap((from) => [
        { from, to: [eve] },
        { from, to: [ann, ben] },
      ]);
      const items = wishes.flatMap((wish) => [make.sms(wish), make.mms(wish)]);
      await deliver(items);
      const copies = items.reduce(
        (sum, { parties }) => sum + parties.filter(({ id }) => id !== null).length,
        0,
      );
      office.tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: 400, times: 0 });
      await startWorker();
      const scheduled = await startDay({ workflowId: `o2-day:o2-${day}T02:00:00Z` });
      const byHand = await startDay();
      // The day after it works off the same days again.
      const { code, out } = await office.cli('backfill', '--from', day, '--to', day, '--json');
      assert.ok(code === 0 || out.includes(day), out);
      for (const run of [scheduled, byHand]) {
        const { outcome, books } = finished(await run.end());
        assert.deepEqual([outcome, books.imported], ['complete', copies]);
      }
      assert.equal(created(), copies);
    },
  },
  {
    id: 'F42-retry',
    row: 'F42',
    title: 'two workers and two runs of one day, of which the second one retries everything',
    end: 'conditional creates make the other harmless; one copy',
    async play({ cast, make, deliver, office, startWorker, startDay, created }) {
      const { ann, ben } = cast;
      const items = Array.from({ length: 8 }, () => make.sms({ from: ann, to: [ben] }));
      await deliver(items);
      office.tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: 400, times: 0 });
      await Promise.all([startWorker(), startWorker()]);
      const runs = [await startDay(), await startDay({ workflowId: 'o2-day:o2:again', retry: {} })];
      for (const run of runs) {
        const { outcome, books } = finished(await run.end());
        assert.deepEqual([outcome, books.imported], ['complete', 16]);
      }
      assert.equal(created(), 16);
    },
  },
  {
    id: 'F42-next-day',
    row: 'F42',
    title: "an item lies in its own day's package and again in the next day's",
    end: 'a receipt there says skipped and names its home; one copy; the books of both days close',
    async play({ cast, make, day, deliver, startWorker, runDay, created }) {
      const { ann, ben, eve } = cast;
      const item = make.mms({ from: ann, to: [ben] });
      await deliver([item], { day: '2026-11-20' });
      await startWorker();
      finished(await runDay({ day: '2026-11-20' }));
      await deliver([item, make.sms({ from: ben, to: [eve] })], { day });
      const { outcome, books } = finished(await runDay());
      assert.deepEqual([outcome, books.imported, books.skipped], ['complete', 1, 1]);
      assert.equal(created(), 3);
    },
  },
  {
    id: 'F42-both-days',
    row: 'F42',
    title: "items lie in two days' packages, and one run works both off at once",
    end: 'one day archives each item, the other skips it and names its home; both balance at once',
    async play({ cast, make, day, deliver, office, startWorker, runDay, created }) {
      const { ann, ben, eve } = cast;
      const shared = Array.from({ length: 6 }, () => make.mms({ from: ann, to: [ben] }));
      await deliver([...shared, make.sms({ from: ben, to: [eve] })], { day: '2026-11-20' });
      await deliver([...shared, make.sms({ from: ben, to: [eve] })], { day });
      office.tenant.order({ kind: 'messages.create', outcome: 'pass', latencyMs: 400, times: 0 });
      await startWorker();
      const result = finished(await runDay());
      assert.deepEqual([result.balances, result.unbalanced ?? []], [true, []]);
      // Two copies of each that is at home here, one entry skipped of each that is not.
      assert.equal(result.books.imported + 2 * result.books.skipped, 13);
      assert.equal(created(), 14);
    },
  },
  {
    id: 'F1-growing',
    row: 'F1',
    title: 'a package is still being written when the day runs: half of it lies at the site',
    end: 'left for the next look, which takes the whole of it; nothing is refused or taken by halves',
    office: { limits: { settleSeconds: 1 } },
    async play({ cast, make, deliver, office, startWorker, runDay }) {
      const { ann, eve } = cast;
      const name = await deliver([make.mms({ from: ann, to: [eve] })]);
      const path = join(office.siteFolder, `${name}.zip`);
      const whole = readFileSync(path);
      writeFileSync(path, whole.subarray(0, whole.length / 2));
      // Written this moment; the clock of the site may be a little behind ours.
      const soon = new Date(Date.now() + 3_600_000);
      utimesSync(path, soon, soon);
      await startWorker();
      const { failure } = await runDay();
      assert.equal(failure?.type, 'package-not-ready');
      writeFileSync(path, whole);
      const anHourAgo = new Date(Date.now() - 3_600_000);
      utimesSync(path, anHourAgo, anHourAgo);
      const { outcome, books } = finished(await runDay());
      assert.deepEqual([outcome, books.imported], ['complete', 1]);
    },
  },
];
