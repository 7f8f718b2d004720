import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { wantedDays } from '../../../src/cli/backfill.ts';
import type { DayEnd } from '../../../src/cli/days.ts';
import { exitCodeOfDays } from '../../../src/cli/days.ts';
import { UsageError } from '../../../src/cli/exit.ts';
import { load, MINIMAL } from '../config/fixture.ts';

function anEnd(change: Partial<DayEnd> = {}): DayEnd {
  return {
    connector: 'o2',
    day: '2026-11-23',
    workflowId: 'o2-day:o2:2026-11-23',
    runId: 'r',
    outcome: 'complete',
    balances: true,
    books: null,
    thisRun: null,
    report: null,
    problem: null,
    ...change,
  };
}

describe('the exit code of days', () => {
  it('is 0 when all of them are whole', () => {
    assert.equal(exitCodeOfDays([anEnd(), anEnd({ outcome: 'empty' })]), 0);
  });

  it('is 3 when items are not archived or the books do not balance', () => {
    const discrepancy = { type: 'books-discrepancy', message: '' };

    assert.equal(exitCodeOfDays([anEnd(), anEnd({ outcome: 'partial' })]), 3);
    assert.equal(exitCodeOfDays([anEnd({ outcome: 'failed', problem: discrepancy })]), 3);
  });

  it('is 1 when one failed, whatever the others came to', () => {
    const problem = { type: 'no-delivery', message: '' };
    const ends = [anEnd({ outcome: 'partial' }), anEnd({ outcome: 'no-delivery', problem })];

    assert.equal(exitCodeOfDays(ends), 1);
  });
});

describe('the days of a backfill', () => {
  const { connectors } = load(MINIMAL);

  it('include both ends, oldest first', () => {
    const days = wantedDays({ connectors }, { from: '2026-12-30', to: '2027-01-02' });

    assert.deepEqual(
      days.map(({ day }) => day),
      ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'],
    );
  });

  it('lie before startDay only when told so', () => {
    const range = { from: '2026-11-29', to: '2026-11-30' };

    assert.throws(() => wantedDays({ connectors }, range), UsageError);
    assert.equal(wantedDays({ connectors }, { ...range, beforeStart: true }).length, 2);
  });

  it('are refused when the end lies before the beginning', () => {
    assert.throws(
      () => wantedDays({ connectors }, { from: '2026-12-02', to: '2026-12-01' }),
      /lies before --from/,
    );
  });
});
