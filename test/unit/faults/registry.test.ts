import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CELLS, UNTRIED } from '../../faults/registry.ts';
import { randomOf, seedOf } from '../../faults/random.ts';

const ROWS = Array.from({ length: 48 }, (_, place) => `F${String(place + 1)}`);

describe('the registry of cells', () => {
  it('has a cell for each row, or says why it cannot be tried', () => {
    const rows = new Set([...CELLS, ...UNTRIED].map(({ row }) => row));

    assert.deepEqual(
      ROWS.filter((row) => !rows.has(row)),
      [],
    );
  });

  it('kills a worker at each of the kill points for an SMS, an MMS and a large recording', () => {
    const ids = CELLS.map(({ id }) => id);

    for (const row of ROWS.slice(0, 7)) {
      for (const kind of ['sms', 'mms', 'recording']) assert.ok(ids.includes(`${row}-${kind}`));
    }
  });

  it('gives each cell an id of its own that begins with its row, long cells apart', () => {
    assert.equal(new Set(CELLS.map(({ id }) => id)).size, CELLS.length);
    for (const { id, row, isLong = false } of CELLS) {
      assert.ok(isLong || id.startsWith(`${row}-`), id);
    }
  });

  it('repeats a trial by its seed', () => {
    const numbers = (): number[] => {
      const random = randomOf(seedOf(7, 'F18-5xx 0'));
      return Array.from({ length: 5 }, random);
    };

    assert.deepEqual(numbers(), numbers());
    assert.notEqual(seedOf(7, 'F18-5xx 0'), seedOf(7, 'F18-5xx 1'));
    assert.ok(numbers().every((number) => number >= 0 && number < 1));
  });
});
