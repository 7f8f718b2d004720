import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const PAGE = join(import.meta.dirname, '../../../docs/source-format.md');

interface Trap {
  readonly line: string;
  readonly trap: string;
  readonly treatment: string;
  /** Title and file of the test. */
  readonly test: readonly [title: string, path: string] | null;
}

test('docs/source-format.md says of each trap what we do, and names a test that is in that file', async () => {
  const traps = trapsOf(await readFile(PAGE, 'utf8'));

  assert.ok(traps.length > 90, `only ${String(traps.length)} traps`);
  for (const { line, trap, treatment, test: named } of traps) {
    assert.ok(trap !== '' && treatment !== '' && named !== null, `an empty cell in: ${line}`);
    const [title, path] = named;
    const source = await readFile(join(dirname(PAGE), path), 'utf8').catch(() => null);
    assert.ok(source !== null, `no file ${path}, named by "${trap}"`);
    assert.ok(isTitleIn(source, title), `no test "${title}" in ${path}, named by "${trap}"`);
  }
});

function trapsOf(page: string): Trap[] {
  const section = /^## Traps$(.*?)^## /ms.exec(page)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  const isHead = (line: string) => /^\| (trap +\||-)/.test(line);
  return rows
    .filter((line) => !isHead(line))
    .map((line) => {
      const [, trap = '', treatment = '', shown = ''] = line.split('|').map((cell) => cell.trim());
      const [, title, path] = /^\[(.+)\]\((\S+\.test\.ts)\)$/.exec(shown) ?? [];
      const named = title === undefined || path === undefined ? null : ([title, path] as const);
      return { line, trap, treatment, test: named };
    });
}

/** As the first argument of `it` or `test`, in whatever quotes. */
function isTitleIn(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) =>
    [`it(${quote}${title}${quote},`, `test(${quote}${title}${quote},`].some((call) =>
      source.replaceAll(/\b(it|test)\(\s+/g, '$1(').includes(call),
    ),
  );
}
