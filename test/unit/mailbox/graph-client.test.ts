import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GraphClient, GraphRequest } from '../../../src/mailbox/graph-client.ts';
import { graphClient, literal, segment, target } from '../../../src/mailbox/graph-client.ts';
import { GraphProblem } from '../../../src/mailbox/graph-problem.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import { graphServer } from '../../support/graph-server.ts';

const CREATE: GraphRequest = { method: 'POST', path: '/users/u/messages', body: { a: 1 } };

test('every request bears the token, the common headers and an id of its own', async (context) => {
  const server = await graphServer(context, () => ({ body: '{"value":[]}' }));
  const client = clientOf(server.url);

  await client.request({ method: 'GET', path: '/users' });
  await client.request({ method: 'GET', path: '/users' });

  const [first, second] = server.seen;
  assert.equal(first?.url, '/v1.0/users');
  assert.equal(first.headers.authorization, 'Bearer token-1');
  assert.equal(first.headers['prefer'], 'IdType="ImmutableId"');
  assert.equal(first.headers['accept-language'], 'en-US');
  assert.match(String(first.headers['client-request-id']), /^[0-9a-f-]{36}$/);
  assert.notEqual(first.headers['client-request-id'], second?.headers['client-request-id']);
  assert.equal(client.requests(), 2);
});

test('filters and ids are percent-encoded, whatever stands in them', async (context) => {
  const server = await graphServer(context, () => ({ body: '{"value":[]}' }));

  await clientOf(server.url).request({
    method: 'GET',
    path: `/users/${segment('AAk/+=A?#')}/messages`,
    query: { $filter: `internetMessageId eq ${literal("<a+b&c#d'e@x>")}`, $top: '5' },
  });

  assert.equal(
    server.seen[0]?.url,
    '/v1.0/users/AAk%2F%2B%3DA%3F%23/messages?$filter=internetMessageId%20eq%20%27%3Ca%2Bb%26c%23d%27%27e%40x%3E%27&$top=5',
  );
});

test('a path that brings its query along passes as it is', async (context) => {
  const server = await graphServer(context, () => ({ body: '{"value":[]}' }));
  const path = target('/users/a%2Fb/mailFolders', { $filter: "x eq 'ü&=+'", $select: 'id,name' });

  await clientOf(server.url).request({ method: 'GET', path });

  assert.equal(server.seen[0]?.url.replaceAll('%27', "'"), `/v1.0${path}`);
});

test('a JSON text is sent as it is', async (context) => {
  const server = await graphServer(context, () => ({ status: 201, body: '{"id":"1"}' }));

  await clientOf(server.url).request({ ...CREATE, body: '{"subject":"Grüße 😀"}' });

  assert.equal(server.seen[0]?.body, '{"subject":"Grüße 😀"}');
  assert.equal(server.seen[0].headers['content-type'], 'application/json');
});

for (const status of [429, 500, 502, 503, 504]) {
  test(`a create that is answered ${status} is sent once`, async (context) => {
    const server = await graphServer(context, () => ({ status, body: '{}' }));

    await assert.rejects(clientOf(server.url).request(CREATE), GraphProblem);

    assert.equal(server.seen.length, 1);
  });
}

test('Retry-After is kept although the answer is a page and not JSON', async (context) => {
  const server = await graphServer(context, () => ({
    status: 503,
    headers: { 'retry-after': '2.5', 'content-type': 'text/html' },
    body: '<html>busy</html>',
  }));

  const problem = await problemOf(clientOf(server.url), CREATE);

  assert.deepEqual([problem.status, problem.code, problem.retryAfterMs], [503, null, 2_500]);
});

test('a success without a body is no success of a create, and is one of a removal', async (context) => {
  const server = await graphServer(context, ({ method }) => ({
    status: method === 'POST' ? 201 : 204,
  }));
  const client = clientOf(server.url);

  const problem = await problemOf(client, CREATE);
  const removed = await client.request({ method: 'DELETE', path: '/users/u/messages/1' });

  assert.deepEqual([problem.status, problem.code], [201, 'UnreadableAnswer']);
  assert.equal(removed.body, null);
});

test('a redirect is not followed, so the token goes nowhere else', async (context) => {
  const other = await graphServer(context, () => ({ body: '{}' }));
  const server = await graphServer(context, () => ({
    status: 302,
    headers: { location: `${other.url}/elsewhere` },
  }));

  const problem = await problemOf(clientOf(server.url), CREATE);

  assert.equal(problem.status, 302);
  assert.equal(other.seen.length, 0);
});

