import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { UnreachableError } from '../../../src/cli/exit.ts';
import type { RunErrorCode } from '../../../src/domain/run-error.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import { MINIMAL, SECRET } from '../config/fixture.ts';
import { typed } from './typed.ts';

const TWO = MINIMAL + MINIMAL.replace('\nconnectors:\n', '').replaceAll(/\bo2\b/g, 'second');
const run = (yaml: string, ...argv: string[]) => typed(argv, { yaml });

describe('the command line', () => {
  it('shows help with examples and exit codes', async () => {
    const help = await run(MINIMAL, '--help');
    const ofRun = await run(MINIMAL, 'run', '--help');

    assert.equal(help.code, 0);
    assert.match(help.out, /78 +the configuration is wrong/);
    assert.match(ofRun.out, /\$ o2-archiver run --day 2026-11-23 --wait/);
  });

  it('exits 2 for what it does not know and for a day that is none', async () => {
    for (const argv of [
      ['nope'],
      ['run', '--nope'],
      ['run', '--day', '2026-02-30'],
      ['report'],
      ['verify'],
      ['verify', '--day', '2026-12-01', '--sent', '2026-12-01'],
      ['verify', '--day', '2026-12-01', '--tz', 'Europe/London'],
      ['verify', '--sent', '2026-12-01', '--tz', 'Mars/Olympus'],
      ['report', '--sent', '2026-12-01', '--format', 'html'],
      ['items'],
      ['item', 'abc'],
      ['items', '--day', '2026-12-01', '--reason', 'bad-mood'],
      ['retry'],
      ['retry', '--day', '2026-12-01', '--item', 'a'.repeat(64)],
      ['run', '--connector', 'nobody'],
      ['run', '--day', '2026-11-30'],
    ]) {
      const { code, err } = await run(MINIMAL, ...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.notEqual(err, '', argv.join(' '));
    }
  });

  it('exits 78 with every fault of the configuration, as text and as one JSON document', async () => {
    const { code, out, err } = await run('connectors: [{ id: O2 }]', 'status', '--json');

    const document = JSON.parse(out) as { error: { code: string; problems: { path: string }[] } };
    assert.equal(code, 78);
    assert.equal(document.error.code, 'configuration');
    assert.ok(document.error.problems.some(({ path }) => path === 'connectors[0].startDay'));
    assert.match(err, /connectors\[0\]\.id/);
  });

  it('exits 4 when what it needs does not answer', async () => {
    const { code, out, err } = await run(MINIMAL, 'run', '--json');

    assert.equal(code, 4);
    assert.equal((JSON.parse(out) as { error: { code: string } }).error.code, 'unreachable');
    assert.match(err, /it does not answer/);
  });

  it('asks for --connector where more than one is configured, and not where it does all', async () => {
    const report = await run(TWO, 'report', '--day', '2026-12-01');
    const status = await run(TWO, 'status', '--json');

    assert.equal(report.code, 2);
    assert.match(report.err, /--connector with one of o2, second/);
    assert.equal(status.code, 4);
  });

  it('tries every check although nothing answers, and shows no secret', async () => {
    const { code, out } = await run(MINIMAL, 'check', '--json');

    const { checks } = JSON.parse(out) as { checks: { check: string; state: string }[] };
    assert.equal(code, 4);
    assert.deepEqual(
      checks.map(({ check, state }) => `${check} ${state}`),
      [
        'configuration ok',
        'site failed',
        'staging failed',
        'tenant failed',
        'temporal failed',
        'search attributes failed',
        'schedule failed',
        'worker failed',
      ],
    );
    assert.ok(!out.includes(SECRET));
  });

  it('connects to Temporal once, whatever asks for it after it was away', async () => {
    let connects = 0;
    const away = () => {
      connects += 1;
      return Promise.reject(new UnreachableError('Temporal is away. Start it.'));
    };

    const { out } = await typed(['check'], { connectTemporal: away });

    assert.equal(out.split('Temporal is away').length, 5);
    assert.equal(connects, 1);
  });

  it('tells by its exit code whether a check found the configuration wrong, somebody away, or else', async () => {
    const fails = (code: RunErrorCode) => () => Promise.reject(new RunError(code, 'Do that.'));
    const codes = await Promise.all(
      (['configuration', 'site-login-refused', 'platform-changed'] as const).map(
        async (code) => (await typed(['check'], { openSite: fails(code) })).code,
      ),
    );

    assert.deepEqual(codes, [78, 4, 1]);
  });

  it('prints the JSON Schema of the configuration', async () => {
    const { code, out } = await run(MINIMAL, 'schema');

    assert.equal(code, 0);
    assert.equal((JSON.parse(out) as { title: string }).title, 'O2 Network Archiver');
  });
});
