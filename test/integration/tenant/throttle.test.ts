import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultSettings } from '../../../sandbox/tenant/settings.ts';
import { ALICE, BOB, testTenant } from '../../support/test-tenant.ts';

const { limits } = defaultSettings();
const path = (user: string) => `/users/${user}/mailFolders/inbox`;

test('refuses the fifth request at once to one mailbox, not to another', async (context) => {
  const { ask, tenant, token } = await testTenant(context, { settings: { latencyMs: 200 } });
  await token();
  const answers = await Promise.all([
    ...Array.from({ length: 6 }, () => ask('GET', path(ALICE.id))),
    ...Array.from({ length: 4 }, () => ask('GET', path(BOB.id))),
  ]);
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(refused.length, 2);
  assert.equal(refused[0]?.json.error.code, 'ApplicationThrottled');
  assert.match(refused[0].json.error.message, /MailboxConcurrency/);
  assert.equal(refused[0].headers.get('retry-after'), '1');
  const { maxConcurrency } = tenant.counters();
  assert.ok((maxConcurrency[ALICE.id] ?? 0) > 4, 'those refused were there too');
  assert.equal(maxConcurrency[BOB.id], 4);
});

test('refuses requests beyond the window and says when to come back', async (context) => {
  const window = { ...limits, requests: 5, requestWindowMs: 600 };
  const { ask } = await testTenant(context, { settings: { limits: window } });
  for (let request = 0; request < 5; request += 1) {
    assert.equal((await ask('GET', path(ALICE.id))).status, 200);
  }
  const refused = await ask('GET', path(ALICE.id));
  assert.equal(refused.status, 429);
  const retryAfter = refused.headers.get('retry-after') ?? '';
  assert.match(retryAfter, /^0\.\d{3}$/, 'a fraction, as in the documentation');
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

test('may leave Retry-After out', async (context) => {
  const settings = {
    latencyMs: 100,
    concurrencyRetryAfter: null,
    limits: { ...limits, concurrency: 1 },
  };
  const { ask, token } = await testTenant(context, { settings });
  await token();
  const answers = await Promise.all([1, 2].map(() => ask('GET', path(ALICE.id))));
  const refused = answers.find(({ status }) => status === 429);
  assert.equal(refused?.headers.get('retry-after'), null);
});
