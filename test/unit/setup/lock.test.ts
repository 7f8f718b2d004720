import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { holderOf, lock, tryLock } from '../../../bin/lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'o2-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('a lock that is held is refused to a second taker and names its holder', async () => {
  const path = join(folder, 'held');

  const release = await tryLock(path);
  const second = await tryLock(path);

  assert.equal(second, null);
  assert.equal(holderOf(path), process.pid);
  release?.();
  assert.equal(holderOf(path), null);
});

test('a lock whose holder died is taken over', async () => {
  const path = join(folder, 'dead');
  writeFileSync(path, String(await deadPid()));

  const release = await tryLock(path);

  assert.equal(holderOf(path), process.pid);
  release?.();
});

test('a lock that its holder no longer touches is taken over although the pid lives', async () => {
  const path = join(folder, 'reused-pid');
  writeFileSync(path, String(process.ppid));
  utimesSync(path, new Date(0), new Date(0));

  const release = await tryLock(path);

  assert.equal(holderOf(path), process.pid);
  release?.();
});

test('processes that start at once hold the lock one after another', async () => {
  const path = join(folder, 'contended');
  const log = join(folder, 'log');
  writeFileSync(path, String(await deadPid()));
  const module = fileURLToPath(new URL('../../../bin/lock.mjs', import.meta.url));
  const script = `
    import { appendFileSync } from 'node:fs';
    import { lock } from ${JSON.stringify(module)};
    const release = await lock(${JSON.stringify(path)});
    appendFileSync(${JSON.stringify(log)}, '(');
    await new Promise((resolve) => setTimeout(resolve, 20));
    appendFileSync(${JSON.stringify(log)}, ')');
    release();`;

  const children = [1, 2, 3, 4].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }),
  );
  await Promise.all(children.map((child) => once(child, 'exit')));

  assert.equal(readFileSync(log, 'utf8'), '()()()()');
});

test('one who waits is told whom for', async () => {
  const path = join(folder, 'waited');
  const release = await lock(path);
  const told: (number | null)[] = [];

  const second = lock(path, (holder) => {
    told.push(holder);
    release();
  });
  (await second)();

  assert.deepEqual(told, [process.pid]);
});
