import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderLarge, type LargeRound } from '../../../bench/large-table.ts';

const MB = 1_000_000;

describe('the table of days of recordings', () => {
  it('has a row a day, with what is sent and read for each byte of a recording', () => {
    const [head, row] = renderLarge([aRound({ count: 2, sizeBytes: 60 * MB })]).split('\n');

    assert.match(head ?? '', /recordings +idle MB +peak MB +over idle +requests/);
    assert.match(
      row ?? '',
      /2 × 60\.0 +500 +590 +90 +40 +0 +120\.0 +1\.000 +300 +500 +4\.17 +30\.0$/,
    );
  });

  it('holds the largest and the many against the bar, and small ones alone against none', () => {
    const lines = renderLarge([
      aRound({ count: 1, sizeBytes: 3.5 * MB }),
      aRound({ count: 1, sizeBytes: 110 * MB, peakBytes: 600 * MB }),
      aRound({ count: 20, sizeBytes: 60 * MB, peakBytes: 601 * MB }),
    ]).split('\n');

    const bars = lines.filter((line) => line.includes('bar'));
    assert.deepEqual(bars, [
      'reached  1 × 110 MB: 100 MB over idle   bar <= 100',
      'MISSED   20 × 60 MB: 101 MB over idle   bar <= 100',
    ]);
  });
});

function aRound(over: Partial<LargeRound>): LargeRound {
  return {
    count: 1,
    sizeBytes: 60 * MB,
    idleBytes: 500 * MB,
    peakBytes: 590 * MB,
    graph: { requests: 40, subRequests: 0, copies: 2, throttled: 0, bytes: 120 * MB, byKind: {} },
    stagingReadBytes: 500 * MB,
    stagingWrittenBytes: 300 * MB,
    seconds: 30,
    ...over,
  };
}