test('a broken connection and a deadline are problems without a status', async (context) => {
  const server = await graphServer(context, async ({ url }) => {
    if (url.endsWith('slow')) await new Promise((resolve) => setTimeout(resolve, 2_000));
    return { isReset: true };
  });
  const client = clientOf(server.url);

  const reset = await problemOf(client, CREATE);
  const late = await problemOf(client, { method: 'GET', path: '/slow', timeoutMs: 60 });

  for (const problem of [reset, late]) {
    assert.deepEqual([problem.status, problem.message], [null, 'Graph gave no answer']);
    assert.doesNotMatch(String(problem.stack) + String(problem.cause), /127\.0\.0\.1/);
  }
});

test('a caller that gives up gets its own reason back', async (context) => {
  const server = await graphServer(context, () => new Promise(() => undefined));
  const stop = new AbortController();
  const asked = clientOf(server.url).request({ ...CREATE, signal: stop.signal });

  stop.abort(new Error('cancelled'));

  await assert.rejects(asked, /cancelled/);
});

test('a token that is refused is renewed once; one refused again is a problem', async (context) => {
  const server = await graphServer(context, ({ headers }) =>
    headers.authorization === 'Bearer token-2' ? { body: '{}' } : { status: 401, body: '{}' },
  );
  const refused: unknown[] = [];
  const getToken = async (old?: string) => {
    refused.push(old);
    return old === undefined ? 'token-1' : 'token-2';
  };
  const client = graphClient({ baseUrl: server.url, getToken });

  await client.request({ method: 'GET', path: '/users' });
  const stubborn = graphClient({ baseUrl: server.url, getToken: async () => 'token-1' });
  const problem = await problemOf(stubborn, CREATE);

  assert.deepEqual(refused, [undefined, 'token-1']);
  assert.equal(problem.status, 401);
  assert.equal(server.seen.length, 4);
});

test('without a token nothing is sent, and the error stays what it is', async (context) => {
  const server = await graphServer(context, () => ({ body: '{}' }));
  const getToken = () => Promise.reject(new RunError('tenant-refused', 'The secret has expired.'));

  await assert.rejects(graphClient({ baseUrl: server.url, getToken }).request(CREATE), RunError);

  assert.equal(server.seen.length, 0);
});

test('a token that does not come in time is no request', async (context) => {
  const server = await graphServer(context, () => ({ body: '{}' }));
  const getToken = () => new Promise<string>(() => undefined);
  const client = graphClient({ baseUrl: server.url, getToken });

  await assert.rejects(client.request({ ...CREATE, timeoutMs: 30 }), {
    name: 'RunError',
    code: 'tenant-unavailable',
  });
  const stop = new AbortController();
  const asked = client.request({ ...CREATE, signal: stop.signal });
  stop.abort(new Error('cancelled'));

  await assert.rejects(asked, /cancelled/);
  assert.equal(server.seen.length, 0);
});

test('one deadline holds for both tries of a request and their tokens', async (context) => {
  const server = await graphServer(context, async ({ headers }) => {
    if (headers.authorization === 'Bearer old') return { status: 401, body: '{}' };
    return new Promise(() => undefined);
  });
  const deadlineMs = 1_000;
  const client = graphClient({
    baseUrl: server.url,
    async getToken(refused) {
      await new Promise((resolve) => setTimeout(resolve, deadlineMs * 0.3));
      return refused === undefined ? 'old' : 'new';
    },
  });
  const startedMs = performance.now();

  const problem = await problemOf(client, { ...CREATE, timeoutMs: deadlineMs });

  const tookMs = performance.now() - startedMs;
  assert.equal(problem.status, null);
  assert.equal(server.seen.length, 2);
  assert.ok(tookMs < deadlineMs * 1.4, `${tookMs} ms`);
});

test('a bare request bears neither token nor common headers', async (context) => {
  const server = await graphServer(context, () => ({ status: 201 }));
  const client = clientOf(server.url);
  const buffer = Buffer.from('0123456789').subarray(2, 5);

  await client.bare({ method: 'PUT', url: `${server.url}/upload?x=1`, body: buffer });

  const [seen] = server.seen;
  assert.equal(seen?.body, '234');
  assert.equal(seen.headers.authorization, undefined);
  assert.equal(seen.headers['prefer'], undefined);
  assert.equal(client.requests(), 1);
});

function clientOf(baseUrl: string): GraphClient {
  return graphClient({ baseUrl, getToken: () => Promise.resolve('token-1') });
}

async function problemOf(client: GraphClient, request: GraphRequest): Promise<GraphProblem> {
  try {
    await client.request(request);
  } catch (error) {
    if (error instanceof GraphProblem) return error;
    throw error;
  }
  return assert.fail('it was answered');
}
