import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { entry, PLAIN, widthOf, wrapped } from '../../../src/cli/look.ts';

describe('words on a terminal', () => {
  it('are broken between words, the further lines set in', () => {
    assert.deepEqual(wrapped('the quick brown fox', 10, 2), ['the quick', '  brown', '  fox']);
  });

  it('are cut where one alone is wider than a line, so that no line is wider', () => {
    const lines = wrapped(`of ${'a'.repeat(25)}`, 10, 2);

    assert.deepEqual(lines, ['of', '  aaaaaaaa', '  aaaaaaaa', '  aaaaaaaa', '  a']);
  });

  it('stay one line where nobody looks', () => {
    assert.equal(wrapped('word '.repeat(500), PLAIN.columns).length, 1);
  });

  it('are as wide as they look, not as the colours in them are long', () => {
    assert.equal(widthOf('\u001b[31mred\u001b[39m'), 3);
  });

  it('stand beside their label, and below it on a narrow terminal', () => {
    const wide = { ...PLAIN, columns: 80 };
    const narrow = { ...PLAIN, columns: 40 };

    assert.deepEqual(entry(wide, 'held', ['one', 'two']), ['held      one', '          two']);
    assert.deepEqual(entry(narrow, 'held', ['one', 'two']), ['held', '  one', '  two']);
  });
});
