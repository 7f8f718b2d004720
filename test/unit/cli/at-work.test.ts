import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WorkflowNotFoundError } from '@temporalio/common';

import { atWork, isAtRest, tellRuns } from '../../../src/cli/at-work.ts';
import type { TemporalAccess } from '../../../src/cli/session.ts';

const WORD = { by: 'ops@host', since: '2026-11-22T09:00:00Z' };

/** A run as the server describes it. */
interface Described {
  readonly activities?: readonly string[];
  /** Workflow id → type. */
  readonly children?: Readonly<Record<string, string>>;
  readonly status?: string;
}

/** A server with these runs, of which those of `listed` are found as days. */
function server(
  runs: Readonly<Record<string, Described>>,
  listed: readonly string[],
  itemsListed = 0,
) {
  const signals: string[] = [];
  const workflow = {
    async *list() {
      for (const workflowId of listed) yield await Promise.resolve({ workflowId });
    },
    count: () => Promise.resolve({ count: itemsListed }),
    getHandle: (id: string) => {
      const run = runs[id];
      const gone = new WorkflowNotFoundError('gone', id, undefined);
      return {
        describe: () =>
          run === undefined
            ? Promise.reject(gone)
            : Promise.resolve({
                status: { name: run.status ?? 'RUNNING' },
                raw: {
                  pendingActivities: (run.activities ?? []).map((name) => ({
                    activityType: { name },
                  })),
                  pendingChildren: Object.entries(run.children ?? {}).map(
                    ([workflowId, workflowTypeName]) => ({ workflowId, workflowTypeName }),
                  ),
                },
              }),
        signal: (name: string, word: unknown) => {
          if (run === undefined) return Promise.reject(gone);
          signals.push(`${id} ${name} ${word === null ? 'ended' : 'drained'}`);
          return Promise.resolve();
        },
      };
    },
  };
  return { access: { client: { workflow } } as unknown as TemporalAccess, signals };
}

const WAITS: Described = { activities: ['awaitDrainEnd'] };

describe('what is at work', () => {
  it('is nothing when every run and batch waits, and no item is in flight', async () => {
    const day = { ...WAITS, children: { batch: 'archiveBatch', gap: 'archiveDay' } };
    const { access } = server({ day, batch: WAITS }, ['day']);

    const seen = await atWork(access, 'o2');

    assert.deepEqual(seen, { runs: ['day'], waiting: ['day'], itemsInFlight: 0, steps: [] });
    assert.ok(isAtRest(seen));
  });

  const busy: readonly (readonly [string, Readonly<Record<string, Described>>, number])[] = [
    ['a run has not heard', { day: {}, batch: WAITS }, 0],
    [
      'a batch has not heard',
      { day: { ...WAITS, children: { batch: 'archiveBatch' } }, batch: {} },
      0,
    ],
    ['a step is at work', { day: { activities: ['awaitDrainEnd', 'fetch'] } }, 0],
    [
      'an item is in flight',
      {
        day: { ...WAITS, children: { batch: 'archiveBatch' } },
        batch: { ...WAITS, children: { item: 'archiveItem' } },
      },
      0,
    ],
    ['an item is in flight whose batch is gone', { day: WAITS }, 1],
  ];
  for (const [what, runs, items] of busy) {
    it(`is something when ${what}`, async () => {
      assert.ok(!isAtRest(await atWork(server(runs, ['day'], items).access, 'o2')));
    });
  }

  it('leaves out what has ended, which the server’s list may still hold', async () => {
    const { access } = server({ ended: { status: 'COMPLETED' } }, ['ended', 'gone']);

    assert.deepEqual((await atWork(access, 'o2')).runs, []);
  });
});

describe('the word to the runs', () => {
  it('goes to each once, and past those that are gone', async () => {
    const { access, signals } = server({ a: {}, b: {} }, ['a', 'gone', 'b']);
    const told = new Set<string>();

    await tellRuns(access, 'o2', WORD, told);
    await tellRuns(access, 'o2', WORD, told);
    await tellRuns(access, 'o2', null, new Set(['a']));

    assert.deepEqual(signals, ['a drain drained', 'b drain drained', 'b drain ended']);
  });
});
