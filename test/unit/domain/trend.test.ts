import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { trendOf, trendWindow } from '../../../src/domain/trend.ts';
import { shownReport } from '../../support/shown-report.ts';

describe('the trend of a report', () => {
  it('covers thirty days to its own, none before the first of the connector', () => {
    const days = trendWindow('2026-11-23', '2026-01-01');

    assert.deepEqual([days.length, days[0], days.at(-1)], [30, '2026-10-25', '2026-11-23']);
    assert.deepEqual(trendWindow('2026-11-23', '2026-11-22'), ['2026-11-22', '2026-11-23']);
    assert.deepEqual(trendWindow('2026-11-23', '2026-11-23'), ['2026-11-23']);
  });

  it('looks back from a day before the first one that was asked for by name', () => {
    assert.equal(trendWindow('2026-11-23', '2026-12-01').length, 30);
  });

  it('leaves a day without a report empty, which is not 0', () => {
    const report = shownReport();
    const { items, failed } = report.books;

    assert.deepEqual(trendOf(['2026-11-22', '2026-11-23'], [report]), [
      { day: '2026-11-22', outcome: null, items: null, failed: null },
      { day: '2026-11-23', outcome: 'partial', items, failed },
    ]);
  });
});
