import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { GUARDS } from '../../faults/guards.ts';
import { CELLS } from '../../faults/registry.ts';
import { sourceWithout } from '../../faults/without.ts';

describe('the guards that can be switched off', () => {
  for (const guard of GUARDS) {
    it(`${guard.name} stands once in its file, which can be read without it`, () => {
      const source = sourceWithout(guard);

      const { diagnostics = [] } = ts.transpileModule(source, { reportDiagnostics: true });
      assert.deepEqual(
        diagnostics.map(({ messageText }) => messageText),
        [],
      );
      assert.notEqual(guard.find, guard.replace);
    });
  }

  it('names cells that there are', () => {
    const ids = CELLS.map(({ id }) => id);

    assert.deepEqual(
      GUARDS.flatMap(({ cells }) => cells).filter((id) => !ids.includes(id)),
      [],
    );
    assert.ok(GUARDS.every(({ cells }) => cells.length > 0));
  });

  it('stand in docs/guards.md with each of their cells, red', () => {
    const rows = readFileSync('docs/guards.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()));

    assert.deepEqual(
      rows.map(([, name, what, file, cell]) => [name, what, file, cell]),
      GUARDS.flatMap(({ name, what, file, cells }) =>
        cells.map((cell) => [`\`${name}\``, what, `src/${file}`, cell]),
      ),
    );
    assert.ok(!rows.some((cells) => cells.join().includes('green')));
  });

  it('have names of their own', () => {
    assert.equal(new Set(GUARDS.map(({ name }) => name)).size, GUARDS.length);
  });
});
