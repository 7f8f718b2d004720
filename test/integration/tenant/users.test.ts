import assert from 'node:assert/strict';
import test from 'node:test';
import type { GraphJson } from '../../support/test-tenant.ts';
import { ALICE, BOB, NOBODY, testTenant } from '../../support/test-tenant.ts';

test('lists users in pages that follow each other', async (context) => {
  const { ask } = await testTenant(context);
  const seen: string[] = [];
  let next: string | undefined = '/users?$top=2&$select=id,accountEnabled';
  while (next !== undefined) {
    const page: GraphJson = (await ask('GET', next)).json;
    seen.push(...page.value.map(({ id }) => id));
    next = page['@odata.nextLink'];
  }
  assert.deepEqual(seen, [ALICE.id, BOB.id, NOBODY.id]);
});

test('finds a user by id and by name, letter case apart', async (context) => {
  const { ask } = await testTenant(context);
  for (const name of [ALICE.id, ALICE.id.toUpperCase(), 'Alice@Example.com']) {
    const user = (await ask('GET', `/users/${encodeURIComponent(name)}`)).json;
    assert.equal(user.id, ALICE.id);
    assert.equal(user.mail, ALICE.mail);
    assert.equal('accountEnabled' in user, false, 'only shown when it is selected');
  }
  const missing = await ask('GET', '/users/carol@example.com');
  assert.equal(missing.status, 404);
  assert.equal(missing.json.error.code, 'Request_ResourceNotFound');
});

test('finds users by address in userPrincipalName, mail and proxyAddresses', async (context) => {
  const { ask } = await testTenant(context);
  const idsFor = async (filter: string) => {
    const answer = await ask('GET', `/users?$filter=${encodeURIComponent(filter)}&$select=id`);
    assert.equal(answer.status, 200);
    return answer.json.value.map(({ id }) => id);
  };
  assert.deepEqual(await idsFor("mail eq 'BOB.builder@example.com'"), [BOB.id]);
  assert.deepEqual(await idsFor("userPrincipalName eq 'bob@example.com'"), [BOB.id]);
  assert.deepEqual(await idsFor("proxyAddresses/any(p:p eq 'SMTP:bobby@EXAMPLE.org')"), [BOB.id]);
  assert.deepEqual(await idsFor("proxyAddresses/any(p:p eq 'smtp:alice@example.com')"), [ALICE.id]);
  const either =
    "mail eq 'alice@example.com' or userPrincipalName eq 'bob@example.com' or proxyAddresses/any(p:p eq 'smtp:x@y.z')";
  assert.deepEqual(await idsFor(either), [ALICE.id, BOB.id]);
  assert.deepEqual(await idsFor("mail in ('alice@example.com','x''y@example.com')"), [ALICE.id]);
  assert.deepEqual(await idsFor("mail eq 'nobody@example.com'"), []);
});

test('a plus sign that is not percent-encoded is a space', async (context) => {
  const { ask, tenant } = await testTenant(context);
  tenant.addUser({ ...ALICE, id: 'a-plus', userPrincipalName: 'a+b@x.test', mail: 'a+b@x.test' });
  const bare = await ask('GET', "/users?$filter=mail eq 'a+b@x.test'");
  assert.equal(bare.json.value.length, 0);
  const encoded = await ask('GET', "/users?$filter=mail eq 'a%2Bb@x.test'");
  assert.equal(encoded.json.value.length, 1);
});

test('refuses what Graph refuses: advanced queries, unknown properties, broken filters', async (context) => {
  const { ask } = await testTenant(context);
  const query = "/users?$count=true&$filter=mobilePhone eq '1'";
  assert.equal((await ask('GET', query)).json.error.code, 'Request_UnsupportedQuery');
  assert.equal((await ask('GET', query, undefined, { ConsistencyLevel: 'eventual' })).status, 200);
  assert.equal((await ask('GET', '/users?$select=shoeSize')).status, 400);
  assert.equal((await ask('GET', '/users?$filter=mail eq')).status, 400);
  assert.equal((await ask('GET', '/users?$top=x')).status, 400);
  assert.equal((await ask('GET', '/me/messages')).status, 400);
});

test('a user without a mailbox is a user all the same', async (context) => {
  const { ask, tenant } = await testTenant(context);
  assert.equal((await ask('GET', `/users/${NOBODY.id}`)).status, 200);
  const path = `/users/${NOBODY.id}/mailFolders/msgfolderroot?$select=id`;
  assert.equal((await ask('GET', path)).json.error.code, 'MailboxNotEnabledForRESTAPI');
  tenant.setMailbox(NOBODY.id, 'not-found');
  assert.equal((await ask('GET', path)).json.error.code, 'ResourceNotFound');
  tenant.setMailbox(NOBODY.id, 'ready');
  assert.equal((await ask('GET', path)).status, 200);
  const unknown = await ask('GET', '/users/x@example.com/mailFolders/inbox');
  assert.equal(unknown.json.error.code, 'ErrorInvalidUser');
});

test('a user added while it runs stays after a restart', async (context) => {
  const { tenant, stateDirectory } = await testTenant(context);
  tenant.addUser({ ...ALICE, id: 'new-one', userPrincipalName: 'new@example.com' });
  const again = await testTenant(context, { stateDirectory });
  assert.equal((await again.ask('GET', '/users/new@example.com')).json.id, 'new-one');
});
