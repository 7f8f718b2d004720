import assert from 'node:assert/strict';
import test from 'node:test';
import { ALICE, BOB, NOBODY, testTenant } from '../../support/test-tenant.ts';

const step = (id: string, url: string, more: object = {}) => ({ id, method: 'GET', url, ...more });

test('answers each step with a status of its own, under its id', async (context) => {
  const { ask } = await testTenant(context);
  const requests = [
    step('a', `/users/${ALICE.id}?$select=id`),
    step('b', `/users/${NOBODY.id}/mailFolders/msgfolderroot?$select=id`),
    step('c', `/users/${BOB.id}/mailFolders`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: { displayName: 'New' },
    }),
    step('d', '/nowhere'),
  ];
  const batch = await ask('POST', '/$batch', { requests });
  assert.equal(batch.status, 200);
  const byId = new Map(batch.json.responses.map((one) => [one.id, one]));
  assert.equal(byId.get('a')?.body.id, ALICE.id);
  assert.equal(byId.get('b')?.status, 404);
  assert.equal(byId.get('b')?.body.error.code, 'MailboxNotEnabledForRESTAPI');
  assert.equal(byId.get('c')?.status, 201);
  assert.equal(byId.get('d')?.status, 400);
});

test('a step that is throttled says so in its own headers', async (context) => {
  const { ask, tenant } = await testTenant(context);
  tenant.order({ kind: 'batch.users.get', status: 429, retryAfter: '9' });
  const batch = await ask('POST', '/$batch', { requests: [step('a', `/users/${ALICE.id}`)] });
  assert.equal(batch.status, 200);
  assert.equal(batch.json.responses[0]?.status, 429);
  assert.equal(batch.json.responses[0].headers['retry-after'], '9');
  assert.equal(tenant.counters().graphRequests, 1, 'a batch is one request');
});

test('a step waits for those it depends on, and fails with them', async (context) => {
  const { ask } = await testTenant(context);
  const requests = [
    step('1', '/users/nobody@example.com'),
    step('2', `/users/${ALICE.id}`, { dependsOn: ['1'] }),
  ];
  const batch = await ask('POST', '/$batch', { requests });
  assert.deepEqual(
    batch.json.responses.map(({ status }) => status),
    [404, 424],
  );
});

test('takes twenty steps and no more', async (context) => {
  const { ask } = await testTenant(context);
  const steps = (length: number) =>
    Array.from({ length }, (_, position) => step(String(position), `/users/${ALICE.id}`));
  assert.equal((await ask('POST', '/$batch', { requests: steps(20) })).status, 200);
  assert.equal((await ask('POST', '/$batch', { requests: steps(21) })).status, 400);
  const twins = [step('1', '/users'), step('1', '/users')];
  assert.equal((await ask('POST', '/$batch', { requests: twins })).status, 400);
});
