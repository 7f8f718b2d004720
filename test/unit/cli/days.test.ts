import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import { wantedDays } from '../../../src/cli/backfill.ts';
import type { DayEnd } from '../../../src/cli/days.ts';
import { exitCodeOfDays, joinedWords, startDay } from '../../../src/cli/days.ts';
import { dayTable } from '../../../src/cli/day-table.ts';
import type { TemporalAccess } from '../../../src/cli/session.ts';
import type { ErrorDocument } from '../../../src/cli/exit.ts';
import { UsageError } from '../../../src/cli/exit.ts';
import { load, MINIMAL } from '../config/fixture.ts';
import { typed } from './typed.ts';

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
    unbalanced: [],
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
    connection: { close: () => Promise.resolve() },
    workflow: {
      start() {
        starts += 1;
        return runs.length === 0
          ? Promise.resolve({ describe })
          : Promise.reject(new WorkflowExecutionAlreadyStartedError('', 'w', 'archiveDay'));
      },
      getHandle: () => ({
        describe,
        result() {
          runs.shift();
          return Promise.resolve({ outcome: 'complete', balances: true });
        },
        query: () => Promise.reject(new Error('no worker')),
      }),
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
});

describe('a retry of a day that is worked on', () => {
  const retry = ['retry', '--day', '2026-12-23', '--json'];
  const connectTemporal = () => Promise.resolve(aServer('RUNNING', 'COMPLETED'));

  it('is no wrong command line: it ends 1, and says how to have it after that run', async () => {
    const { code, out, err } = await typed(retry, { connectTemporal });

    assert.equal(code, 1);
    assert.equal((JSON.parse(out) as ErrorDocument).error.code, 'busy');
    assert.match(err, /2026-12-23 is being worked on by o2-day:o2:2026-12-23, .+ with --wait/);
  });

  it('with --wait waits for the end of that run, and then is a run of its own', async () => {
    const { code, out, err } = await typed([...retry, '--wait'], { connectTemporal });

    assert.equal(code, 0);
    const { days } = JSON.parse(out) as { days: DayEnd[] };
    assert.deepEqual([days[0]?.joined, days[0]?.runId], [false, 'run-3']);
    assert.match(err, /does not know of the retry: it is waited for/);
  });
});

describe('the table of days', () => {
  it('has no figures, and no verdict on books, where nothing was delivered', () => {
    const problem = { type: 'no-delivery', message: 'The site has no package.' };
    const row = dayTable([anEnd({ outcome: 'no-delivery', balances: false, problem })]).split('\n');

    assert.match(row[2] ?? '', /^o2 +2026-11-23 +no-delivery( +–){9}$/);
    assert.match(row[3] ?? '', /failed \(no-delivery\): The site has no package\./);
  });

  it('names the late days of a run whose books do not balance, and how to take them up', () => {
    const table = dayTable([anEnd({ unbalanced: ['2026-11-18'] })]);

    assert.match(table, /^o2 2026-11-18, which the run of 2026-11-23 .+ DO NOT BALANCE/m);
    assert.match(table, /report --connector o2 --day 2026-11-18$/m);
    assert.match(table, /run --connector o2 --day 2026-11-18 --wait$/m);
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
    assert.equal(exitCodeOfDays([anEnd({ unbalanced: ['2026-11-18'] })]), 3);
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
