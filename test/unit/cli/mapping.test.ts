import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import type { MappingActivation, MappingCheck } from '../../../src/cli/mapping-text.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import { MINIMAL } from '../config/fixture.ts';
import { desk, file, HEADER, hold, shown, TIMED, USERS } from './mapping-desk.ts';

describe('mapping check', () => {
  it('prints one JSON document of the same', async () => {
    const { out } = await desk().run('check', file(`${HEADER}\n447700900103,a@\n`), '--json');

    const { faults, version, change } = JSON.parse(out) as MappingCheck;
    assert.deepEqual(
      faults.map(({ row, column, found }) => [row, column, found]),
      [
        [2, 'mobileNumber', '447700900103'],
        [2, 'email', 'a@'],
      ],
    );
    assert.deepEqual([version, change], [null, null]);
  });

  it('lets nothing in a cell steer the terminal', async () => {
    const { out } = await desk().run('check', file(`${HEADER}\n\u001b[2J,a@example.com\u202e\n`));

    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    assert.doesNotMatch(out, /[\u001b\u202e]/);
  });

  it('takes UTF-16 of either order, semicolons, tabs and synonyms for the same file', async () => {
    const { run } = desk();
    const plain = `${HEADER}\n+447700900123,a@example.com\n`;
    const versions = new Set<string | null>();

    for (const content of [
      plain,
      Buffer.from(`\uFEFF${plain}`, 'utf16le'),
      Buffer.from(`\uFEFF${plain}`, 'utf16le').swap16(),
      plain.replaceAll(',', ';'),
      plain.replaceAll(',', '\t'),
      plain.replace(HEADER, 'Telephone Number,User’s Email Address'),
    ]) {
      const { out } = await run('check', file(content), '--json');
      versions.add((JSON.parse(out) as MappingCheck).version);
    }

    assert.equal(versions.size, 1);
    assert.ok(!versions.has(null));
  });

  it('names what changes, who has no mailbox and who would come home', async () => {
    const office = desk();
    await office.run(
      'activate',
      file(
        `${TIMED}\n+447700900101,a@example.com,,\n+447700900102,b@example.com,,2026-11-30\n+447700900103,c@example.com,,\n+447700900104,d@example.com,,\n+447700900105,e@example.com,,\n+447700900106,e@example.com,,\n`,
      ),
    );
    await hold(office, 1, '+447700900107');
    await hold(office, 2, '+447700900107', '2026-12-01T08:00:00Z');
    await hold(office, 3, '+447700900199');
    const next = file(
      `${TIMED}\n+447700900101,a@example.com,,\n+447700900102,new@example.com,2026-12-01,\n+447700900103,gone@example.com,,\n+447700900104,shared@example.com,,\n+447700900105,unlicensed@example.com,,\n+447700900107,f@example.com,2026-12-01,\n`,
    );

    const { code, out } = await office.run('check', next);

    assert.equal(code, 0);
    assert.deepEqual(out.split('\n').slice(1), [
      '  1 number added',
      '    +447700900107 → f@example.com from 2026-12-01',
      '  1 number removed',
      '    +447700900106, was e@example.com',
      '  4 numbers changed',
      '    +447700900102: b@example.com until 2026-11-30 → new@example.com from 2026-12-01',
      '    +447700900103: c@example.com → gone@example.com',
      '    +447700900104: d@example.com → shared@example.com',
      '    +447700900105: e@example.com → unlicensed@example.com',
      '  1 number unchanged',
      '  1 address of no Microsoft 365 user: correct them, or add the users',
      '    gone@example.com',
      '  1 address of more than one user: make them unique in the tenant',
      '    shared@example.com',
      '  1 address of users without a mailbox that answers: give them a licence',
      '    unlicensed@example.com',
      '  3 of 6 addresses lead to a mailbox',
      '  of 3 held items of 2 people, 1 person would come home',
      '    +447700900107: 1 item',
    ]);
  });

  it('says so when the tenant cannot be asked, and exits 4', async () => {
    const office = desk();
    office.users = {
      ...USERS,
      find: () => Promise.reject(new RunError('tenant-unavailable', 'Microsoft 365 is away.')),
    };

    const { code, err } = await office.run('check', file(`${HEADER}\n+447700900101,a@b.example\n`));

    assert.deepEqual([code, err], [4, 'o2-archiver: Microsoft 365 is away.']);
  });

  it('says that runs do not ask a mapping that is switched off', async () => {
    const off = desk(`${MINIMAL}    mapping: { custom: false }\n`);

    const { out } = await off.run('check', file(`${HEADER}\n+447700900101,a@example.com\n`));

    assert.match(out, /mapping\.custom is off in the configuration: runs do not ask the file\./);
  });

  it('exits 2 for a file that is not there', async () => {
    const { code, err } = await desk().run('check', '/none/none.csv');

    assert.equal(code, 2);
    assert.match(err, /there is no file .*none\.csv\. Name a CSV with the header/);
  });
});

