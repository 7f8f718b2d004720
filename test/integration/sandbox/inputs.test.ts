import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { prepareInputs } from '../../../sandbox/inputs.ts';
import { parseOptions } from '../../../sandbox/options.ts';
import { statePaths } from '../../../sandbox/state.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-inputs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function prepareSample() {
  const options = parseOptions([]);
  assert.ok(options);
  return prepareInputs(options, statePaths(folder));
}

test('a mapping of the samples that was added to is kept by the next start', async () => {
  const first = await prepareSample();
  const cured = `${readFileSync(String(first.mappingFile), 'utf8')}07700900115,a@b.example\n`;
  writeFileSync(String(first.mappingFile), cured);

  const second = await prepareSample();

  assert.equal(readFileSync(String(second.mappingFile), 'utf8'), cured);
});
