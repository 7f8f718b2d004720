import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';

import { ConfigError } from '../../../src/config/config-error.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configFolder, ENV, faults, load, MINIMAL, SECRET } from './fixture.ts';

describe('loadConfig', () => {
  it('needs only id, startDay, a source, staging and a tenant, and defaults the rest', () => {
    const [connector] = load(MINIMAL).connectors;

    assert.ok(connector);
    assert.equal(connector.startDay, '2026-12-01');
    assert.deepEqual(connector.schedule, { at: '02:00', waitUntil: '20:00', catchupDays: 30 });
    assert.equal(connector.source.lookbackDays, 7);
    assert.equal(connector.source.quietSeconds, 60);
    assert.deepEqual(connector.mapping, {
      automatic: true,
      custom: true,
      defaultCountry: 'GB',
      maxRemovedShare: 0.2,
    });
    assert.deepEqual(connector.mailbox, {
      folder: 'O2 SMS and Voice Network Archiver',
      itemClass: 'IPM.Note',
      messageIdDomain: 'o2-archive.example.com',
      unmatched: null,
    });
    assert.deepEqual(connector.limits, {
      maxItemBytes: 150_000_000,
      settleSeconds: 90,
      parkMinutes: 120,
      workers: 1,
    });
    assert.equal(connector.tenant.graphEndpoint, 'https://graph.microsoft.com');
    assert.equal(connector.tenant.isOwnAuthority, false);
    assert.deepEqual(connector.report, { deliverTo: [], registeredUsersFile: null });
  });

  it('reads a secret from a variable, and from a file without its last line break', () => {
    const path = configFolder(
      MINIMAL.replace(
        'directory: { path: packages }',
        'sftp: { host: h, username: u, passwordFile: pass.txt }',
      ),
      { 'pass.txt': `${SECRET}\n` },
    );

    const [connector] = loadConfig({ path, env: ENV }).connectors;

    assert.ok(connector?.source.transport.type === 'sftp');
    assert.equal(connector.source.transport.password?.reveal(), SECRET);
    assert.ok(connector.tenant.credential.type === 'secret');
    assert.equal(connector.tenant.credential.secret.reveal(), SECRET);
  });

  it('reads the passphrase of a private key, and asks for the key that it belongs to', () => {
    const files = { key: 'a key', phrase: `${SECRET}\n` };
    const withSftp = (login: string) =>
      MINIMAL.replace('directory: { path: packages }', `sftp: { host: h, username: u, ${login} }`);
    const whole = 'privateKeyFile: key, privateKeyPassphraseFile: phrase';
    const path = configFolder(withSftp(whole), files);

    const transport = loadConfig({ path, env: ENV }).connectors[0]?.source.transport;

    assert.ok(transport?.type === 'sftp');
    assert.equal(transport.privateKeyPassphrase?.reveal(), SECRET);
    const alone = configFolder(
      withSftp('passwordFile: key, privateKeyPassphraseFile: phrase'),
      files,
    );
    assert.throws(
      () => loadConfig({ path: alone, env: ENV }),
      /sftp\.privateKeyFile.*is missing: a passphrase belongs to a private key/s,
    );
  });

  it('shows no secret however it is printed', () => {
    const config = load(
      MINIMAL.replace('directory: { path: packages }', SFTP).replace(
        'account: https://acme.blob.core.windows.net',
        'connectionStringEnv: BLOB',
      ),
    );

    const printed = [
      JSON.stringify(config),
      inspect(config, { depth: 20, showHidden: true }),
      inspect(config.connectors[0]?.source.transport, { depth: 20, customInspect: false }),
      String(config.connectors[0]?.staging.connectionString),
    ];

    for (const text of printed) assert.ok(!text.includes(SECRET));
    assert.match(JSON.stringify(config), /"connectionString":"\[secret\]"/);
  });

  it('is frozen to the last leaf', () => {
    const config = load(MINIMAL);

    assert.throws(() => {
      (config.connectors[0] as { id: string }).id = 'other';
    }, TypeError);
    assert.ok(Object.isFrozen(config.connectors[0]?.tenant.ownDomains));
  });

  it('starts relative paths at the folder of the file', () => {
    const path = configFolder(MINIMAL);

    const { transport } = loadConfig({ path, env: ENV }).connectors[0]?.source ?? {};

    assert.ok(transport?.type === 'directory');
    assert.equal(transport.path, join(dirname(path), 'packages'));
  });

  it('takes the path from O2_ARCHIVER_CONFIG when none is given', () => {
    const path = configFolder(MINIMAL);

    assert.equal(loadConfig({ env: { ...ENV, O2_ARCHIVER_CONFIG: path } }).file, path);
  });

  it('knows the endpoints of each cloud', () => {
    const [connector] = load(
      MINIMAL.replace('tenantId: t', 'cloud: china, tenantId: t'),
    ).connectors;

    assert.equal(connector?.tenant.graphEndpoint, 'https://microsoftgraph.chinacloudapi.cn');
    assert.equal(connector.tenant.authorityHost, 'https://login.chinacloudapi.cn');
  });
});

