import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import SftpClient from 'ssh2-sftp-client';
import { hostKey } from '../../../sandbox/site/host-key.ts';
import { startSite } from '../../../sandbox/site/site.ts';
import type { RunningSite } from '../../../sandbox/site/site.ts';

const folder = mkdtempSync(join(tmpdir(), 'o2-site-'));
const bytes = Buffer.alloc(400_000, 'TeleMessage ');
const modified = new Date('2026-11-24T01:02:03Z');
const login = { host: '127.0.0.1', username: 'acme', password: 'correct horse' };
let site: RunningSite;

before(async () => {
  mkdirSync(join(folder, 'site/outgoing'), { recursive: true });
  for (let n = 0; n < 250; n += 1) writeFileSync(join(folder, `site/outgoing/${n}.txt`), String(n));
  writeFileSync(join(folder, 'site/outgoing/package.zip'), bytes);
  utimesSync(join(folder, 'site/outgoing/package.zip'), modified, modified);
  writeFileSync(join(folder, 'secret'), 'not served');
  site = await startSite({
    ...login,
    directory: join(folder, 'site'),
    hostKeyFile: join(folder, 'host-key'),
    port: 0,
  });
});

after(async () => {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function withClient<T>(work: (client: SftpClient) => Promise<T>, more = {}): Promise<T> {
  const client = new SftpClient();
  await client.connect({ ...login, port: site.port, ...more });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('the site lists and delivers files with their sizes and times', async () => {
  const { list, read } = await withClient(async (client) => ({
    list: await client.list('/outgoing'),
    read: await client.get('/outgoing/package.zip'),
  }));

  const found = list.find(({ name }) => name === 'package.zip');
  assert.equal(list.length, 251);
  assert.deepEqual(
    [found?.type, found?.size, found?.modifyTime],
    ['-', bytes.length, modified.getTime()],
  );
  assert.equal(Buffer.compare(read as Buffer, bytes), 0);
});

test('nothing at the site can be changed', async () => {
  const refused = /permission denied/i;

  await withClient(async (client) => {
    await assert.rejects(client.put(Buffer.from('x'), '/outgoing/new.zip'), refused);
    await assert.rejects(client.delete('/outgoing/package.zip'), refused);
    await assert.rejects(client.rename('/outgoing/package.zip', '/outgoing/b.zip'), refused);
    await assert.rejects(client.mkdir('/outgoing/folder'), refused);
  });
});

test('no path leads out of the directory', async () => {
  const found = await withClient((client) => client.exists('/../../secret'));

  assert.equal(found, false);
});

test('a wrong password and a wrong user are refused', async () => {
  for (const wrong of [{ password: 'wrong' }, { username: 'other' }]) {
    await assert.rejects(
      withClient(async () => undefined, wrong),
      /authentication/i,
    );
  }
});

test('the host key stays the same from start to start and its fingerprint can be pinned', async () => {
  const seen: string[] = [];
  await withClient(async () => undefined, {
    hostHash: 'sha256',
    hostVerifier: (hash: string) => {
      seen.push(Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, ''));
      return true;
    },
  });

  assert.equal(site.fingerprint, `SHA256:${String(seen[0])}`);
  assert.equal(hostKey(join(folder, 'host-key')).fingerprint, site.fingerprint);
});
