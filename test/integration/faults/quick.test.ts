import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { CELLS } from '../../faults/registry.ts';
import { isGreen, playsOf, tryAll } from '../../faults/round.ts';
import { trialLine } from '../../faults/table.ts';
import type { Trial } from '../../faults/trial.ts';

const QUICK = CELLS.filter(({ isQuick }) => isQuick === true);
const AT_ONCE = 3;

describe('the quick cells of the fault matrix', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let trials: readonly Trial[] = [];

  before(async () => {
    trials = await tryAll(playsOf(QUICK, 1), { seed, atOnce: AT_ONCE });
  });

  for (const [at, { id, title, end }] of QUICK.entries()) {
    it(`${id}: ${title}: ${end}`, () => {
      const trial = trials[at];

      assert.ok(trial);
      assert.ok(isGreen(trial), `seed ${String(seed)}\n${trialLine(trial)}`);
    });
  }
});