const SFTP = 'sftp: { host: h, username: u, passwordEnv: SFTP }';

describe('the faults of a configuration', () => {
  it('are reported all at once, each with its path', () => {
    const found = faults(`
connectors:
  - id: O2 Network
    source:
      sftp: { host: sftp.example.com, port: ssh, username: acme, path: /outgoing }
      lookbackDays: -1
    schedule: { at: 2am }
    staging: { container: Archive }
    tenant: { tenantId: t, clientSecretEnv: NOT_SET, cloud: mars }
    limit: { workers: 2 }
  - id: other
`);

    assert.deepEqual([...found].sort(), [
      ['connectors[0].id', 'must be 1 to 32 lower-case letters, digits and hyphens'],
      ['connectors[0].limit', LIMIT_IS_UNKNOWN],
      ['connectors[0].schedule.at', 'must be a time of UTC, HH:MM, in quotes'],
      ['connectors[0].source.lookbackDays', 'must be at least 0'],
      [
        'connectors[0].source.sftp',
        'needs a password or a key: one of passwordEnv, passwordFile, privateKeyFile',
      ],
      ['connectors[0].source.sftp.port', 'must be a number'],
      ['connectors[0].staging', 'needs one of account, connectionStringEnv, connectionStringFile'],
      [
        'connectors[0].staging.container',
        'must be 3 to 57 lower-case letters, digits and single hyphens',
      ],
      ['connectors[0].startDay', 'is missing'],
      [
        'connectors[0].tenant.clientId',
        'is missing: a client secret and a certificate belong to an application',
      ],
      ['connectors[0].tenant.clientSecretEnv', 'the environment variable NOT_SET is not set'],
      ['connectors[0].tenant.cloud', 'must be one of global, usgov, usgov-dod, china'],
      ['connectors[1].source', 'is missing'],
      ['connectors[1].staging', 'is missing'],
      ['connectors[1].startDay', 'is missing'],
      ['connectors[1].tenant', 'is missing'],
    ]);
  });

  it('carry an example and the line', () => {
    const error = errorOf('connectors:\n  - id: o2\n    startDay: soon\n');

    const problem = error.problems.find(({ path }) => path === 'connectors[0].startDay');

    assert.equal(problem?.example, 'startDay: 2026-12-01');
    assert.equal(problem.line, 3);
    assert.match(error.message, /connectors\[0\]\.startDay \(line 3\): must be a day/);
  });

  it('never repeat a secret that stands in the file itself', () => {
    const yaml = MINIMAL.replace('clientSecretEnv: GRAPH', `clientSecret: ${SECRET}`);

    const error = errorOf(yaml);

    assert.ok(!error.message.includes(SECRET));
    assert.match(error.message, /tenant\.clientSecret .*a secret never stands in this file/);
    assert.match(error.message, /example: clientSecretFile: /);
  });

  it('never repeat a line of a file that is no YAML', () => {
    const error = errorOf(`connectors:\n  - password: [${SECRET}\n  x`);

    assert.ok(!error.message.includes(SECRET));
    assert.match(error.message, /line [23]/);
  });

  it('name ids that stand twice and containers that two connectors share', () => {
    const second = MINIMAL.replace('\nconnectors:\n', '').replace(
      'container: o2-archive',
      'container: o2-archive-books',
    );

    const found = faults(MINIMAL + second);

    assert.equal(found.get('connectors[1].id'), 'is also that of connectors[0]');
    assert.match(found.get('connectors[1].staging.container') ?? '', /shares a container/);
  });

  it('name two sources, and a source of none', () => {
    const two = MINIMAL.replace('directory:', `${SFTP}, directory:`);
    const none = MINIMAL.replace('directory: { path: packages }', 'quietSeconds: 5');

    assert.match(faults(two).get('connectors[0].source') ?? '', /has sftp and directory/);
    assert.match(faults(none).get('connectors[0].source') ?? '', /needs one of sftp, directory/);
  });

  it('name the file that is not there and how to name another', () => {
    assert.throws(
      () => loadConfig({ path: '/nowhere/o2.yaml', env: {} }),
      (error: unknown) =>
        error instanceof ConfigError && error.message.includes('O2_ARCHIVER_CONFIG'),
    );
  });

  it('are found in a file of any other shape', () => {
    for (const yaml of ['', '[]', 'text', 'connectors: 5', 'connectors: []', 'connectors: [1]']) {
      assert.ok(faults(yaml).size > 0, yaml);
    }
  });

  it('take a key without a value as not there', () => {
    assert.equal(
      load(MINIMAL.replace('clientId: c', 'clientId: c, canaryMailbox: ')).connectors[0]?.tenant
        .canaryMailbox,
      null,
    );
  });
});

const LIMIT_IS_UNKNOWN =
  'is no key here; known are id, startDay, source, schedule, staging, tenant, mapping, mailbox, ' +
  'report, notify, limits';

function errorOf(yaml: string): ConfigError {
  try {
    load(yaml);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  assert.fail('the configuration has no fault');
}
