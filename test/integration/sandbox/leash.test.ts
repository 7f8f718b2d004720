import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProgram, untilReady } from '../../../sandbox/part.ts';
import type { Part } from '../../../sandbox/part.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-leash-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const GRACE_MS = 1_000;

/** A program that notes its pid, and the signals that reach it; a stubborn one stays all the same. */
function aProgram(name: string, { isStubborn = false } = {}) {
  const file = join(folder, name);
  const script = `
    const { writeFileSync, appendFileSync } = require('node:fs');
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
      appendFileSync(${JSON.stringify(`${file}.signals`)}, signal);
      if (!${isStubborn}) process.exit(0);
    });
    setInterval(() => undefined, 1000);
    writeFileSync(${JSON.stringify(`${file}.pid`)}, process.pid + ' ' + process.ppid);`;
  return {
    arguments: ['-e', script],
    pid: () => ids(`${file}.pid`)?.pid ?? null,
    leash: () => ids(`${file}.pid`)?.parent ?? 0,
    signals: () => readFileSync(`${file}.signals`, 'utf8'),
    marker: `${file}.marker`,
  };
}

function ids(file: string): { pid: number; parent: number } | null {
  const [pid, parent] = existsSync(file) ? readFileSync(file, 'utf8').split(' ') : [];
  return pid === undefined || parent === undefined
    ? null
    : { pid: Number(pid), parent: Number(parent) };
}

type Program = ReturnType<typeof aProgram>;

function startOnLeash(program: Program): Part {
  return startProgram({
    name: 'Program',
    command: process.execPath,
    arguments: program.arguments,
    environment: process.env,
    logFile: join(folder, 'log'),
    signal: 'SIGINT',
    graceMs: GRACE_MS,
    marker: program.marker,
  });
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a leashed program gets its own signal, ends, and leaves no marker', async () => {
  const program = aProgram('polite');
  const part = startOnLeash(program);
  const pid = await untilReady(part, 10_000, program.pid);
  assert.equal(existsSync(program.marker), true);

  await part.stop();

  assert.equal(program.signals(), 'SIGINT');
  assert.equal(isAlive(pid), false);
  assert.equal(existsSync(program.marker), false);
});

test('a program that does not end is killed after its grace, and its marker stays', async () => {
  const program = aProgram('stubborn', { isStubborn: true });
  const part = startOnLeash(program);
  const pid = await untilReady(part, 10_000, program.pid);

  await part.stop();

  assert.equal(isAlive(pid), false);
  assert.equal(existsSync(program.marker), true);
});

test('a leash that is killed takes its program along', { timeout: 15_000 }, async () => {
  const program = aProgram('cut-loose');
  const part = startOnLeash(program);
  const pid = await untilReady(part, 10_000, program.pid);

  process.kill(program.leash(), 'SIGKILL');
  await part.ended;

  await untilGone(pid);
});

test('nothing is left when the one who started it is killed', { timeout: 15_000 }, async () => {
  const program = aProgram('orphan');
  const module = fileURLToPath(new URL('../../../sandbox/part.ts', import.meta.url));
  const owner = join(folder, 'owner.ts');
  writeFileSync(
    owner,
    `import { startProgram } from ${JSON.stringify(module)};
     startProgram({ name: 'Program', command: process.execPath, arguments: ${JSON.stringify(program.arguments)},
       environment: process.env, logFile: ${JSON.stringify(join(folder, 'log'))}, signal: 'SIGINT',
       graceMs: ${GRACE_MS}, marker: ${JSON.stringify(program.marker)} });
     setInterval(() => undefined, 1000);`,
  );
  const starter = spawn(process.execPath, [owner], { stdio: 'inherit' });
  while (program.pid() === null) await sleep(20);

  starter.kill('SIGKILL');
  await once(starter, 'exit');

  await untilGone(program.pid() ?? 0);
  assert.equal(program.signals(), 'SIGINT');
  while (existsSync(program.marker)) await sleep(20);
});
