import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { duration, pace } from '../../../src/cli/progress.ts';
import type { Snapshot } from '../../../src/cli/progress.ts';
import { progressView } from '../../../src/cli/progress-view.ts';
import type { StartedDay } from '../../../src/cli/days.ts';

function aSnapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    stage: 'archive',
    packages: 1,
    items: 100,
    settled: 0,
    notArchived: 0,
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
      result: () => undefined,
      note: (line) => lines.push(line),
    });
    const day: StartedDay = { connector: 'o2', day: '2026-11-23', workflowId: 'w', runId: 'r' };

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
