import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultSettings } from '../../../sandbox/tenant/settings.ts';
import { ALICE, BOB, testTenant } from '../../support/test-tenant.ts';
import type { TestTenant } from '../../support/test-tenant.ts';

const { limits } = defaultSettings();
const path = (user: string) => `/users/${user}/mailFolders/inbox`;

/** Fills a mailbox's lane with requests that stay until they are released. */
async function occupy({ tenant, token }: TestTenant, user: string, requests: number) {
  const leaving = new AbortController();
  const headers = { authorization: `Bearer ${await token()}` };
  tenant.order({ kind: 'folders.get', mailbox: user, outcome: 'hang', times: requests });
  const hanging = Array.from({ length: requests }, () =>
    fetch(`${tenant.url}/v1.0${path(user)}`, { headers, signal: leaving.signal }),
  );
  const ended = Promise.allSettled(hanging);
  while (tenant.counters().maxConcurrency[user] !== requests) await sleep(5);
  return async () => {
    leaving.abort();
    await ended;
  };
}

test('refuses the fifth request at once to one mailbox, not to another', async (context) => {
  const peer = await testTenant(context);
  const release = await occupy(peer, ALICE.id, 4);
  const refused = await peer.ask('GET', path(ALICE.id));
  assert.equal(refused.status, 429);
  assert.equal(refused.json.error.code, 'ApplicationThrottled');
  assert.match(refused.json.error.message, /MailboxConcurrency/);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal((await peer.ask('GET', path(BOB.id))).status, 200);
  assert.deepEqual(peer.tenant.counters().maxConcurrency, { [ALICE.id]: 5, [BOB.id]: 1 });
  await release();
  while ((await peer.ask('GET', path(ALICE.id))).status !== 200) await sleep(5);
});

test('may leave Retry-After out', async (context) => {
  const settings = { concurrencyRetryAfter: null, limits: { ...limits, concurrency: 1 } };
  const peer = await testTenant(context, { settings });
  const release = await occupy(peer, ALICE.id, 1);
  const refused = await peer.ask('GET', path(ALICE.id));
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), null);
  await release();
});

test('refuses requests beyond the window and says when to come back', async (context) => {
  const window = { ...limits, requests: 5, requestWindowMs: 60_000 };
  const { ask } = await testTenant(context, { settings: { limits: window } });
  for (let request = 0; request < 5; request += 1) {
    assert.equal((await ask('GET', path(ALICE.id))).status, 200);
  }
  const refused = await ask('GET', path(ALICE.id));
  assert.equal(refused.status, 429);
  const retryAfter = refused.headers.get('retry-after') ?? '';
  assert.match(retryAfter, /^\d+\.\d{3}$/, 'a fraction, as in the documentation');
  assert.equal((await ask('GET', path(BOB.id))).status, 200);
});

test('refuses uploads beyond the bytes of the window', async (context) => {
  const window = { ...limits, uploadBytes: 1_000, uploadWindowMs: 60_000 };
  const { ask } = await testTenant(context, { settings: { limits: window } });
  const write = (bytes: number) =>
    ask('POST', `/users/${ALICE.id}/messages`, {
      subject: 'x'.repeat(200),
      body: { content: 'x'.repeat(bytes) },
    });
  assert.equal((await write(500)).status, 201);
  const refused = await write(500);
  assert.equal(refused.status, 429);
  assert.match(refused.json.error.message, /IncomingBytes/);
  assert.equal((await ask('GET', path(ALICE.id))).status, 200, 'reading goes on');
});
