import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../support/sandbox-process.ts';

const state = mkdtempSync(join(tmpdir(), 'o2-sandbox-'));
after(() => rmSync(state, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the sandbox archives the sample day with balanced books, refuses a second one in its folder, and leaves nothing when it is killed', async () => {
  const first = startSandbox(state, '--once', '--keep-up');
  await first.until('Running. Ctrl-C ends everything');
  assert.match(first.output(), /The books balance\./);

  const second = startSandbox(state, '--once');
  assert.equal(await second.exitCode(), 1);
  assert.match(second.output(), /A sandbox runs already in/);

  const { pid, processes } = first.description();
  assert.equal(processes.length, 5);
  process.kill(pid, 'SIGKILL');
  while (processes.some(isAlive)) await sleep(100);
});

test('a second start keeps the state, changes nothing and exits with 0', async () => {
  const again = startSandbox(state, '--once');

  assert.equal(await again.exitCode(), 0, again.output());
  assert.match(again.output(), /0 imported, \d+ unchanged/);
  assert.equal(again.description().processes.some(isAlive), false);
});
