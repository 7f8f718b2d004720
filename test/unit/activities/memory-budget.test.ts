import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApplicationFailure } from '@temporalio/activity';
import fc from 'fast-check';
import { memoryBudget, type MemoryBudget } from '../../../src/activities/memory-budget.ts';

const NEVER = new AbortController().signal;
/** Held at most, by one step. */
const ONE = 24_000_000;
const RECORDING_BYTES = 150_000_000;
const PICTURE_BYTES = 2_000_000;

describe("the budget of the worker's memory", () => {
  it('lets as many recordings in as there is room for, the next when one has left', async () => {
    const inside = insideOf(memoryBudget({ streamed: 2 * ONE }));
    const [first, , third] = ['a', 'b', 'c'].map((name) => inside.item(name, RECORDING_BYTES));

    assert.deepEqual(inside.names(), ['a', 'b']);
    await first?.leave();
    assert.deepEqual(inside.names(), ['b', 'c']);
    await third?.leave();
    assert.deepEqual(inside.names(), ['b']);
  });

  it('lets nobody overtake who waits for more', async () => {
    const inside = insideOf(memoryBudget({ whole: 20_000_000 }));
    const small = inside.item('small', 1_000_000);
    inside.item('large', 3_000_000);
    inside.item('late and small', 1_000_000);

    assert.deepEqual(inside.names(), ['small']);
    await small.leave();
    assert.deepEqual(inside.names(), ['large']);
  });

  it('never holds up pictures for recordings, nor recordings for packages', () => {
    const inside = insideOf(memoryBudget({ streamed: ONE, packages: ONE }));
    inside.package('package', 2e9);
    inside.package('another package', 2e9);
    inside.item('recording', RECORDING_BYTES);
    inside.item('another recording', RECORDING_BYTES);
    inside.item('picture', PICTURE_BYTES);

    assert.deepEqual(inside.names(), ['package', 'recording', 'picture']);
  });

  it('lets texts in at any time: they are too small to count', () => {
    const inside = insideOf(memoryBudget({ whole: 1 }));
    inside.item('picture', PICTURE_BYTES);
    inside.item('text', 2_000);

    assert.deepEqual(inside.names(), ['picture', 'text']);
  });

  it('lets in alone what is larger than all room there is', async () => {
    const inside = insideOf(memoryBudget({ streamed: 1_000_000 }));
    const first = inside.item('a', RECORDING_BYTES);
    inside.item('b', RECORDING_BYTES);

    assert.deepEqual(inside.names(), ['a']);
    await first.leave();
    assert.deepEqual(inside.names(), ['b']);
  });

  it('takes room back from work that fails', async () => {
    const budget = memoryBudget({ streamed: ONE });
    const failing = budget.forItem(RECORDING_BYTES, NEVER, () => Promise.reject(new Error('no')));

    await assert.rejects(failing, /no/);
    assert.equal(await budget.forItem(RECORDING_BYTES, NEVER, () => Promise.resolve(1)), 1);
  });

  it('forgets who is cancelled while he waits, and goes on with the next', async () => {
    const budget = memoryBudget({ whole: 12_000_000 });
    const inside = insideOf(budget);
    const first = inside.item('first', 1_000_000);
    const cancelled = new AbortController();
    const waiting = budget.forItem(3_000_000, cancelled.signal, () => assert.fail('it ran'));
    inside.item('next', 1_000_000);
    assert.deepEqual(inside.names(), ['first']);

    cancelled.abort(new Error('cancelled'));

    await assert.rejects(waiting, /cancelled/);
    assert.deepEqual(inside.names(), ['first', 'next']);
    await first.leave();
  });

  it('gives the slot back when a hundred wait already', async () => {
    const budget = memoryBudget({ streamed: ONE });
    const inside = insideOf(budget);
    for (let place = 0; place <= 100; place += 1) inside.item(String(place), RECORDING_BYTES);

    await assert.rejects(
      budget.forItem(RECORDING_BYTES, NEVER, () => assert.fail('it ran')),
      (error) =>
        error instanceof ApplicationFailure &&
        error.nonRetryable !== true &&
        error.nextRetryDelay !== undefined,
    );
    assert.deepEqual(inside.names(), ['0']);
  });

  it('is never overdrawn and never stuck, whatever comes in whatever order', async () => {
    const room = 30_000_000;
    const sizes = fc.array(fc.integer({ min: 16_385, max: 3_999_999 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.scheduler(), async (all, scheduler) => {
        const budget = memoryBudget({ whole: room });
        let heldBytes = 0;
        const done = all.map((sizeBytes) =>
          budget.forItem(sizeBytes, NEVER, async () => {
            const bytes = Math.min(sizeBytes * 6, ONE);
            heldBytes += bytes;
            assert.ok(heldBytes <= room, String(heldBytes));
            await scheduler.schedule(Promise.resolve());
            heldBytes -= bytes;
          }),
        );
        await scheduler.waitFor(Promise.all(done));
        assert.equal(heldBytes, 0);
      }),
      { numRuns: 60 },
    );
  });
});

/** Who is inside, in the order of coming in; each leaves when he is told to. */
function insideOf(budget: MemoryBudget) {
  const inside = new Set<string>();
  const visit = (kind: 'forItem' | 'forPackage') => (name: string, sizeBytes: number) => {
    const stay = Promise.withResolvers<undefined>();
    const done = budget[kind](sizeBytes, NEVER, async () => {
      inside.add(name);
      await stay.promise;
      inside.delete(name);
    });
    done.catch(() => undefined);
    return {
      async leave() {
        stay.resolve(undefined);
        await done;
        await new Promise(setImmediate);
      },
    };
  };
  return {
    item: visit('forItem'),
    package: visit('forPackage'),
    names: () => [...inside],
  };
}
