import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readLanes } from '../../../src/mailbox/read-lanes.ts';

const reads = (mailbox: string, count: number) =>
  Array.from({ length: count }, (_, number) => ({ mailbox, number }));

test('a mailbox with many reads has full batches of its own, one after the other', () => {
  const { chains, mixed } = readLanes([...reads('ada', 45), ...reads('bo', 3)], 20);

  assert.deepEqual(
    chains.map((chain) => chain.map((batch) => batch.length)),
    [[20, 20]],
  );
  assert.deepEqual(
    mixed.map((batch) => batch.map(({ mailbox }) => mailbox).join(' ')),
    ['ada ada ada ada ada bo bo bo'],
  );
});

test('ten thousand mailboxes with a read each take five hundred batches', () => {
  const all = Array.from({ length: 10_000 }, (_, number) => ({ mailbox: String(number) }));

  const { chains, mixed } = readLanes(all, 20);

  assert.deepEqual([chains.length, mixed.length], [0, 500]);
});

test('every read stands once, and no mailbox in two batches that are in flight together', () => {
  const anyReads = fc.array(fc.record({ mailbox: fc.constantFrom('a', 'b', 'c', 'd', 'e') }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(anyReads, fc.integer({ min: 1, max: 20 }), (all, perBatch) => {
      const { chains, mixed } = readLanes(all, perBatch);

      const batches = [...chains.flat(), ...mixed];
      assert.deepEqual(new Set(batches.flat()), new Set(all));
      assert.equal(batches.flat().length, all.length);
      assert.ok(batches.every((batch) => batch.length <= perBatch));
      const owners = chains.map((chain) => new Set(chain.flat().map(({ mailbox }) => mailbox)));
      assert.ok(owners.every((owner) => owner.size === 1));
      for (const together of [
        owners,
        mixed.map((batch) => new Set(batch.map((one) => one.mailbox))),
      ]) {
        const named = together.flatMap((each) => [...each]);
        assert.equal(new Set(named).size, named.length);
      }
    }),
  );
});
