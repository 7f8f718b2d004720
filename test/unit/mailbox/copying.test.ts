import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunError } from '../../../src/domain/run-error.ts';
import { breaker } from '../../../src/mailbox/breaker.ts';
import type { GraphAnswer, GraphRequest } from '../../../src/mailbox/graph-client.ts';
import { GraphProblem } from '../../../src/mailbox/graph-problem.ts';
import type { ImporterDeps } from '../../../src/mailbox/importer.ts';
import { importCopy } from '../../../src/mailbox/importer.ts';
import { lanes } from '../../../src/mailbox/lane.ts';
import { handClock } from '../../support/hand-clock.ts';
import { aMessage, anAttempt, anInput } from '../../support/mailbox-room.ts';

const MADE = {
  id: 'AAk=',
  isDraft: false,
  internetMessageId: aMessage().messageId,
  parentFolderId: 'folder',
  receivedDateTime: '2026-11-21T09:15:42Z',
};

for (const [name, change] of [
  ['a draft', { isDraft: true }],
  ['a message without isDraft', { isDraft: undefined }],
  ['another Message-ID', { internetMessageId: '<other@example.com>' }],
  ['another folder', { parentFolderId: 'inbox' }],
  ['the time of today', { receivedDateTime: '2026-11-23T02:00:00Z' }],
  ['no time', { receivedDateTime: null }],
] as const) {
  test(`a tenant that makes ${name} stops the run, and the message is removed`, async () => {
    const { deps, seen } = depsWith(({ path }) =>
      path.endsWith('/messages') ? answer(201, { ...MADE, ...change }) : answer(204, null),
    );
    const attempt = anAttempt();

    await assert.rejects(importCopy(deps, anInput(aMessage()), attempt), isPlatformChanged);
    await assert.rejects(importCopy(deps, anInput(aMessage()), anAttempt()), isPlatformChanged);

    assert.deepEqual(
      seen.map(({ path }) => path.split('/').at(-1)),
      ['messages', 'permanentDelete'],
    );
    assert.equal(attempt.words.at(-1)?.sent, null);
  });
}

test('two seconds of difference are none', async () => {
  const { deps } = depsWith(() =>
    answer(201, { ...MADE, receivedDateTime: '2026-11-21T09:15:44Z' }),
  );

  assert.equal((await importCopy(deps, anInput(aMessage()), anAttempt())).end, 'done');
});

test('the word stands before the create is sent, so that a sudden death leaves it', async () => {
  const attempt = anAttempt();
  let wordAtCreate: unknown;
  const { deps, clock } = depsWith(() => {
    wordAtCreate = attempt.words.at(-1);
    return answer(201, MADE);
  });

  await importCopy(deps, anInput(aMessage()), attempt);

  assert.deepEqual(wordAtCreate, { sent: new Date(clock.nowMs()).toISOString() });
});

test('a create that is cancelled on its way keeps its word', async () => {
  const { deps } = depsWith(() => {
    throw new Error('cancelled');
  });
  const attempt = anAttempt();

  await assert.rejects(importCopy(deps, anInput(aMessage()), attempt), /cancelled/);

  assert.equal(typeof attempt.words.at(-1)?.sent, 'string');
});

test('a clean refusal leaves the word that nothing was sent', async () => {
  const { deps } = depsWith(() => {
    throw new GraphProblem(429, 'ApplicationThrottled', { retryAfterMs: 5_000 });
  });
  const attempt = anAttempt();

  await importCopy(deps, anInput(aMessage()), attempt);

  assert.deepEqual(attempt.words.at(-1), { sent: null });
});

test('what is not fresh and could not look yet does not post on its next attempt', async () => {
  const { deps, seen, clock } = depsWith(({ method }) =>
    method === 'GET' ? answer(200, { value: [] }) : answer(201, MADE),
  );
  deps.lanes.pause(anInput(aMessage()).mailboxId, 60_000, 'throttled');
  const input = anInput(aMessage(), { isFresh: false });
  const first = anAttempt();
  const turnedAway = await importCopy(deps, input, first);
  assert.ok(turnedAway.end === 'again');
  await clock.pass(turnedAway.afterMs);

  const lastWord = first.words.at(-1);
  const end = await importCopy(deps, input, anAttempt({ number: 2, lastWord }));

  assert.equal(end.end, 'done');
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['GET', 'POST'],
  );
});

test('a fresh copy that was turned away by its lane still needs no look', async () => {
  const { deps, seen, clock } = depsWith(() => answer(201, MADE));
  deps.lanes.pause(anInput(aMessage()).mailboxId, 60_000, 'throttled');
  const first = anAttempt();
  const turnedAway = await importCopy(deps, anInput(aMessage()), first);
  assert.ok(turnedAway.end === 'again');
  await clock.pass(turnedAway.afterMs);

  const lastWord = first.words.at(-1);
  await importCopy(deps, anInput(aMessage()), anAttempt({ number: 2, lastWord }));

  assert.deepEqual(
    seen.map(({ method }) => method),
    ['POST'],
  );
});

function isPlatformChanged(error: unknown): boolean {
  return error instanceof RunError && error.code === 'platform-changed';
}

function answer(status: number, body: unknown): GraphAnswer {
  return { status, headers: new Headers(), body };
}

function depsWith(respond: (request: GraphRequest) => GraphAnswer) {
  const clock = handClock();
  const seen: GraphRequest[] = [];
  const deps: ImporterDeps = {
    client: {
      async request(request) {
        seen.push(request);
        return respond(request);
      },
      bare: () => assert.fail('nothing is uploaded'),
      requests: () => seen.length,
    },
    folders: {
      answers: () => Promise.resolve(true),
      ensure: () => Promise.resolve('folder'),
      forget: () => undefined,
    },
    lanes: lanes({ clock }),
    breaker: breaker(),
    clock,
    cloud: 'global',
    settleMs: 90_000,
    createTimeoutMs: 30_000,
    rangeTimeoutMs: 60_000,
  };
  return { deps, seen, clock };
}
