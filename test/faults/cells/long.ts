import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultOrder } from '../../../sandbox/tenant/faults.ts';
import { until } from '../../support/until.ts';
import type { Cell, Stage } from '../cell.ts';
import { finished } from '../finished.ts';
import type { GeneratedItem, User } from '../items.ts';

const HOUR_MS = 3_600_000;
/** Of a package: the vendor's are of that order. */
const PACKAGE_ITEMS = 500;

/**
 * A create may appear 3 s after its answer was lost, and the look-up waits 6 s: the tenant of reality
 * takes up to 60 s and is given 90 s. Scaled, so that thousands of faults fit into the run of a test.
 */
const SCALED = { settleSeconds: 6, lateMs: 3_000 } as const;

/** Every hundredth create meets each of them. */
const MIXTURE: readonly FaultOrder[] = [
  { status: 429, code: 'ApplicationThrottled', retryAfter: '1' },
  { status: 503, retryAfter: '1' },
  { status: 504, code: 'UnknownError', retryAfter: '1', applied: 'before' },
  { status: 503, retryAfter: '1', applied: 'late', lateMs: SCALED.lateMs },
  { outcome: 'reset' },
  { outcome: 'hang' },
];

/** How long a worker lives in the mixture. */
const LIFE_MS = { least: 20_000, most: 40_000 } as const;

const MIXTURE_CELL: Cell = {
  id: 'mixture',
  row: 'all',
  title:
    '5,000 items; of the creates 1 % each meet 429, 5xx not applied, applied, applied late, reset, hang; the worker is killed every 20 to 40 s',
  end: 'as without any of it: each copy once',
  isLong: true,
  timeoutMs: 2 * HOUR_MS,
  office: { limits: { settleSeconds: SCALED.settleSeconds } },
  async play(stage) {
    const { office, startWorker, startDay, created, requested, note, random } = stage;
    const items = await deliverTo(stage, [...users(stage, 50)], stage.items(5_000));
    for (const fault of MIXTURE) {
      office.tenant.order({ kind: 'messages.create', every: 100, times: 0, ...fault });
    }
    const startedAt = performance.now();
    let worker = await startWorker();
    const day = await startDay();
    const end = day.end();
    const over = new AbortController();
    void end.finally(() => over.abort()).catch(() => undefined);
    let kills = 0;
    for (;;) {
      const lifeMs = LIFE_MS.least + random() * (LIFE_MS.most - LIFE_MS.least);
      const isOver = await sleep(lifeMs, false, { signal: over.signal }).catch(() => true);
      if (isOver) break;
      await worker.kill();
      kills += 1;
      worker = await startWorker();
    }
    const { books } = finished(await end);
    const seconds = (performance.now() - startedAt) / 1_000;
    assert.deepEqual([books.imported, books.failed], [items.length, 0]);
    assert.equal(created(), items.length, 'a copy was made and removed again');
    note(
      `${String(items.length)} items in ${seconds.toFixed(0)} s, ${String(kills)} kills, ${String(requested('messages.create'))} creates and ${String(requested('messages.list'))} look-ups for ${String(created())} copies`,
    );
  },
};

