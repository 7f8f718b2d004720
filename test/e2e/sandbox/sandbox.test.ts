import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'o2-sandbox-'));
after(() => rmSync(state, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function startSandbox(...flags: string[]): Started {
  const child = spawn(
    process.execPath,
    ['bin/launch.mjs', 'sandbox/main.ts', '--state', state, ...flags],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { child, output: () => output };
}

async function until({ child, output }: Started, words: string): Promise<void> {
  while (!output().includes(words)) {
    if (child.exitCode !== null) assert.fail(`It ended with ${child.exitCode}:\n${output()}`);
    await sleep(100);
  }
}

async function exitCode({ child }: Started): Promise<unknown> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

interface Description {
  readonly pid: number;
  readonly processes: readonly number[];
}

const description = (): Description =>
  JSON.parse(readFileSync(join(state, 'sandbox.json'), 'utf8')) as Description;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('the sandbox archives the sample day with balanced books, refuses a second one in its folder, and leaves nothing when it is killed', async () => {
  const first = startSandbox('--once', '--keep-up');
  await until(first, 'Running. Ctrl-C ends everything');
  assert.match(first.output(), /The books balance\./);

  const second = startSandbox('--once');
  assert.equal(await exitCode(second), 1);
  assert.match(second.output(), /A sandbox runs already in/);

  const { pid, processes } = description();
  assert.equal(processes.length, 5);
  process.kill(pid, 'SIGKILL');
  while (processes.some(isAlive)) await sleep(100);
});

test('a second start keeps the state, changes nothing and exits with 0', async () => {
  const again = startSandbox('--once');

  assert.equal(await exitCode(again), 0, again.output());
  assert.match(again.output(), /0 imported, \d+ unchanged/);
  assert.equal(description().processes.some(isAlive), false);
});
