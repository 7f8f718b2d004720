import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DIFFERENCES } from '../../../src/verify/difference.ts';

test('every difference that verify can find stands in docs/proof.md in the words that people meet', () => {
  const text = readFileSync(new URL('../../../docs/proof.md', import.meta.url), 'utf8');
  const rows = text.split('\n').flatMap((line) => {
    const [, kind, means, next] = /^\| `([a-z-]+)`\s*\| (.*?)\s*\| (.*?)\s*\|$/.exec(line) ?? [];
    if (kind === undefined || next === undefined) return [];
    return [[kind, { means, next: next.replaceAll('&lt;', '<') }] as const];
  });

  assert.deepEqual(
    Object.fromEntries(rows),
    Object.fromEntries(
      Object.entries(DIFFERENCES).map(([kind, { means, next }]) => [kind, { means, next }]),
    ),
  );
});
