import assert from 'node:assert/strict';
import type { Cell } from '../cell.ts';
import { finished } from '../finished.ts';

/** F42: the same day from several sides at once. */
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
];
