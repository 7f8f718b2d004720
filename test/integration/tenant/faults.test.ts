import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'node:test';
import { ALICE, BOB, credentialFor, reply, testTenant } from '../../support/test-tenant.ts';
import type { TestTenant } from '../../support/test-tenant.ts';

const PATH = `/users/${ALICE.id}/messages`;
const create = ({ ask }: TestTenant, user: string = ALICE.id) =>
  ask('POST', `/users/${user}/messages`, { subject: 'x' });
const count = async ({ ask }: TestTenant) => Number((await ask('GET', `${PATH}/$count`)).text);

test('the next creates of a mailbox fail as ordered, others not, and then it is over', async (context) => {
  const peer = await testTenant(context);
  const { tenant } = peer;
  tenant.order({ kind: 'messages.create', mailbox: ALICE.id, times: 2, retryAfter: '2.128' });
  assert.equal((await create(peer, BOB.id)).status, 201);
  for (const _ of [1, 2]) {
    const refused = await create(peer);
    assert.equal(refused.status, 503);
    assert.equal(refused.json.error.code, 'ServiceUnavailable');
    assert.equal(refused.headers.get('retry-after'), '2.128');
  }
  assert.equal((await create(peer)).status, 201);
  assert.equal(await count(peer), 1);
});

test('an error may come although the work is done, before it or later', async (context) => {
  const peer = await testTenant(context);
  peer.tenant.order({ kind: 'messages.create', status: 504, applied: 'before' });
  assert.equal((await create(peer)).status, 504);
  assert.equal(await count(peer), 1);
  peer.tenant.order({ kind: 'messages.create', status: 504, applied: 'late', lateMs: 100 });
  assert.equal((await create(peer)).status, 504);
  assert.equal(await count(peer), 1);
  assert.equal(peer.tenant.lateWork(), 1);
  while (peer.tenant.lateWork() > 0) await sleep(20);
  assert.equal(await count(peer), 2);
});

