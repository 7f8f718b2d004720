import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RunError } from '../../../src/domain/run-error.ts';
import type { TenantAccess } from '../../../src/mailbox/credential.ts';
import { tokenSource } from '../../../src/mailbox/credential.ts';
import { graphServer } from '../../support/graph-server.ts';
import { CLIENT, testTenant } from '../../support/test-tenant.ts';

test('a token is kept until Graph refuses it, then it is another', async (context) => {
  const { tenant } = await testTenant(context);
  const getToken = tokenSource(access(tenant.url));

  const first = await getToken();
  assert.equal(await getToken(), first);
  const second = await getToken(first);

  assert.notEqual(second, first);
  assert.equal(await getToken(first), second);
});

for (const [number, cure] of [
  ['7000215', /value/],
  ['7000222', /expired/],
  ['700016', /clientId/],
  ['90002', /tenantId/],
  ['700027', /certificate/],
  ['999999', /app registration/],
] as const) {
  test(`AADSTS${number} says what to do and nothing else`, async (context) => {
    const url = await authority(context, 401, {
      error: 'invalid_client',
      error_description: `AADSTS${number}: Something about ${CLIENT.clientId} and its secret.`,
      error_codes: [Number(number)],
    });

    const error = await refusal(tokenSource(access(url)));

    assert.equal(error.code, 'tenant-refused');
    assert.match(error.message, cure);
    assert.match(error.message, new RegExp(`AADSTS${number}`));
    assert.doesNotMatch(error.message, new RegExp(`${CLIENT.clientId}|Something`));
  });
}

for (const status of [500, 503, 429]) {
  test(`a token endpoint that answers ${status} is waited for`, async (context) => {
    const url = await authority(context, status, { error: 'temporarily_unavailable' });

    assert.equal((await refusal(tokenSource(access(url)))).code, 'tenant-unavailable');
  });
}

test('a token endpoint that is not there is waited for', async () => {
  const error = await refusal(tokenSource(access('https://127.0.0.1:1')));

  assert.equal(error.code, 'tenant-unavailable');
});

test('a token endpoint that never answers is given up at the deadline', async (context) => {
  const { url } = await graphServer(context, () => new Promise(() => undefined));

  const error = await refusal(tokenSource({ ...access(url), timeoutMs: 80 }));

  assert.equal(error.code, 'tenant-unavailable');
});

test('a certificate file that is none is a fault of the configuration', async (context) => {
  const { tenant, stateDirectory } = await testTenant(context);
  const path = join(stateDirectory, 'no-certificate.pem');
  writeFileSync(path, 'no certificate');
  for (const file of [path, join(stateDirectory, 'missing.pem')]) {
    const credential = { type: 'certificate', clientId: CLIENT.clientId, path: file } as const;

    const error = await refusal(tokenSource({ ...access(tenant.url), credential }));

    assert.equal(error.code, 'configuration');
  }
});

function access(url: string): TenantAccess {
  const { clientId, clientSecret, tenantId } = CLIENT;
  return {
    tenantId,
    credential: { type: 'secret', clientId, secret: clientSecret },
    graphEndpoint: url,
    authorityHost: url,
    isOwnAuthority: true,
  };
}

/** A token endpoint that answers every request for a token so. */
async function authority(
  context: Parameters<typeof graphServer>[0],
  status: number,
  body: object,
): Promise<string> {
  const server = await graphServer(context, (request) => {
    if (request.method === 'POST') return { status, body: JSON.stringify(body) };
    const root = `https://${request.headers.host}/${CLIENT.tenantId}`;
    return {
      body: JSON.stringify({
        issuer: `${root}/v2.0`,
        authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
        token_endpoint: `${root}/oauth2/v2.0/token`,
        jwks_uri: `${root}/discovery/v2.0/keys`,
      }),
    };
  });
  return server.url;
}

async function refusal(getToken: () => Promise<string>): Promise<RunError> {
  try {
    await getToken();
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
  return assert.fail('a token was given');
}
