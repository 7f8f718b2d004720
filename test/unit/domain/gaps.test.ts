import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dayRanges, gapsOf, waiversOf } from '../../../src/domain/gaps.ts';
import type { TrendDay } from '../../../src/domain/trend.ts';

const without = (day: string): TrendDay => ({ day, outcome: null, items: null, failed: null });
const archived = (day: string): TrendDay => ({ day, outcome: 'complete', items: 1, failed: 0 });
const waived = (day: string, reason = 'closed') => ({
  ...{ day, by: 'ann@host', at: '2026-11-24T09:00:00Z', reason },
});

describe('the days without a report', () => {
  it('are gaps, save those before the first of the connector and those that somebody left out', () => {
    const trend = [
      ...[without('2026-11-18'), without('2026-11-19'), archived('2026-11-20')],
      ...[without('2026-11-21'), without('2026-11-22'), archived('2026-11-23')],
    ];

    assert.deepEqual(gapsOf(trend, '2026-11-19', [waived('2026-11-22')]), {
      gaps: ['2026-11-19', '2026-11-21'],
      waivedDays: [waived('2026-11-22')],
    });
  });

  it('are not waived when they were archived all the same, or lie outside the trend', () => {
    const trend = [archived('2026-11-22'), archived('2026-11-23')];

    const told = gapsOf(trend, '2026-11-01', [waived('2026-11-22'), waived('2026-11-10')]);

    assert.deepEqual(told, { gaps: [], waivedDays: [] });
  });

  it('stand together when one person left them out at one time for one reason', () => {
    const days = [waived('2026-11-20'), waived('2026-11-21', 'moved'), waived('2026-11-22')];

    assert.deepEqual(
      waiversOf(days).map((waiver) => [waiver.reason, waiver.days]),
      [
        ['closed', ['2026-11-20', '2026-11-22']],
        ['moved', ['2026-11-21']],
      ],
    );
  });

  it('are named by ranges, over the end of a month too', () => {
    const days = ['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-05', '2026-11-06'];

    assert.equal(dayRanges(days), '2026-10-30 to 2026-11-01, 2026-11-05, 2026-11-06');
    assert.equal(dayRanges([]), '');
  });
});
