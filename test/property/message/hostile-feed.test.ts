import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { digestsOf } from '../../hostile/archive.ts';
import { command, runRound } from '../../hostile/round.ts';

// `npm run test:hostile` does the same with ten thousand items.
const ITEMS = 100;
const indices = Array.from({ length: ITEMS }, (_, index) => index);
const run = promisify(execFile);

for (const seed of [1, randomInt(2 ** 31)]) {
  test(`reads every message of the feed back the same (seed ${seed})`, async (t) => {
    const round = await runRound(seed, indices);

    t.diagnostic(`seed ${seed}, ${round.items} items, ${round.refused} of them refused`);
    assert.deepEqual(round.failures.map(command), []);
    const { injectedHeaders, doubledFiles, lostParts } = round;
    assert.deepEqual({ injectedHeaders, doubledFiles, lostParts }, NOTHING);
    await t.test('by Python too', (byPython) => {
      if (round.differences.python !== null) return;
      byPython.skip('skipped: there is no python3 on this machine, so only two readers were asked');
    });
  });
}

const NOTHING = { injectedHeaders: 0, doubledFiles: 0, lostParts: 0 };

test('the same item gives the same bytes in any process, time zone and language', async () => {
  const here = await digestsOf(7, 60, 'here');

  const [nepal, newfoundland] = await Promise.all([
    digestsIn({ TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }),
    digestsIn({ TZ: 'America/St_Johns', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' }),
  ]);

  assert.ok(here.filter((digest) => digest !== null).length > 50);
  assert.deepEqual(nepal, here);
  assert.deepEqual(newfoundland, here);
});

async function digestsIn(env: Record<string, string>): Promise<unknown> {
  const script = fileURLToPath(new URL('../../hostile/digests.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [script, '7', '60', env['TZ'] ?? ''], { env });
  return JSON.parse(stdout);
}
