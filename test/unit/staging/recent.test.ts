import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recent } from '../../../src/staging/recent.ts';

describe('what was read of staging a moment ago', () => {
  const counted = (options: { atMost: number; forMs?: number }) => {
    const reads: string[] = [];
    const read = recent(options, async (path) => {
      reads.push(path);
      if (path === 'broken') throw new Error('no answer');
      return `bytes of ${path}`;
    });
    return { reads, read };
  };

  it('is read once by readers that come together', async () => {
    const { reads, read } = counted({ atMost: 2 });

    const both = await Promise.all([read('a'), read('a')]);

    assert.deepEqual(both, ['bytes of a', 'bytes of a']);
    assert.deepEqual(reads, ['a']);
  });

  it('makes room for others, the longest unused first', async () => {
    const { reads, read } = counted({ atMost: 2 });

    for (const path of ['a', 'b', 'a', 'c', 'a', 'b']) await read(path);

    assert.deepEqual(reads, ['a', 'b', 'c', 'b']);
  });

  it('is read again after a failure', async () => {
    const { reads, read } = counted({ atMost: 2 });

    await assert.rejects(read('broken'));
    await assert.rejects(read('broken'));

    assert.deepEqual(reads, ['broken', 'broken']);
  });

  it('is read again when its time is over', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] });
    const { reads, read } = counted({ atMost: 2, forMs: 1_000 });

    await read('a');
    t.mock.timers.tick(999);
    await read('a');
    t.mock.timers.tick(1);
    await read('a');

    assert.deepEqual(reads, ['a', 'a']);
  });
});
