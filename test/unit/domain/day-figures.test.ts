import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callsWithoutRecording, hoursOf, latenessOf } from '../../../src/domain/day-figures.ts';
import { aReceipt, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';

const at = (number: number, time: string) => anEntry(keyOf(number), { at: time });
const RECEIVED = '2026-11-24T02:00:00Z';

describe('the hours of a day', () => {
  it('count each item by its own time, and those of other days apart', () => {
    const index = anIndex([
      at(1, `${DAY}T00:00:00Z`),
      at(2, `${DAY}T23:59:59Z`),
      at(3, `${DAY}T23:00:00Z`),
      at(4, '2026-11-22T23:59:59Z'),
    ]);

    const { ofTheDay, otherDays } = hoursOf(DAY, [index, anIndex([at(5, '2026-11-25T09:00:00Z')])]);

    assert.equal(ofTheDay.length, 24);
    assert.deepEqual([ofTheDay[0], ofTheDay[9], ofTheDay[23], otherDays], [1, 0, 2, 2]);
  });
});

describe('lateness', () => {
  const arrivals = (index: { package: string; delivery: number }, received = RECEIVED) =>
    new Map([[`${index.package}/${index.delivery}`, received]]);

  it('is from the own time of an item to the arrival of its package', () => {
    const index = anIndex([
      at(1, `${DAY}T23:00:00Z`),
      at(2, `${DAY}T02:00:00Z`),
      at(3, `${DAY}T01:59:59Z`),
      at(4, '2026-11-25T00:00:00Z'),
    ]);

    assert.deepEqual(latenessOf([index], arrivals(index), new Map()), {
      items: 4,
      medianSeconds: 3 * 3_600,
      maxSeconds: 86_401,
      over24Hours: 1,
    });
  });

  it('counts an item that came twice by its first arrival, and none that first came on another day', () => {
    const first = anIndex([at(1, `${DAY}T02:00:00Z`)]);
    const second = anIndex([at(1, `${DAY}T02:00:00Z`), at(2, '2026-11-01T02:00:00Z')], {
      package: 'second',
    });
    const received = new Map([...arrivals(second, '2026-11-30T02:00:00Z'), ...arrivals(first)]);
    const skipped = aReceipt({ itemKey: keyOf(2), outcome: 'skipped' });

    const found = latenessOf([second, first], received, new Map([[keyOf(2), skipped]]));

    assert.deepEqual(found, {
      ...{ items: 1, medianSeconds: 86_400, maxSeconds: 86_400, over24Hours: 0 },
    });
  });

  it('is null where nothing is known to have arrived', () => {
    const index = anIndex([at(1, `${DAY}T02:00:00Z`)]);

    assert.equal(latenessOf([index], new Map(), new Map()), null);
    assert.equal(latenessOf([index], arrivals(index, ''), new Map()), null);
    assert.equal(latenessOf([], new Map(), new Map()), null);
  });
});

describe('connected calls without a recording', () => {
  it('are named once each, a hundred at most', () => {
    const entries = Array.from({ length: 150 }, (_, number) => anEntry(keyOf(number)));
    const flags = ['connected-without-recording'] as const;
    const receipts = new Map(
      entries.slice(1).map(({ itemKey }) => [itemKey, aReceipt({ itemKey, flags })]),
    );

    const keys = callsWithoutRecording([anIndex(entries.slice(0, 3)), anIndex(entries)], receipts);

    assert.equal(keys.length, 100);
    assert.deepEqual(keys.slice(0, 3), [keyOf(1), keyOf(2), keyOf(3)]);
  });
});
