import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringFinder } from '../../faults/check/string-finder.ts';

/** Few letters, so that strings stand in texts and in each other. */
const words = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '"'), maxLength: 14 });

test('finds what a search for each string by itself finds', () => {
  fc.assert(
    fc.property(fc.array(words), fc.array(words), (wanted, parts) => {
      const text = parts.join('a');
      const strings = [...new Set(wanted)];

      const found = stringFinder(strings)(text);

      assert.deepEqual(found.sort(), strings.filter((one) => text.includes(one)).sort());
    }),
  );
});
