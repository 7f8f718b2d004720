import assert from 'node:assert/strict';
import test from 'node:test';
import { ClientCertificateCredential } from '@azure/identity';
import { generate } from 'selfsigned';
import { CLIENT, credentialFor, reply, testTenant } from '../../support/test-tenant.ts';

test('gives a token to the client that knows the secret, and Graph takes it', async (context) => {
  const { ask } = await testTenant(context);
  assert.equal((await ask('GET', '/users')).status, 200);
});

test('refuses a wrong secret in the words of Entra', async (context) => {
  const { tenant } = await testTenant(context);
  await assert.rejects(
    credentialFor(tenant, 'wrong').getToken(`${tenant.url}/.default`),
    /AADSTS7000215/,
  );
});

test('refuses every secret while it is told to, and takes a changed one', async (context) => {
  const { tenant } = await testTenant(context);
  tenant.change({ refusesTokens: true });
  await assert.rejects(credentialFor(tenant).getToken(`${tenant.url}/.default`), /AADSTS7000215/);
  tenant.change({ refusesTokens: false });
  tenant.changeSecret('rotated');
  await assert.rejects(credentialFor(tenant).getToken(`${tenant.url}/.default`), /AADSTS7000215/);
  assert.ok(await credentialFor(tenant, 'rotated').getToken(`${tenant.url}/.default`));
});

test('takes a certificate in place of the secret, and only the one it knows', async (context) => {
  const [own, other] = await Promise.all([1, 2].map(() => generate([], { keySize: 2048 })));
  const clientCertificate = own?.cert ?? '';
  const { tenant } = await testTenant(context, { clientCertificate });
  const signedWith = (pems: typeof own) =>
    new ClientCertificateCredential(
      CLIENT.tenantId,
      CLIENT.clientId,
      { certificate: `${pems?.private ?? ''}\n${pems?.cert ?? ''}` },
      { authorityHost: tenant.url, disableInstanceDiscovery: true },
    ).getToken(`${tenant.url}/.default`);
  assert.ok(await signedWith(own));
  await assert.rejects(signedWith(other), /AADSTS700027/);
});

test('refuses a scope that does not end in /.default', async (context) => {
  const { tenant } = await testTenant(context);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
    scope: 'Mail.ReadWrite',
  });
  const url = `${tenant.url}/${CLIENT.tenantId}/oauth2/v2.0/token`;
  const answer = await reply(await fetch(url, { method: 'POST', body: form }));
  assert.equal(answer.status, 400);
  assert.match(answer.text, /"error":"invalid_scope"/);
});

test('answers 401 without a token, with a forged one, an expired one and a revoked one', async (context) => {
  const { tenant, token, ask } = await testTenant(context);
  const given = await token();
  const forged = `${given.slice(0, -4)}AAAA`;
  for (const authorization of ['', 'Bearer x', `Bearer ${forged}`]) {
    const answer = await ask('GET', '/users', undefined, { authorization });
    assert.equal(answer.status, 401);
    assert.equal(answer.json.error.code, 'InvalidAuthenticationToken');
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /);
  }
  tenant.revokeTokens();
  assert.equal((await ask('GET', '/users')).status, 401);

  tenant.change({ tokenLifetimeSeconds: 0 });
  const expired = await credentialFor(tenant).getToken(`${tenant.url}/.default`);
  const authorization = `Bearer ${expired.token}`;
  assert.equal((await ask('GET', '/users', undefined, { authorization })).status, 401);
});

test('a token outlives a restart', async (context) => {
  const first = await testTenant(context);
  const authorization = `Bearer ${await first.token()}`;
  const { stateDirectory } = first;
  const second = await testTenant(context, { stateDirectory });
  assert.equal((await second.ask('GET', '/users', undefined, { authorization })).status, 200);
  assert.equal(second.tenant.caFile, first.tenant.caFile);
});
