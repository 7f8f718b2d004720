import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { RunError } from '../../../../src/domain/run-error.ts';
import { CLIENT_ID, configText, folder, HOST_KEY, sit } from './sitting.ts';

describe('setup, where nobody can be asked', () => {
  const env = { GRAPH: 'canary-graph', SFTP: 'canary-sftp' };
  const flags = [
    ...['--yes', '--accept-terms', 'yes', '--connector', 'o2', '--start-day', '2026-12-01'],
    ...['--sftp-host', 'sftp.example.com', '--sftp-host-key', HOST_KEY, '--sftp-username', 'acme'],
    ...['--sftp-password-env', 'SFTP', '--storage-account', 'https://acme.blob.core.windows.net'],
    ...['--tenant-id', 'example.com', '--app-login', 'secret', '--client-id', CLIENT_ID],
    ...['--client-secret-env', 'GRAPH', '--own-domains', 'example.com'],
    ...['--try-mailbox', 'ann@example.com'],
  ];
  const without = (flag: string) =>
    flags.filter((_, at) => at !== flags.indexOf(flag) && at !== flags.indexOf(flag) + 1);

  it('does it all by flags, and prints one document', async () => {
    const at = folder();
    const { code, out, err } = await sit(at, null, { env, argv: [...flags, '--json'] });

    assert.equal(code, 0, err);
    const document = JSON.parse(out) as { state: string; steps: { step: string; state: string }[] };
    assert.equal(document.state, 'written');
    assert.ok(document.steps.every(({ state }) => state === 'ok'));
    assert.match(configText(at), /passwordEnv: SFTP/);
    assert.ok(!existsSync(join(at, 'secrets')));
  });

  const kinds: readonly [string, readonly string[], RegExp][] = [
    [
      'a private key',
      [...without('--sftp-password-env'), '--sftp-login', 'key', '--sftp-private-key-file', 'here'],
      /privateKeyFile: here/,
    ],
    [
      'a folder',
      [...flags, '--source', 'directory', '--packages-folder', '.'],
      /directory:\s+path: \./,
    ],
    [
      'a container of Azure Storage',
      [...flags, '--source', 'azureBlob', '--source-container', 'telemessage'].concat([
        '--source-account',
        'https://acme.blob.core.windows.net',
      ]),
      /azureBlob:\s+account: https:\S+\s+container: telemessage/,
    ],
    [
      'a managed identity',
      [...without('--app-login'), '--app-login', 'managedIdentity'],
      /tenantId: example\.com\s+managedIdentity: true\s+ownDomains/,
    ],
  ];
  for (const [what, argv, written] of kinds) {
    it(`takes ${what}, and no rest of another way`, async () => {
      const at = folder();
      writeFileSync(join(at, 'here'), 'canary-key');
      const { code, err } = await sit(at, null, { env, argv });

      assert.equal(code, 0, err);
      assert.match(configText(at), written);
    });
  }

  it('names the flag that is missing, and pins no host key that nobody saw', async () => {
    const missing = await sit(folder(), null, { env, argv: without('--tenant-id') });
    const unseen = await sit(folder(), null, { env, argv: without('--sftp-host-key') });

    assert.deepEqual([missing.code, unseen.code], [2, 2]);
    assert.match(missing.err, /--tenant-id is missing/);
    assert.match(unseen.err, new RegExp(`--sftp-host-key is missing.*${HOST_KEY}`));
  });

  it('ends with what is wrong with a flag, and with what does not answer', async () => {
    const wrong = await sit(folder(), null, { env, argv: [...flags, '--at', '25:00'] });
    const site = () => Promise.reject(new RunError('site-unreachable', 'It does not answer.'));
    const away = await sit(folder(), null, { env, argv: flags, site });

    assert.deepEqual([wrong.code, away.code], [2, 4]);
    assert.match(wrong.err, /--at: .*HH:MM/);
  });

  it('names the very flag and the place of a secret that cannot be had', async () => {
    const argv = without('--sftp-password-env');
    const file = await sit(folder(), null, { env, argv: [...argv, '--sftp-password-file', '/no'] });
    const variable = await sit(folder(), null, {
      env,
      argv: [...argv, '--sftp-password-env', 'NONE'],
    });

    assert.match(file.err, /--sftp-password-file: The file \/no cannot be read \(ENOENT\)/);
    assert.match(variable.err, /--sftp-password-env: The environment variable NONE is not set\./);
  });
});