test('the connection may end, or never answer, after the work is done', async (context) => {
  const peer = await testTenant(context);
  peer.tenant.order({ kind: 'messages.create', outcome: 'reset', applied: 'before' });
  await assert.rejects(create(peer), /fetch failed/);
  assert.equal(await count(peer), 1);
  peer.tenant.order({ kind: 'messages.create', outcome: 'hang', applied: 'before' });
  const hanging = fetch(`${peer.tenant.url}/v1.0${PATH}`, {
    method: 'POST',
    body: '{}',
    headers: { authorization: `Bearer ${await peer.token()}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(500),
  });
  await assert.rejects(hanging, /timeout/);
  assert.equal(await count(peer), 2);
});

test('an answer may be a page of HTML, empty or cut in half', async (context) => {
  const peer = await testTenant(context);
  peer.tenant.order({ kind: 'messages.create', body: 'html' });
  const page = await create(peer);
  assert.equal(page.status, 503);
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);
  peer.tenant.order({ kind: 'messages.create', status: 201, body: 'empty', applied: 'before' });
  const empty = await create(peer);
  assert.equal(empty.status, 201);
  assert.equal(empty.text, '');
  assert.match(empty.headers.get('content-type') ?? '', /json/);
  peer.tenant.order({ kind: 'messages.create', body: 'cut', applied: 'before' });
  await assert.rejects(create(peer));
  assert.equal(await count(peer), 2);
});

test('a fault may meet every third request for good, until it is lifted', async (context) => {
  const peer = await testTenant(context);
  peer.tenant.order({ kind: 'messages.*', every: 3, times: 0, status: 500 });
  const statuses: number[] = [];
  for (let request = 0; request < 6; request += 1) statuses.push((await create(peer)).status);
  assert.deepEqual(statuses, [201, 201, 500, 201, 201, 500]);
  peer.tenant.clearFaults();
  for (const _ of [1, 2, 3]) assert.equal((await create(peer)).status, 201);
});

test('the token endpoint may fail too', async (context) => {
  const { tenant } = await testTenant(context);
  tenant.order({ kind: 'token', status: 400, body: 'html', times: 0 });
  await assert.rejects(credentialFor(tenant).getToken(`${tenant.url}/.default`));
  tenant.clearFaults();
  assert.ok(await credentialFor(tenant).getToken(`${tenant.url}/.default`));
});

test('a new message stays unseen by a filter for as long as the look-up lags', async (context) => {
  const peer = await testTenant(context, { settings: { lookUpLagMs: 60_000 } });
  const { ask, tenant } = peer;
  await ask('POST', PATH, { internetMessageId: '<a@b>' });
  const look = () => ask('GET', `${PATH}?$filter=internetMessageId eq '<a@b>'`);
  assert.equal((await look()).json.value.length, 0);
  tenant.change({ lookUpLagMs: 0 });
  assert.equal((await look()).json.value.length, 1);
});

test('counts requests by kind, answers by status and messages by mailbox', async (context) => {
  const peer = await testTenant(context);
  peer.tenant.order({ kind: 'messages.create' });
  await create(peer);
  await create(peer);
  await peer.ask('GET', '/users');
  const counters = peer.tenant.counters();
  assert.equal(counters.requests['messages.create'], 2);
  assert.equal(counters.answers['messages.create 503'], 1);
  assert.equal(counters.answers['messages.create 201'], 1);
  assert.deepEqual(counters.created, { [ALICE.id]: 1 });
  assert.equal(counters.requests['token'], 1);
  assert.equal(counters.graphRequests, 3, 'tokens are no Graph requests');
  peer.tenant.resetCounters();
  assert.equal(peer.tenant.counters().graphRequests, 0);
});

test('the control API obeys its key and is closed without one', async (context) => {
  const open = await testTenant(context, { controlKey: 'k3y' });
  const control = async (method: string, path: string, body?: unknown, key = 'k3y') => {
    const url = `${open.tenant.url}/control/${path}`;
    const headers = { 'x-control-key': key };
    const init =
      body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return reply(await fetch(url, init));
  };
  assert.equal((await control('GET', 'counters', undefined, 'no')).status, 403);
  const fault = { kind: 'users.list', status: 429, code: 'TooManyRequests', retryAfter: '7' };
  assert.equal((await control('POST', 'faults', fault)).status, 201);
  assert.equal((await control('POST', 'faults', { kindd: 'x' })).status, 400);
  const throttled = await open.ask('GET', '/users');
  assert.equal(throttled.status, 429);
  assert.equal(throttled.json.error.code, 'TooManyRequests');

  assert.equal(
    (await control('POST', 'mailboxes', { mailbox: ALICE.id, state: 'denied' })).status,
    204,
  );
  assert.equal((await open.ask('GET', PATH)).status, 403);
  const user = { id: 'late', userPrincipalName: 'late@example.com' };
  assert.equal((await control('POST', 'users', [user])).status, 201);
  assert.equal((await open.ask('GET', '/users/late')).status, 200);
  assert.equal((await control('POST', 'settings', { latencyMs: 'x' })).status, 400);
  assert.equal((await control('POST', 'settings', { limits: { concurrency: 2 } })).status, 200);
  const settings = JSON.parse((await control('GET', 'settings')).text) as {
    limits: Readonly<Record<string, number>>;
  };
  assert.equal(settings.limits['concurrency'], 2);
  assert.equal(settings.limits['requests'], 10_000);
  assert.equal((await control('POST', 'tokens', { revoke: true })).status, 204);
  assert.equal((await open.ask('GET', '/users')).status, 401);
  assert.match((await control('GET', 'counters')).text, /"users.list":1/);

  const closed = await testTenant(context);
  const url = `${closed.tenant.url}/control/counters`;
  assert.equal((await fetch(url, { headers: { 'x-control-key': '' } })).status, 404);
});
