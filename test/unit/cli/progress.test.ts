import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { age, countWords, duration, pace, paces } from '../../../src/cli/progress.ts';
import { PLAIN } from '../../../src/cli/look.ts';
import type { Snapshot } from '../../../src/cli/progress.ts';
import { progressView } from '../../../src/cli/progress-view.ts';
import type { StartedDay } from '../../../src/cli/days.ts';

function aSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    stage: 'archive',
    packages: 1,
    since: null,
    items: 100,
    settled: 0,
    notArchived: 0,
    startedMs: 0,
    atMs: 0,
    ...change,
  };
}

describe('pace', () => {
  it('tells items a second since the first look, and the time that is left', () => {
    const now = aSnapshot({ settled: 60, atMs: 20_000 });

    assert.deepEqual(pace(aSnapshot({ settled: 20 }), now), { perSecond: 2, secondsLeft: 20 });
  });

  it('tells nothing while nothing moves', () => {
    assert.deepEqual(pace(aSnapshot(), aSnapshot({ atMs: 5_000 })), {
      perSecond: null,
      secondsLeft: null,
    });
  });
});

describe('the pace of a run that is looked at again and again', () => {
  it('is that since its beginning at first, then that of the last minute, and 0 where it stands', () => {
    const seen = paces();
    const at = (second: number, settled: number) =>
      seen.of('w', aSnapshot({ settled, atMs: second * 1_000 })).perSecond;

    assert.deepEqual([at(10, 50), at(20, 60), at(50, 60), at(90, 60)], [5, 1, 0.25, 0]);
  });

  it('does not go back for a batch that ended between two questions', () => {
    const seen = paces();
    seen.of('w', aSnapshot({ settled: 40, atMs: 10_000 }));

    const { settled, perSecond } = seen.of('w', aSnapshot({ settled: 20, atMs: 20_000 }));

    assert.deepEqual([settled, perSecond], [40, 2]);
  });

  it('does not tell of a minute before one was watched, and of none while it is drained', () => {
    const seen = paces();
    const at = (second: number, change: Partial<Snapshot> = {}) =>
      seen.of('w', aSnapshot({ settled: 40, atMs: second * 1_000, ...change })).perSecond;

    assert.deepEqual([at(10), at(20), at(69), at(71)], [4, 2, 40 / 69, 0]);
    assert.equal(at(80, { settled: 60, drained: { since: 'T', by: 'ann' } }), null);
  });

  it('is told while items are archived, and of each run by itself', () => {
    const seen = paces();
    seen.of('w', aSnapshot({ settled: 10, atMs: 10_000 }));

    assert.equal(seen.of('v', aSnapshot({ settled: 50, atMs: 20_000 })).perSecond, 2.5);
    assert.equal(seen.of('w', aSnapshot({ stage: 'reconcile', atMs: 20_000 })).perSecond, null);
  });
});

describe('what is counted', () => {
  it('is named where it is more than the day', () => {
    const snapshot = aSnapshot({ items: 310, settled: 155 });

    assert.equal(countWords('2026-11-23', snapshot), '155 of 310 items');
    assert.equal(
      countWords('2026-11-23', { ...snapshot, since: '2026-11-23' }),
      '155 of 310 items',
    );
    assert.equal(
      countWords('2026-11-23', { ...snapshot, since: '2026-11-16' }),
      '155 of 310 items since 2026-11-16',
    );
  });
});

describe('age', () => {
  it('is told in days from two days on', () => {
    const now = Date.parse('2026-11-24T02:00:00Z');

    assert.equal(age('2026-11-24T01:58:55Z', now), '1 min 5 s');
    assert.equal(age('2026-11-03T02:00:00Z', now), '21 days');
  });
});

describe('duration', () => {
  it('names the two largest units', () => {
    assert.deepEqual([9, 125, 7_380].map(duration), ['9 s', '2 min 5 s', '2 h 3 min']);
  });
});

describe('progress where no terminal is', () => {
  it('is a line when the stage changes and one each quarter of a minute', () => {
    const lines: string[] = [];
    const view = progressView({
      isJson: false,
      isInteractive: false,
      screen: null,
      look: () => PLAIN,
      result: () => undefined,
      note: (line) => lines.push(line),
    });
    const day: StartedDay = {
      connector: 'o2',
      day: '2026-11-23',
      workflowId: 'w',
      runId: 'r',
      joined: false,
    };

    view.update(day, aSnapshot({ stage: 'fetch', items: 0 }));
    for (let second = 1; second <= 16; second += 1) {
      view.update(day, aSnapshot({ atMs: second * 1_000, settled: second * 2 }));
    }
    view.update(day, aSnapshot({ stage: 'reconcile', atMs: 17_000, settled: 100 }));

    assert.deepEqual(lines, [
      'o2 2026-11-23: fetching packages',
      'o2 2026-11-23: 2 of 100 items, archiving items, 2.0/s, 49 s left',
      'o2 2026-11-23: 32 of 100 items, archiving items, 2.0/s, 34 s left',
      'o2 2026-11-23: 100 of 100 items, writing the report',
    ]);
  });
});
