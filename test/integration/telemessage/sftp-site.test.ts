import assert from 'node:assert/strict';
import { createServer, Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import ssh2 from 'ssh2';
import type { RunError } from '../../../src/domain/run-error.ts';
import { readHostKey } from '../../../src/telemessage/sftp-host-key.ts';
import { sftpSite, type SftpOptions } from '../../../src/telemessage/sftp-site.ts';
import { LOGIN, serveSftp, type ServedFile, type SftpServer } from './sftp-server.ts';

const FIRST = '202611210000-TeleMessage_1_20261122040000.zip';
const SECOND = '202611220000-TeleMessage_1_20261123040000.zip';
const STALLED = '202611230000-TeleMessage_1_20261124040000.zip';
const LOCKED = '202611240000-TeleMessage_1_20261125040000.zip';
const MODIFIED_AT = '2026-11-22T04:05:06Z';
const BYTES = Buffer.alloc(1_500_000, 'bytes of a package ');
const KEYS = ssh2.utils.generateKeyPairSync('ed25519');

const file = (bytes: Buffer): ServedFile => ({ bytes, modifiedAt: MODIFIED_AT });
const FILES = new Map([
  [SECOND, file(Buffer.from('second'))],
  ['readme.txt', file(Buffer.from('x'))],
  [FIRST, file(BYTES)],
  [STALLED, file(BYTES)],
  [LOCKED, file(BYTES)],
  [`${FIRST.replace('_1_', '_9_')}/`, file(Buffer.alloc(0))],
]);

describe('sftpSite', () => {
  let server: SftpServer;
  before(async () => {
    server = await serveSftp(FILES, { stall: STALLED, locked: LOCKED, publicKey: KEYS.public });
  });
  after(() => server.close());

  const site = (more: Partial<SftpOptions> = {}) =>
    sftpSite({
      host: '127.0.0.1',
      port: server.port,
      ...LOGIN,
      hostKey: server.hostKey,
      path: '/outgoing/',
      timeoutMs: 10_000,
      ...more,
    });

  it('lists the packages of the days, and streams one, over one connection', async () => {
    const before = server.connections();
    const open = site();

    const files = await open.list('2026-11-21', '2026-11-22');
    const bytes = await buffer(await open.open(files[0]!));
    const again = await open.list('2026-11-22', '2026-11-22');
    await open.close();

    assert.deepEqual(files, [
      {
        name: FIRST,
        package: FIRST.slice(0, -4),
        day: '2026-11-21',
        sizeBytes: BYTES.length,
        modifiedAt: MODIFIED_AT,
      },
      {
        name: SECOND,
        package: SECOND.slice(0, -4),
        day: '2026-11-22',
        sizeBytes: 6,
        modifiedAt: MODIFIED_AT,
      },
    ]);
    assert.ok(bytes.equals(BYTES));
    assert.deepEqual(
      again.map(({ name }) => name),
      [SECOND],
    );
    assert.equal(server.connections() - before, 1);
  });

  it('logs in by key, and takes any host key when none is pinned', async () => {
    const { username, host, port, path } = {
      ...LOGIN,
      host: '127.0.0.1',
      port: server.port,
      path: '/outgoing',
    };
    const open = sftpSite({ host, port, username, privateKey: KEYS.private, path });

    assert.equal((await open.list('2026-11-21', '2026-11-21')).length, 1);
    await open.close();
  });

  it('reads the host key without a login, and says when nobody is there to show one', async () => {
    const place = { host: '127.0.0.1', timeoutMs: 5_000 };

    assert.equal(await readHostKey({ ...place, port: server.port }), server.hostKey);
    await assert.rejects(readHostKey({ ...place, port: 1 }), { code: 'site-unreachable' });
  });

  it('connects anew after the connection broke', async () => {
    const open = site();
    await open.list('2026-11-21', '2026-11-21');

    server.cut();
    while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve));

    const files = await open.list('2026-11-21', '2026-11-21').catch(() => null);
    assert.equal((files ?? (await open.list('2026-11-21', '2026-11-21'))).length, 1);
    await open.close();
  });

  it('leaves nothing open after close, also when nothing was opened', async () => {
    const open = site();
    await open.close();
    await open.list('2026-11-21', '2026-11-21');
    await open.close();
    await open.close();

    while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(server.open(), 0);
  });

  const failures: [string, Partial<SftpOptions>, string][] = [
    ['a wrong password', { password: 'wrong horse' }, 'site-login-refused'],
    ['an unknown user', { username: 'nobody' }, 'site-login-refused'],
    ['another host key', { hostKey: `SHA256:${'A'.repeat(43)}` }, 'site-host-key'],
    ['a missing folder', { path: '/missing' }, 'site-folder-missing'],
    ['a folder that may not be read', { path: '/secret' }, 'site-folder-missing'],
    ['a host that does not exist', { host: 'no-such-host.invalid' }, 'site-unreachable'],
    ['a port where nobody listens', { port: 1 }, 'site-unreachable'],
  ];
  for (const [what, options, code] of failures) {
    it(`fails with ${code} for ${what}, naming the host and no secret`, async () => {
      const open = site(options);

      const error = await open.list('2026-11-21', '2026-11-21').then(
        () => assert.fail('listed'),
        (reason: unknown) => reason as Error & { code: string },
      );
      await open.close();

      assert.equal(error.name, 'RunError');
      assert.equal(error.code, code);
      assert.ok(error.message.includes(options.host ?? '127.0.0.1'));
      assert.ok(!/horse|acme|nobody/u.test(JSON.stringify([error.message, String(error.cause)])));
    });
  }

  it('opens an encrypted key with its passphrase, and says what is wrong with another', async () => {
    const passphrase = 'open the gate';
    const encrypted = ssh2.utils.generateKeyPairSync('ed25519', {
      passphrase,
      cipher: 'aes256-ctr',
      rounds: 16,
    });
    const keyed = await serveSftp(FILES, { publicKey: encrypted.public });
    const { username } = LOGIN;
    const options = { host: '127.0.0.1', port: keyed.port, username, path: '/outgoing' };
    const listing = async (more: { readonly passphrase?: string }) => {
      const open = sftpSite({ ...options, privateKey: encrypted.private, ...more });
      return open.list('2026-11-21', '2026-11-21').finally(() => open.close());
    };

    assert.equal((await listing({ passphrase })).length, 1);
    await assert.rejects(listing({ passphrase: 'open the gates' }), (error: RunError) => {
      assert.equal(error.code, 'site-login-refused');
      assert.match(error.message, /cannot be opened with its passphrase/);
      assert.match(error.message, /source\.sftp\.privateKeyPassphraseFile/);
      assert.doesNotMatch(error.message, /gate/);
      return true;
    });
    await assert.rejects(listing({}), /an encrypted key needs privateKeyPassphraseFile/);
    assert.equal(keyed.connections(), 1);
    await keyed.close();
  });

  it('fails with site-login-refused for a private key that is none', async () => {
    const open = sftpSite({
      host: '127.0.0.1',
      port: server.port,
      username: 'acme',
      privateKey: 'x',
      path: '/outgoing',
    });

    await assert.rejects(open.list('2026-11-21', '2026-11-21'), { code: 'site-login-refused' });
  });

  it('fails with site-unreachable for a host that never answers', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const open = site({ port: (silent.address() as AddressInfo).port, timeoutMs: 200 });

    await assert.rejects(open.list('2026-11-21', '2026-11-21'), { code: 'site-unreachable' });
    silent.close();
  });

  it('fails with package-unreadable for one file that may not be opened or is gone, and goes on', async () => {
    const open = site();
    const [first] = await open.list('2026-11-21', '2026-11-21');
    const [locked] = await open.list('2026-11-24', '2026-11-24');
    const before = server.connections();

    for (const one of [locked!, { ...first!, name: 'gone.zip' }]) {
      await assert.rejects(open.open(one), { code: 'package-unreadable', isRetryable: false });
    }

    assert.ok((await buffer(await open.open(first!))).equals(BYTES));
    assert.equal(server.connections(), before);
    await open.close();
  });

  it('sends what it asks for at once', async (t) => {
    const setNoDelay = t.mock.method(Socket.prototype, 'setNoDelay');
    const open = site();
    await open.list('2026-11-21', '2026-11-21');

    const ours = setNoDelay.mock.calls.filter(
      ({ this: socket, arguments: [isOn] }) =>
        (socket as Socket).remotePort === server.port && isOn === true,
    );
    assert.equal(ours.length, 1);
    await open.close();
  });

  it('fails a stream that stands still', async () => {
    const open = site({ timeoutMs: 2000 });
    const [stalled] = await open.list('2026-11-23', '2026-11-23');

    const reading = open.open(stalled!).then(buffer);

    await assert.rejects(reading, { code: 'site-unreachable' });
    await open.close();
  });

  it('fails a stream whose connection breaks', async () => {
    const open = site();
    const [stalled] = await open.list('2026-11-23', '2026-11-23');
    const stream = await open.open(stalled!);

    const reading = (async () => {
      for await (const _chunk of stream) server.cut();
    })();

    await assert.rejects(reading, { code: 'site-unreachable' });
    await open.close();
  });
});