/** The ten minutes of the throttled mailbox on a scaled clock: longer than the others take. */
const THROTTLED_CELL: Cell = {
  id: 'throttled',
  row: 'F14',
  title: '1,000 items for one mailbox that answers 429 all the while, beside 1,000 for 20 others',
  end: 'the others keep 90 % of the rate that they have on a day without 429',
  isLong: true,
  timeoutMs: HOUR_MS,
  async play(stage) {
    const { cast, office, startWorker, startDay, note } = stage;
    const others = users(stage, 20);
    const [before, day] = ['2026-11-19', '2026-11-21'];
    await startWorker();
    const rates: number[] = [];
    for (const current of [before, day]) {
      await deliverTo(stage, [cast.ann, ...others], stage.items(2_000), {
        day: current,
        pick: (place) => (place % 2 === 0 ? 0 : 1 + ((place >> 1) % others.length)),
      });
      const throttled = { kind: 'messages.create', mailbox: cast.ann.id, times: 0 } as const;
      if (current === day) {
        office.tenant.order({
          ...throttled,
          status: 429,
          code: 'TooManyRequests',
          retryAfter: '30',
        });
      }
      office.tenant.resetCounters();
      const startedAt = performance.now();
      const run = await startDay({ day: current });
      const copiesOf = () => {
        const { created } = office.tenant.counters();
        return others.reduce((sum, { id }) => sum + (created[id] ?? 0), 0);
      };
      const wanted = stage.items(2_000) / 2;
      await until(
        'the others have their copies',
        () => (copiesOf() >= wanted ? true : null),
        HOUR_MS,
      );
      rates.push((wanted * 1_000) / (performance.now() - startedAt));
      if (current === day) {
        assert.equal(office.tenant.counters().created[cast.ann.id] ?? 0, 0);
        office.tenant.clearFaults();
      }
      const { books } = finished(await run.end());
      assert.deepEqual([books.imported, books.failed], [2 * wanted, 0]);
    }
    const [free = NaN, beside = NaN] = rates;
    note(
      `the others: ${free.toFixed(1)} copies/s without, ${beside.toFixed(1)} beside 429: ratio ${(beside / free).toFixed(2)}`,
    );
    assert.ok(beside / free >= 0.9, `the others kept ${(beside / free).toFixed(2)} of their rate`);
  },
};

const REQUESTS_CELL: Cell = {
  id: 'requests',
  row: 'all',
  title: '1,000 items to 20 mailboxes whose folders exist: clean, then with 1 % of faults',
  end: 'at most 1.05 requests a copy, and 1.15',
  isLong: true,
  timeoutMs: HOUR_MS,
  office: { limits: { settleSeconds: SCALED.settleSeconds } },
  async play(stage) {
    const { office, startWorker, runDay, note } = stage;
    const twenty = users(stage, 20);
    await startWorker();
    // The items are of the 21st: an earlier package would say that their dates lie in the future.
    await deliverTo(stage, twenty, twenty.length, { day: '2026-11-19' });
    finished(await runDay({ day: '2026-11-19' }));
    for (const [day, faults, most] of [
      ['2026-11-20', [], 1.05],
      // Of all creates 1 % meet one of the faults.
      ['2026-11-21', MIXTURE.map((fault) => ({ ...fault, every: 600 })), 1.15],
    ] as const) {
      const items = await deliverTo(stage, twenty, stage.items(1_000), { day });
      for (const fault of faults) {
        office.tenant.order({ kind: 'messages.create', times: 0, ...fault });
      }
      office.tenant.resetCounters();
      finished(await runDay({ day }));
      office.tenant.clearFaults();
      const { graphRequests } = office.tenant.counters();
      const each = graphRequests / items.length;
      note(`${day}: ${each.toFixed(3)} requests a copy (at most ${String(most)})`);
      assert.ok(each <= most, `${each.toFixed(3)} requests a copy`);
    }
  },
};

function users(stage: Stage, count: number): User[] {
  return Array.from({ length: count }, () => stage.hire());
}

/** Plain SMS, each for one of the users, in packages of the vendor's size. */
async function deliverTo(
  { make, cast, deliver, day: usual }: Stage,
  people: readonly User[],
  count: number,
  options: { day?: string; pick?: (place: number) => number } = {},
): Promise<GeneratedItem[]> {
  const { day = usual, pick = (place: number) => place % people.length } = options;
  const items = Array.from({ length: count }, (_, place) =>
    make.sms({ from: people[pick(place)] ?? cast.ann, to: [cast.eve] }),
  );
  for (let from = 0, number = 1; from < count; from += PACKAGE_ITEMS, number += 1) {
    await deliver(items.slice(from, from + PACKAGE_ITEMS), { day, number });
  }
  return items;
}

/** Minutes each: played when they are asked for. */
export const LONG_CELLS: readonly Cell[] = [MIXTURE_CELL, THROTTLED_CELL, REQUESTS_CELL];
