import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, afterEach, before, describe, it } from 'node:test';
import type { SiteFault } from '../../../sandbox/site/faults.ts';
import { startSite, type RunningSite } from '../../../sandbox/site/site.ts';
import { sftpSite, type SftpOptions } from '../../../src/telemessage/sftp-site.ts';
import type { Site } from '../../../src/telemessage/site.ts';

const DAY = '2026-11-21';
const nameOf = (number: number) => `202611210000-TeleMessage_${String(number)}_20261122040000.zip`;
const FIRST = nameOf(1);
const BYTES = Buffer.alloc(600_000, 'bytes of a package ');
const LOGIN = { username: 'acme', password: 'correct horse' };
const TIMEOUT_MS = 500;

describe('a site that misbehaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'o2-bad-site-'));
  let server: RunningSite;
  const opened: Site[] = [];
  before(async () => {
    mkdirSync(join(folder, 'site/outgoing'), { recursive: true });
    for (const number of [1, 2, 3]) {
      writeFileSync(join(folder, 'site/outgoing', nameOf(number)), BYTES);
    }
    server = await startSite({
      ...LOGIN,
      directory: join(folder, 'site'),
      hostKeyFile: join(folder, 'host-key'),
      port: 0,
    });
  });
  afterEach(async () => {
    server.faults.clear();
    server.changePassword(LOGIN.password);
    for (const site of opened.splice(0)) await site.close();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (more: Partial<SftpOptions> = {}): Site => {
    const hostKey = server.fingerprint;
    const where = { host: '127.0.0.1', port: server.port, hostKey, path: '/outgoing' };
    const site = sftpSite({ ...where, ...LOGIN, timeoutMs: TIMEOUT_MS, ...more });
    opened.push(site);
    return site;
  };
  const list = (site: Site) => site.list(DAY, DAY);
  const readFirst = async (site: Site) => {
    const [first] = await list(site);
    assert.ok(first);
    return buffer(await site.open(first));
  };

  it('by a changed password or a locked account refuses the login, which is not tried again', async () => {
    for (const password of ['another', null]) {
      server.changePassword(password);
      const error = { code: 'site-login-refused', isRetryable: false };
      await assert.rejects(list(open()), error);
    }
  });

  const FAULTS: readonly [string, SiteFault, string][] = [
    ['a listing that hangs', { request: 'list', outcome: 'hang' }, 'site-unreachable'],
    ['a listing that is cut', { request: 'list', outcome: 'reset' }, 'site-unreachable'],
    ['a folder that is gone', { request: 'list', outcome: 'missing' }, 'site-folder-missing'],
    ['a file that is gone', { request: 'open', outcome: 'missing' }, 'package-unreadable'],
    ['a file that is locked', { request: 'open', outcome: 'refuse' }, 'package-unreadable'],
    [
      'a connection reset in mid-file',
      { request: 'read', outcome: 'reset', after: 2 },
      'site-unreachable',
    ],
    [
      'a read that hangs in mid-file',
      { request: 'read', outcome: 'hang', times: 0, after: 2 },
      'site-unreachable',
    ],
  ];
  for (const [what, fault, code] of FAULTS) {
    it(`by ${what} is told as ${code}, and the next look goes well`, async () => {
      const site = open();
      server.faults.order(fault);

      await assert.rejects(readFirst(site), { code });

      server.faults.clear();
      assert.ok((await readFirst(site)).equals(BYTES));
    });
  }

  it('by a file that drips is read as long as something comes', async () => {
    server.faults.order({ request: 'read', outcome: 'drip', latencyMs: 50, times: 3 });

    assert.ok((await readFirst(open())).equals(BYTES));
  });

  it('by listings of another order, of doubled and of missing names lists what it is told, in order', async () => {
    const site = open();
    const names = async (outcome: SiteFault['outcome']) => {
      server.faults.order({ request: 'list', outcome });
      return (await list(site)).map(({ name }) => name);
    };

    assert.deepEqual(await names('backwards'), [FIRST, nameOf(2), nameOf(3)]);
    assert.deepEqual(await names('half'), [FIRST]);
    assert.deepEqual([...new Set(await names('doubled'))], [FIRST, nameOf(2), nameOf(3)]);
  });

  it('by a lying size is believed by the listing, so that the transfer can be measured by it', async () => {
    server.faults.pretend(FIRST, { sizeBytes: 700_000 });
    const [first] = await list(open());

    assert.equal(first?.sizeBytes, 700_000);
  });

  it('by another host key is not talked to, and both fingerprints can be told apart', async () => {
    const shown = server.changeHostKey();

    const error = await list(open()).catch((thrown: unknown) => thrown);

    assert.equal((error as { code?: string }).code, 'site-host-key');
    assert.ok((error as Error).message.includes(shown));
    assert.equal((await list(open({ hostKey: shown }))).length, 3);
  });
});
