import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { REFUSALS } from '../../../src/domain/index-entry.ts';
import { REASONS } from '../../../src/domain/reason.ts';

/** A row of the table, whatever the formatter made of its spaces. */
function rowsOf(file: string): Map<string, string> {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const rows = text.split('\n').flatMap((line) => {
    const [, name, sentence] = /^\| `([a-z-]+)`\s*\| (.*?)\s*\|/.exec(line) ?? [];
    return name === undefined || sentence === undefined ? [] : [[name, sentence] as const];
  });
  return new Map(rows);
}

test('every reason and refusal stands in docs/reasons.md in the words that people meet', () => {
  const rows = rowsOf('docs/reasons.md');

  assert.deepEqual(Object.fromEntries(rows), { ...REASONS, ...REFUSALS });
});
