import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GraphAnswer, GraphClient, GraphRequest } from '../../../src/mailbox/graph-client.ts';
import { GraphProblem } from '../../../src/mailbox/graph-problem.ts';
import { reads } from '../../../src/mailbox/reads.ts';
import { handClock } from '../../support/hand-clock.ts';

interface Sub {
  readonly id: string;
  readonly url: string;
}

test('reads that come together go in one batch, and each gets its own answer', async () => {
  const { client, batches } = fakeClient((sub) => ({ status: 200, body: { of: sub.url } }));
  const clock = handClock();
  const { read } = reads(client, clock);

  const asked = Promise.all([read('/users/a'), read('/users/b', { $filter: "x eq 'ü&'" })]);
  await clock.pass(100);

  const [a, b] = await asked;
  assert.equal(batches.length, 1);
  assert.deepEqual(a.body, { of: '/users/a' });
  assert.deepEqual(b.body, { of: "/users/b?$filter=x%20eq%20'%C3%BC%26'" });
});

test('twenty fill a batch and do not wait for more', async () => {
  const { client, batches } = fakeClient(() => ({ status: 200, body: {} }));
  const clock = handClock();
  const { read, subRequests } = reads(client, clock);

  const first = Promise.all(Array.from({ length: 20 }, () => read('/users')));
  await first;
  const second = read('/users');
  await clock.pass(500);
  await second;

  assert.deepEqual(
    batches.map((batch) => batch.length),
    [20, 1],
  );
  assert.equal(subRequests(), 21);
});

test('a batch that is not full leaves half a second after the one before it', async () => {
  const { client, batches } = fakeClient(() => ({ status: 200, body: {} }));
  const clock = handClock();
  const { read } = reads(client, clock);
  const first = read('/users/a');
  await clock.pass(100);
  await first;

  const company = [read('/users/b')];
  await clock.pass(499);
  company.push(read('/users/c'));
  assert.equal(batches.length, 1);
  await clock.pass(1);
  await Promise.all(company);
  const later = read('/users/d');
  await clock.pass(2_000);
  await later;

  assert.deepEqual(
    batches.map((batch) => batch.map(({ url }) => url)),
    [['/users/a'], ['/users/b', '/users/c'], ['/users/d']],
  );
});

test('four batches are on their way at once, whatever is asked, and a failed one gives its place', async () => {
  const answers: PromiseWithResolvers<GraphAnswer>[] = [];
  let [open, mostOpen] = [0, 0];
  const client: GraphClient = {
    async request() {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      const answer = Promise.withResolvers<GraphAnswer>();
      answers.push(answer);
      return answer.promise.finally(() => (open -= 1));
    },
    bare: () => Promise.reject(new Error('reads have no address of their own')),
    requests: () => answers.length,
  };
  const { read } = reads(client, handClock());

  const asked = Promise.all(Array.from({ length: 200 }, () => read('/users')));
  for (let at = 0; at < 10; at += 1) {
    if (at % 2 === 0) answers[at]?.reject(new GraphProblem(503, null));
    else answers[at]?.resolve({ status: 200, headers: new Headers(), body: { responses: [] } });
    await new Promise(setImmediate);
  }

  assert.equal((await asked).length, 200);
  assert.deepEqual([answers.length, mostOpen], [10, 4]);
});

test('answers may come in any order; one that is missing is no answer', async () => {
  const { client } = fakeClient(
    (sub) => (sub.id === '1' ? null : { status: 200, body: { id: sub.id } }),
    {
      isReversed: true,
    },
  );
  const clock = handClock();
  const { read } = reads(client, clock);

  const asked = Promise.all([read('/0'), read('/1'), read('/2')]);
  await clock.pass(100);

  const [zero, one, two] = await asked;
  assert.deepEqual([zero.body, two.body], [{ id: '0' }, { id: '2' }]);
  assert.deepEqual(one, { status: null, body: null, code: null, retryAfterMs: null });
});

test('a read that is throttled inside the batch tells its own wait', async () => {
  const { client } = fakeClient(() => ({
    status: 429,
    headers: { 'Retry-After': '2.128' },
    body: { error: { code: 'ApplicationThrottled' } },
  }));
  const clock = handClock();
  const { read } = reads(client, clock);

  const asked = read('/users');
  await clock.pass(100);

  assert.deepEqual(await asked, {
    status: 429,
    body: null,
    code: 'ApplicationThrottled',
    retryAfterMs: 2_128,
  });
});

test('when the batch as a whole fails, every read of it tells so', async () => {
  const client = clientAnswering(() =>
    Promise.reject(new GraphProblem(503, 'ServiceUnavailable', { retryAfterMs: 5 })),
  );
  const clock = handClock();
  const { read } = reads(client, clock);

  const asked = Promise.all([read('/a'), read('/b')]);
  await clock.pass(100);

  for (const reading of await asked) {
    assert.deepEqual(reading, {
      status: 503,
      code: 'ServiceUnavailable',
      retryAfterMs: 5,
      body: null,
    });
  }
});

test('when the batch is refused as a whole, its reads are asked one by one', async () => {
  const client = clientAnswering(async ({ path }) => {
    if (path === '/$batch') throw new GraphProblem(400, 'BadRequest');
    if (path.includes('odd')) throw new GraphProblem(400, 'Request_BadRequest');
    return { status: 200, headers: new Headers(), body: { of: path } };
  });
  const clock = handClock();
  const { read } = reads(client, clock);

  const asked = Promise.all([read('/users', { $filter: "x eq 'ü&'" }), read('/odd')]);
  await clock.pass(100);

  const [good, odd] = await asked;
  assert.deepEqual(good, {
    status: 200,
    body: { of: "/users?$filter=x%20eq%20'%C3%BC%26'" },
    code: null,
    retryAfterMs: null,
  });
  assert.deepEqual([odd.status, odd.code, odd.body], [400, 'Request_BadRequest', null]);
});

for (const status of [401, 403, 429]) {
  test(`a batch that is answered ${status} is not asked again read by read`, async () => {
    let requests = 0;
    const client = clientAnswering(() => {
      requests += 1;
      return Promise.reject(new GraphProblem(status, null));
    });
    const clock = handClock();
    const { read } = reads(client, clock);

    const asked = Promise.all([read('/a'), read('/b')]);
    await clock.pass(100);

    assert.deepEqual(
      (await asked).map((reading) => reading.status),
      [status, status],
    );
    assert.equal(requests, 1);
  });
}

test('without a token every read fails with that error', async () => {
  const clock = handClock();
  const { read } = reads(
    clientAnswering(() => Promise.reject(new TypeError('no token'))),
    clock,
  );

  const asked = Promise.allSettled([read('/a'), read('/b')]);
  await clock.pass(100);

  assert.deepEqual(
    (await asked).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
});

function fakeClient(
  answer: (sub: Sub) => object | null,
  { isReversed = false } = {},
): { client: GraphClient; batches: Sub[][] } {
  const batches: Sub[][] = [];
  const client = clientAnswering(async ({ body }) => {
    const { requests } = body as { requests: Sub[] };
    batches.push(requests);
    const responses = requests.flatMap((sub) => {
      const one = answer(sub);
      return one === null ? [] : [{ id: sub.id, ...one }];
    });
    const ordered = isReversed ? responses.toReversed() : responses;
    return { status: 200, headers: new Headers(), body: { responses: ordered } };
  });
  return { client, batches };
}

function clientAnswering(
  request: (request: GraphRequest) => ReturnType<GraphClient['request']>,
): GraphClient {
  return { request, bare: () => assert.fail('no bare request'), requests: () => 0 };
}
