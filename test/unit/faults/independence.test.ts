import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CHECKER = join(ROOT, 'test/faults/check');

it('the checker shares no code with the product, not even by way of what it imports', () => {
  const seen = new Set<string>();
  const waiting = readdirSync(CHECKER).map((name) => join(CHECKER, name));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      waiting.push(resolve(file, '..', target));
    }
  }

  assert.ok(seen.size > 8);
  assert.deepEqual(
    [...seen]
      .map((file) => relative(ROOT, file))
      .filter((file) => !file.startsWith('test/faults/')),
    [],
  );
});
