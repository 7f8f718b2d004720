import assert from 'node:assert/strict';
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

  it('have names of their own', () => {
    assert.equal(new Set(GUARDS.map(({ name }) => name)).size, GUARDS.length);
  });
});
