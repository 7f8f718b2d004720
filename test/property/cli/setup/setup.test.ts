import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';

import { UnreachableError } from '../../../../src/cli/exit.ts';
import { RunError } from '../../../../src/domain/run-error.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  configText,
  failsOnce,
  folder,
  HOST_KEY,
  PASSWORD,
  RIGHT,
  sit,
} from './sitting.ts';
import type { Script, Surroundings } from './sitting.ts';

const mode = (...path: string[]) => statSync(join(...path)).mode & 0o777;

function everyFile(inFolder: string): string[] {
  return readdirSync(inFolder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
}

describe('setup, from nothing', () => {
  it('writes the configuration and the secrets with tight rights, and goes on to the first day', async () => {
    const at = folder();
    const sat = await sit(at, { ...RIGHT, 'first-run': ['2026-12-23'] });

    assert.equal(sat.code, 0, sat.err);
    const { connectors } = parse(configText(at)) as { connectors: unknown[] };
    assert.deepEqual(connectors, [
      {
        id: 'o2',
        startDay: '2026-12-01',
        source: {
          sftp: {
            host: 'sftp.example.com',
            hostKey: HOST_KEY,
            username: 'acme',
            passwordFile: 'secrets/o2-sftp-password',
          },
        },
        staging: { account: 'https://acme.blob.core.windows.net', container: 'o2-archive' },
        tenant: {
          tenantId: '7f3cf4b5-5a3c-4d0b-9d5c-2f6a3f0e1d11',
          clientId: '11111111-2222-3333-4444-555555555555',
          clientSecretFile: 'secrets/o2-client-secret',
          ownDomains: ['example.org', 'example.com'],
        },
        mailbox: { messageIdDomain: 'o2-archive.example.org' },
      },
    ]);
    assert.equal(mode(at, 'secrets'), 0o700);
    assert.equal(mode(at, 'secrets', 'o2-sftp-password'), 0o600);
    assert.equal(readFileSync(join(at, 'secrets', 'o2-sftp-password'), 'utf8'), PASSWORD);
    assert.equal(mode(at, 'o2-archiver.yaml'), 0o600);
    assert.ok(!existsSync(join(at, 'o2-archiver.draft.json')), 'the draft is gone');
    assert.deepEqual(sat.followed, ['schedule apply', 'check', 'run --day 2026-12-23 --wait']);
  });

  it('offers a dry run before the first day where there is one', async () => {
    const sat = await sit(folder(), { ...RIGHT, 'first-run': ['2026-12-23'] }, { canDryRun: true });

    assert.deepEqual(sat.followed.slice(2), [
      'run --day 2026-12-23 --dry-run --wait',
      'run --day 2026-12-23 --wait',
    ]);
  });

  it('leaves the first day to whoever has read what the dry run came to', async () => {
    const answers = { ...RIGHT, 'first-run': ['2026-12-23'], 'first-run-now': ['no'] };
    const sat = await sit(folder(), answers, { canDryRun: true });

    assert.deepEqual(sat.followed.slice(2), ['run --day 2026-12-23 --dry-run --wait']);
    assert.equal(sat.code, 0);
  });

  it('shows no secret, and keeps none outside its file', async () => {
    const at = folder();
    const sat = await sit(at, { ...RIGHT, 'first-run': ['^C'] });

    assert.equal(sat.code, 130);
    assert.match(sat.out, /It is set up\. Its days: o2-archiver run/);
    const shown = [sat.out, sat.err, sat.said, ...sat.warned].join('\n');
    for (const secret of [PASSWORD, CLIENT_SECRET]) {
      assert.ok(!shown.includes(secret));
      const holding = everyFile(at).filter((file) => readFileSync(file, 'utf8').includes(secret));
      assert.deepEqual(holding.length, 1, holding.join());
    }
  });
});

/** One wrong answer at each step: what it is, what is said, and what the cure is. */
const WRONG: readonly [string, { script?: Script; around?: Surroundings; said: RegExp }][] = [
  ['terms', { script: { 'accept-terms': ['no', 'yes'] }, said: /nothing is set up/ }],
  ['connector id', { script: { connector: ['O2!', 'o2'] }, said: /1 to 32 lower-case/ }],
  ['first day', { script: { 'start-day': ['2026-02-30', '2026-12-01'] }, said: /YYYY-MM-DD/ }],
  ['port', { script: { 'sftp-port': ['99999', '22'] }, said: /at most 65535/ }],
  ['host key', { script: { 'sftp-host-key': ['yes', HOST_KEY] }, said: /SHA-256 fingerprint/ }],
  [
    'host',
    {
      around: {
        hostKey: () => hostKeyOnSecondCall(),
      },
      said: /does not answer. Check host, port and firewall/,
    },
  ],
  [
    'password',
    {
      script: { 'sftp-password-where': ['type', 'type'], 'sftp-password': ['wrong', PASSWORD] },
      around: { site: failsOnce(new RunError('site-login-refused', 'It refused the login.')) },
      said: /refused the login/,
    },
  ],
  [
    'storage account',
    {
      script: { 'storage-account': ['acme', 'https://acme.blob.core.windows.net'] },
      said: /https:\/\/ address/,
    },
  ],
  ['container', { script: { 'storage-container': ['O2', 'o2-archive'] }, said: /3 to 57/ }],
  [
    'tenant id',
    { script: { 'tenant-id': ['not-a-guid', 'example.com'] }, said: /GUID that Entra/ },
  ],
  ['client id', { script: { 'client-id': ['app', CLIENT_ID] }, said: /GUID that Entra/ }],
  ['wait', { script: { 'wait-until': ['01:00', '02:00'] }, said: /waiting would be over before/ }],
  ['own domains', { script: { 'own-domains': ['nonsense', 'example.com'] }, said: /a domain/ }],
  ['mailbox', { script: { 'try-mailbox': ['ann', 'ann@example.com'] }, said: /an address/ }],
  [
    'rights of the app',
    {
      around: { tenant: failsOnce(new RunError('tenant-refused', 'Give it User.Read.All.')) },
      said: /User\.Read\.All/,
    },
  ],
  ['mapping', { script: { automatic: ['no'], custom: ['no', 'yes'] }, said: /nobody is found/ }],
  [
    'mapping file',
    { script: { 'mapping-file': ['/nowhere/users.csv', ''] }, said: /there is no file/ },
  ],
  ['schedule', { script: { at: ['25:00', '02:00'] }, said: /HH:MM/ }],
  [
    'Temporal',
    {
      around: { temporal: () => Promise.reject(new UnreachableError('Temporal does not answer.')) },
      script: { 'schedule-next': ['leave'] },
      said: /Temporal does not answer/,
    },
  ],
];

const hostKeyOnSecondCall = (() => {
  const reach = failsOnce(
    new RunError('site-unreachable', 'It does not answer. Check host, port and firewall.'),
  );
  return () => reach().then(() => HOST_KEY);
})();

describe('setup, with a wrong answer', () => {
  for (const [what, { script = {}, around = {}, said }] of WRONG) {
    it(`says what is wrong with the ${what}, and asks again`, async () => {
      const at = folder();
      const { code, warned, err } = await sit(at, { ...RIGHT, ...script }, around);

      assert.match(warned.join('\n'), said);
      assert.equal(code, what === 'Temporal' ? 130 : 0, err);
      assert.equal(existsSync(join(at, 'o2-archiver.yaml')), what !== 'Temporal');
    });
  }

  it('says what is wrong with a flag, and asks for it after all', async () => {
    const argv = ['--yes', '--at', '25:00', '--app-login', 'secret'];
    const { code, warned, asked } = await sit(folder(), { ...RIGHT, at: ['02:30'] }, { argv });

    assert.equal(code, 0);
    assert.match(warned.join(), /25:00: It must be a time of UTC/);
    assert.ok(asked.includes('at') && !asked.includes('wait-until'));
  });

  it('names every faulty row of the mapping file', async () => {
    const at = folder();
    const [bad, good] = [join(at, 'bad.csv'), join(at, 'good.csv')];
    writeFileSync(bad, 'mobileNumber,email\n123,nobody\n');
    writeFileSync(good, 'mobileNumber,email\n+447700900001,ann@example.com\n');
    const sat = await sit(at, { ...RIGHT, 'mapping-file': [bad, good] });

    assert.match(sat.warned.join('\n'), /row 2/);
    assert.match(sat.said, /1 row, no fault/);
    assert.deepEqual(sat.followed.slice(0, 2), ['schedule apply', `mapping activate ${good}`]);
  });
});

describe('setup, over several sittings', () => {
  it('keeps the answers but no secret when it is left, and asks again for no more than that', async () => {
    const at = folder();
    const left = await sit(at, { ...RIGHT, 'own-domains': ['^C'] });
    const draft = readFileSync(join(at, 'o2-archiver.draft.json'), 'utf8');
    const draftMode = mode(at, 'o2-archiver.draft.json');
    const hadSecrets = existsSync(join(at, 'secrets'));
    const went = await sit(at, RIGHT);

    assert.deepEqual([left.code, draftMode], [130, 0o600]);
    assert.match(left.err, /kept in .*o2-archiver\.draft\.json\. Go on: o2-archiver setup/);
    assert.ok(!hadSecrets);
    assert.ok(!draft.includes(PASSWORD) && draft.includes('sftp.example.com'));
    assert.equal(went.code, 0, went.err);
    assert.deepEqual(went.warned, [], 'a secret that was typed before is simply asked for');
    assert.deepEqual(went.asked.slice(0, 5), [
      'sftp-password-where',
      'sftp-password',
      'client-secret-where',
      'client-secret',
      'own-domains',
    ]);
  });

  it('writes a page for whom a step waits, goes on with the others, and ends without a configuration', async () => {
    const at = folder();
    const first = await sit(at, {
      ...RIGHT,
      'site-who': ['others'],
      'microsoft-365-who': ['others'],
    });
    const pages = readdirSync(join(at, 'hand-over'));
    const order = readFileSync(join(at, 'hand-over', 'o2-1-telemessage.md'), 'utf8');
    const second = await sit(at, RIGHT);

    assert.equal(first.code, 1);
    assert.deepEqual(pages.sort(), ['o2-1-telemessage.md', 'o2-3-microsoft-365.md']);
    assert.match(order, /Delivery by SFTP/);
    for (const page of pages) {
      const text = readFileSync(join(at, 'hand-over', page), 'utf8');
      for (const part of ['## What', '## Why', '## How we will check']) {
        assert.ok(text.includes(part), `${page}: ${part}`);
      }
    }
    assert.match(first.out, /It waits for:[^]*site[^]*microsoft-365/);
    assert.equal(second.code, 0, second.err);
    assert.ok(!second.asked.includes('storage-account'), 'what is well is passed by');
  });
});

const STANDING = `# Ours since 2026
connectors:
  - id: o2 # the first
    startDay: 2026-12-01
    source: { directory: { path: . }, lookbackDays: 9 } # a share
    schedule: { at: "03:00" }
    staging: { account: https://acme.blob.core.windows.net, container: o2-archive }
    tenant: { tenantId: example.com, clientId: 11111111-2222-3333-4444-555555555555, clientSecretEnv: GRAPH, ownDomains: [ example.com ] }
  - id: second
    startDay: 2026-12-01
    source: { directory: { path: . } }
    staging: { account: https://acme.blob.core.windows.net, container: second }
    tenant: { tenantId: example.com, clientId: 11111111-2222-3333-4444-555555555555, clientSecretEnv: GRAPH }
`;

describe('setup, where a configuration stands', () => {
  const env = { GRAPH: 'canary-graph' };

  it('changes what was asked and leaves everything else as it stands', async () => {
    const at = folder();
    writeFileSync(join(at, 'o2-archiver.yaml'), STANDING);
    const script = { ...RIGHT, connector: ['o2'], review: ['schedule', 'finish'], at: ['04:30'] };
    const { code, err, asked } = await sit(at, script, { env });

    assert.equal(code, 0, err);
    assert.deepEqual(asked.slice(0, 4), ['accept-terms', 'connector', 'try-mailbox', 'review']);
    assert.equal(configText(at), STANDING.replace('03:00', '04:30'));
  });

  it('moves from one transport to another without a rest of the first', async () => {
    const at = folder();
    writeFileSync(join(at, 'o2-archiver.yaml'), STANDING);
    const argv = ['--connector', 'o2', '--source', 'sftp'];
    const { code, err } = await sit(at, RIGHT, { env, argv });
    const [first] = (parse(configText(at)) as { connectors: { source: object }[] }).connectors;

    assert.equal(code, 0, err);
    assert.deepEqual(Object.keys(first?.source ?? {}), ['lookbackDays', 'sftp']);
  });

  it('adds a connector, and refuses the container of another', async () => {
    const at = folder();
    writeFileSync(join(at, 'o2-archiver.yaml'), STANDING);
    const script = { ...RIGHT, connector: ['third'], 'storage-container': ['second', 'third'] };
    const { code, err, warned } = await sit(at, script, { env });

    assert.equal(code, 0, err);
    assert.match(warned.join('\n'), /container/);
    assert.ok(configText(at).startsWith(STANDING));
  });

  it('does not write over what another hand changed meanwhile', async () => {
    const at = folder();
    const file = join(at, 'o2-archiver.yaml');
    writeFileSync(file, STANDING);
    const meanwhile = () => {
      writeFileSync(file, `${STANDING}# changed\n`);
      return Promise.resolve();
    };
    const argv = ['--connector', 'o2'];
    const { code, err } = await sit(at, RIGHT, { env, argv, tenant: meanwhile });

    assert.equal(code, 2);
    assert.match(err, /was changed meanwhile/);
    assert.equal(configText(at), `${STANDING}# changed\n`);
  });
});