describe('mapping activate', () => {
  it('says what happens to what is held, and how to have it now', async () => {
    const office = desk();
    await hold(office, 1, '+447700900107');

    const { code, out } = await office.run(
      'activate',
      file(`${HEADER}\n+447700900107,f@example.com\n`),
    );

    assert.equal(code, 0);
    assert.match(out, /In force since 2026-12-24T09:00:00Z, by ann@host\./);
    assert.match(out, /comes home with the next daily run/);
    assert.match(out, /o2-archiver run --connector o2 --wait/);
    assert.match(out, /o2-archiver retry --connector o2 --day DAY --outcome unmapped --wait/);
  });

  it('changes nothing when the same content is activated again', async () => {
    const office = desk();
    await office.run('activate', file(`${HEADER}\n+447700900107,f@example.com\n`));
    office.nowMs += 60_000;

    const { code, out } = await office.run(
      'activate',
      file(`email;phone\nF@example.com;07700 900107\n`),
      '--json',
    );

    const again = JSON.parse(out) as MappingActivation;
    const { versions } = await shown(office);
    assert.deepEqual([code, again.state], [0, 'unchanged']);
    assert.equal(again.activatedAt, '2026-12-24T09:00:00Z');
    assert.equal(versions.length, 1);
  });

  it('refuses to lose more than the configured share of the numbers, unless forced', async () => {
    const office = desk(`${MINIMAL}    mapping: { maxRemovedShare: 0.3 }\n`);
    const rows = ['1', '2', '3', '4'].map((one) => `+44770090010${one},a${one}@example.com`);
    await office.run('activate', file([HEADER, ...rows].join('\n')));
    const three = file([HEADER, ...rows.slice(0, 3)].join('\n'));
    const one = file([HEADER, ...rows.slice(0, 1)].join('\n'));

    assert.equal((await office.run('activate', three)).code, 0);
    const refused = await office.run('activate', one);
    const before = await shown(office);
    const forced = await office.run('activate', one, '--force');

    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /Nothing was activated: 2 of the numbers in force would disappear, 67 % of them, and mapping\.maxRemovedShare allows 30 %\. Add --force when that is meant\.$/,
    );
    assert.match(refused.err, /\+447700900103, was a3@example\.com/);
    assert.equal(before.rows.length, 3);
    assert.equal(forced.code, 0);
  });

  it('activates nothing of a faulty file', async () => {
    const office = desk();

    const { code, out } = await office.run('activate', file(`${HEADER}\nnobody,a@example.com\n`));

    assert.equal(code, 1);
    assert.match(out, /Nothing was activated\.$/);
    assert.equal((await shown(office)).version, null);
  });
});

describe('mapping show', () => {
  it('lists what is in force, and every version with who and when, the newest first', async () => {
    const office = desk();
    const [first, second] = ['f', 'g'].map((name) =>
      file(`${HEADER}\n+447700900107,${name}@example.com\n`),
    ) as [string, string];
    await office.run('activate', first, '--by', 'Ben Clerk, ticket 4711');
    office.nowMs += 60_000;
    await office.run('activate', second);
    office.nowMs += 60_000;
    await office.run('activate', first);

    const { out } = await office.run('show');
    const { version, rows, versions } = await shown(office);

    assert.equal(version, versions[0]?.version);
    assert.equal(versions[0]?.version, versions[2]?.version);
    assert.deepEqual(
      rows.map(({ address }) => address),
      ['f@example.com'],
    );
    assert.deepEqual(
      versions.map(({ activatedAt, by, rows: count }) => [activatedAt, by, count]),
      [
        ['2026-12-24T09:02:00Z', 'ann@host', 1],
        ['2026-12-24T09:01:00Z', 'ann@host', 1],
        ['2026-12-24T09:00:00Z', 'Ben Clerk, ticket 4711 (ann@host)', 1],
      ],
    );
    assert.match(out, /\+447700900107 {2}f@example\.com/);
    assert.match(out, /2026-12-24T09:00:00Z {2}Ben Clerk, ticket 4711 \(ann@host\)/);
    const kept = await office.staging.state.read(`mapping/${String(versions[1]?.version)}.csv`);
    assert.equal(kept?.toString(), readFileSync(second, 'utf8'));
  });

  it('says what to do when none is in force', async () => {
    assert.match((await desk().run('show')).out, /No mapping is in force/);
  });
});
