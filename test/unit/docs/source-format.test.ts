import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../../..');

test('docs/source-format.md names for each trap a test that exists', async () => {
  const page = await readFile(join(ROOT, 'docs/source-format.md'), 'utf8');
  const rows =
    page
      .split(/^\| trap +\|/m)[1]
      ?.split('\n\n')[0]
      ?.split('\n')
      .slice(2) ?? [];
  const named = rows.map((row) => row.split(/(?<!\\)\|/)[3]?.trim() ?? '');

  const tests = (await readdir(join(ROOT, 'test'), { recursive: true }))
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('source-format.test.ts'))
    .map((path) => readFile(join(ROOT, 'test', path), 'utf8'));
  const sources = (await Promise.all(tests)).join('\n');

  assert.ok(named.length > 15);
  for (const name of named) assert.ok(name !== '' && sources.includes(name), `no test "${name}"`);
});
