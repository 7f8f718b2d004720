import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { keepWorker } from '../../../sandbox/worker-part.ts';
import { until } from '../../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-worker-part-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that is ready in those of its lives, counted from 1, that are named, and stays until it is killed. */
function aWorker(name: string, { readyIn, staysIn }: { readyIn: number[]; staysIn: number[] }) {
  const file = join(folder, name);
  const script = `${file}.mjs`;
  writeFileSync(
    script,
    `import { appendFileSync, readFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(`${file}.lives`)}, process.pid + '\\n');
     const life = readFileSync(${JSON.stringify(`${file}.lives`)}, 'utf8').split('\\n').length - 1;
     process.on('disconnect', () => process.exit(1));
     if (${JSON.stringify(readyIn)}.includes(life)) console.log('worker ready');
     if (!${JSON.stringify(staysIn)}.includes(life)) process.exit(7);`,
  );
  const said: string[] = [];
  return {
    said,
    options: {
      script,
      environment: process.env,
      logFile: `${file}.log`,
      pidFile: `${file}.pid`,
      say: (text: string) => void said.push(text),
    },
    /** The pid of one of its lives, when that has begun. */
    life: (number: number) =>
      until(`life ${String(number)} of ${name}`, () => {
        const lives = existsSync(`${file}.lives`) ? readFileSync(`${file}.lives`, 'utf8') : '';
        const pid = lives.split('\n').slice(0, -1)[number - 1];
        return pid === undefined ? null : Number(pid);
      }),
    pidInFile: () => Number(readFileSync(`${file}.pid`, 'utf8')),
  };
}

describe('the worker of the sandbox', { concurrency: true }, () => {
  it('is started again when it is killed, and again when that one is killed before it is ready', async () => {
    const worker = aWorker('killed', { readyIn: [1, 3], staysIn: [1, 2, 3] });
    const kept = await keepWorker(worker.options);
    const gaveUp = kept.gaveUp.then((message) => assert.fail(message));

    process.kill(kept.pid(), 'SIGKILL');
    process.kill(await worker.life(2), 'SIGKILL');
    const third = await worker.life(3);
    await Promise.race([
      until('the third is ready', () => (worker.said.length === 3 ? true : null)),
      gaveUp,
    ]);

    assert.deepEqual(worker.said, [
      'The worker ended (SIGKILL); starting it again.',
      'The worker ended (SIGKILL); starting it again.',
      `The worker is ready again (process ${String(third)}).`,
    ]);
    assert.deepEqual([kept.pid(), worker.pidInFile()], [third, third]);
    await kept.stop();
    assert.ok(!existsSync(worker.options.pidFile));
  });

  it('is given up when it does not become ready any more, with the place of its log', async () => {
    const worker = aWorker('broken', { readyIn: [1], staysIn: [1] });
    const kept = await keepWorker(worker.options);

    process.kill(kept.pid(), 'SIGKILL');

    assert.equal(
      await kept.gaveUp,
      `The worker ended 3 times right after its start; see ${worker.options.logFile}.`,
    );
  });

  it('that is being started is ended with the sandbox', async () => {
    const worker = aWorker('stopped', { readyIn: [1], staysIn: [1, 2] });
    const kept = await keepWorker(worker.options);
    process.kill(kept.pid(), 'SIGKILL');
    const second = await worker.life(2);

    await kept.stop();

    assert.throws(() => process.kill(second, 0), { code: 'ESRCH' });
    assert.ok(!worker.said.some((text) => text.includes('ready again')));
  });

  it('that is not ready at first is an error, with its last words', async () => {
    const worker = aWorker('never', { readyIn: [], staysIn: [] });

    await assert.rejects(keepWorker(worker.options), /the worker ended while it started/);
  });
});
