import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import { wantedDays } from '../../../src/cli/backfill.ts';
import type { DayEnd } from '../../../src/cli/days.ts';
import { exitCodeOfDays, joinedWords, startDay } from '../../../src/cli/days.ts';
import { dayTable } from '../../../src/cli/day-table.ts';
import type { TemporalAccess } from '../../../src/cli/session.ts';
import { UsageError } from '../../../src/cli/exit.ts';
import { load, MINIMAL } from '../config/fixture.ts';

function anEnd(change: Partial<DayEnd> = {}): DayEnd {
  return {
    connector: 'o2',
    day: '2026-11-23',
    workflowId: 'o2-day:o2:2026-11-23',
    runId: 'r',
    joined: false,
    outcome: 'complete',
    balances: true,
    books: null,
    thisRun: null,
    report: null,
    problem: null,
    ...change,
  };
}

/** A server where the day has runs of these states, the oldest first; gives what it was asked. */
function aServer(...states: ('RUNNING' | 'COMPLETED')[]) {
  const runs = [...states];
  let starts = 0;
  const describe = () => {
    const status = { name: runs[0] ?? 'RUNNING' };
    if (status.name === 'COMPLETED') runs.shift();
    return Promise.resolve({ runId: `run-${String(starts)}`, status });
  };
  const client = {
    workflow: {
      start() {
        starts += 1;
        return runs.length === 0
          ? Promise.resolve({ describe })
          : Promise.reject(new WorkflowExecutionAlreadyStartedError('', 'w', 'archiveDay'));
      },
      getHandle: () => ({ describe }),
    },
  };
  return { client } as unknown as TemporalAccess;
}

describe('the run of a day that is asked for', () => {
  it('is a new one, or the one that goes on, and which of them is told', async () => {
    const fresh = await startDay(aServer(), 'o2', '2026-11-23');
    const joined = await startDay(aServer('RUNNING'), 'o2', '2026-11-23');

    assert.deepEqual([fresh.joined, joined.joined], [false, true]);
    assert.match(
      joinedWords(joined),
      /^o2 2026-11-23 runs already, as o2-day:o2:2026-11-23: joined/,
    );
  });

  it('is a new one where the other ended while it was looked at', async () => {
    const started = await startDay(aServer('COMPLETED'), 'o2', '2026-11-23');

    assert.deepEqual([started.joined, started.runId], [false, 'run-2']);
  });

  it('is never another one for a retry: that run does not know of it', async () => {
    await assert.rejects(
      startDay(aServer('RUNNING'), 'o2', '2026-11-23', { retry: {} }),
      /is being worked on by o2-day:o2:2026-11-23\. Wait for its end/,
    );
  });
});

describe('the table of days', () => {
  it('has no figures, and no verdict on books, where nothing was delivered', () => {
    const problem = { type: 'no-delivery', message: 'The site has no package.' };
    const row = dayTable([anEnd({ outcome: 'no-delivery', balances: false, problem })]).split('\n');

    assert.match(row[2] ?? '', /^o2 +2026-11-23 +no-delivery( +–){9}$/);
    assert.match(row[3] ?? '', /failed \(no-delivery\): The site has no package\./);
  });
});

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
