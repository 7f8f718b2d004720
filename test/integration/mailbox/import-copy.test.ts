import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultOrder } from '../../../sandbox/tenant/faults.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import {
  aMessage,
  anAttempt,
  anInput,
  copiesOf,
  CREATE_TIMEOUT_MS,
  drive,
  FOLDER,
  keyOf,
  mailboxRoom,
  SETTLE_MS,
} from '../../support/mailbox-room.ts';
import { ALICE, BOB, CLIENT, NOBODY } from '../../support/test-tenant.ts';

test('a fresh message is made by one request, right at once', async (context) => {
  const room = await mailboxRoom(context);
  const message = aMessage({ references: ['<thread@o2>'], itemClass: 'IPM.Note.O2.SMS' });

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.deepEqual([end.outcome, end.adopted, end.requests], ['imported', false, 1]);
  const copies = await copiesOf(room, message);
  assert.equal(copies.length, 1);
  const made = copies[0]!;
  assert.equal(made.id, end.messageId);
  assert.equal(made.isDraft, false);
  assert.equal(made.isRead, true);
  assert.equal(made.receivedDateTime, message.at);
  assert.equal(made.sentDateTime, message.at);
  assert.equal(made.from.emailAddress.address, 'alice@example.com');
  assert.deepEqual(made.categories, ['O2 SMS']);
  const path = `/users/${ALICE.id}/mailFolders/${encodeURIComponent(made.parentFolderId)}`;
  const folder = await room.ask('GET', path);
  assert.equal(folder.json.displayName, FOLDER);
});

test('a throttled create waits as told and is the same request again, without a look', async (context) => {
  const room = await mailboxRoom(context);
  room.tenant.order({ kind: 'messages.create', status: 429, retryAfter: '12.25' });

  const { end, agains } = await drive(room, anInput(aMessage()));

  assert.deepEqual(agains, [{ end: 'again', afterMs: 12_250, reason: 'throttled', removed: [] }]);
  assert.ok(end.end === 'done');
  assert.deepEqual([end.adopted, end.requests], [false, 1]);
});

test('while a mailbox is told to wait, its other copies wait too and ask nothing', async (context) => {
  const room = await mailboxRoom(context);
  await room.mailboxes.importCopy(anInput(aMessage({ itemKey: keyOf(1) })), anAttempt());
  room.tenant.order({ kind: 'messages.create', status: 429, retryAfter: '600' });
  const asked = room.mailboxes.client.requests();

  const first = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());
  const second = await room.mailboxes.importCopy(
    anInput(aMessage({ itemKey: keyOf(2) })),
    anAttempt(),
  );

  assert.ok(first.end === 'again' && second.end === 'again');
  assert.equal(second.reason, 'throttled');
  assert.ok(second.afterMs > 590_000 && second.afterMs < 610_000, String(second.afterMs));
  assert.equal(room.mailboxes.client.requests() - asked, 1);
});

const AMBIGUOUS: readonly (readonly [string, FaultOrder])[] = [
  ['503 and nothing was done', { status: 503 }],
  ['503 and it was done', { status: 503, applied: 'before' }],
  ['504 without JSON and it was done', { status: 504, body: 'html', applied: 'before' }],
  ['500 without a body', { status: 500, code: 'x', body: 'empty' }],
  ['201 without a body', { status: 201, body: 'empty', applied: 'before' }],
  ['a cut answer', { status: 201, body: 'cut' }],
  ['a reset and it was done', { outcome: 'reset', applied: 'before' }],
  ['a reset and nothing was done', { outcome: 'reset' }],
  ['no answer at all and it was done', { outcome: 'hang', applied: 'before' }],
  ['503 and it is done a moment later', { status: 503, applied: 'late', lateMs: 20 }],
];
for (const [name, fault] of AMBIGUOUS) {
  test(`one copy after ${name}`, async (context) => {
    const room = await mailboxRoom(context);
    room.tenant.order({ kind: 'messages.create', ...fault });

    const { end, agains } = await drive(room, anInput(aMessage()));

    assert.ok(end.end === 'done');
    assert.equal(agains.length, 1);
    assert.equal(agains[0]?.reason, 'tenant-unavailable');
    assert.ok(agains[0].afterMs > SETTLE_MS - 1_000, String(agains[0].afterMs));
    assert.ok(agains[0].afterMs <= SETTLE_MS + CREATE_TIMEOUT_MS);
    const copies = await copiesOf(room, aMessage());
    assert.deepEqual(
      copies.map(({ id }) => id),
      [end.messageId],
    );
    const isThere = fault.applied !== undefined || fault.body === 'cut';
    assert.equal(end.adopted, isThere);
    assert.equal(end.requests, isThere ? 1 : 2);
  });
}

test('a word of a create that nobody saw the end of is looked after, no earlier than it can settle', async (context) => {
  const room = await mailboxRoom(context);
  const before = anAttempt();
  await room.mailboxes.importCopy(anInput(aMessage()), before);
  // As if the worker died in the middle of the POST: the word before it is all that is left.
  const [word] = before.words;
  assert.ok(typeof word?.sent === 'string' && word.messageId === undefined);
  const asked = room.mailboxes.client.requests();

  const early = await room.mailboxes.importCopy(
    anInput(aMessage()),
    anAttempt({ number: 2, lastWord: word }),
  );
  assert.ok(early.end === 'again');
  assert.equal(room.mailboxes.client.requests(), asked);
  room.clock.pass(early.afterMs);
  const end = await room.mailboxes.importCopy(
    anInput(aMessage()),
    anAttempt({ number: 3, lastWord: word }),
  );

  assert.ok(end.end === 'done' && end.adopted);
  assert.equal((await copiesOf(room, aMessage())).length, 1);
});

test('a second attempt without any word waits as if the first had sent when it could last', async (context) => {
  const room = await mailboxRoom(context);
  const untilMs = room.clock.nowMs() + 5_000;

  const { end, agains } = await drive(room, anInput(aMessage()), {
    first: { number: 2, previousMayHaveSentUntilMs: untilMs },
  });

  assert.ok(end.end === 'done');
  const waitMs = 5_000 + CREATE_TIMEOUT_MS + SETTLE_MS;
  assert.equal(agains.length, 1);
  assert.ok(Math.abs((agains[0]?.afterMs ?? 0) - waitMs) < 1_000);
  assert.equal(end.requests, 2);
});

test('what is not fresh is looked for at once, and found even where its user moved it', async (context) => {
  const room = await mailboxRoom(context);
  const first = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());
  assert.ok(first.end === 'done');
  const path = `/users/${ALICE.id}/messages/${encodeURIComponent(first.messageId)}/move`;
  await room.ask('POST', path, { destinationId: 'inbox' }, { prefer: 'IdType="ImmutableId"' });

  const again = await room
    .another()
    .importCopy(anInput(aMessage(), { isFresh: false, run: 'run-2' }), anAttempt());

  assert.ok(again.end === 'done');
  assert.deepEqual([again.messageId, again.adopted], [first.messageId, true]);
});

test('a message of somebody else with our Message-ID is not taken for ours', async (context) => {
  const room = await mailboxRoom(context);
  const { messageId } = aMessage();
  await room.ask('POST', `/users/${ALICE.id}/mailFolders/inbox/messages`, {
    internetMessageId: messageId,
    subject: 'forged',
    singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value: '1' }],
  });

  const end = await room.mailboxes.importCopy(anInput(aMessage(), { isFresh: false }), anAttempt());

  assert.ok(end.end === 'done');
  assert.equal(end.adopted, false);
  assert.equal((await copiesOf(room, aMessage())).length, 2);
});

test('of two copies the oldest is adopted', async (context) => {
  const room = await mailboxRoom(context);
  const first = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());
  room.clock.pass(1_000);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());

  const end = await room.mailboxes.importCopy(anInput(aMessage(), { isFresh: false }), anAttempt());

  assert.ok(first.end === 'done' && end.end === 'done');
  assert.equal(end.messageId, first.messageId);
});

for (const [state, reason] of [
  ['full', 'mailbox-full'],
  ['folder-full', 'mailbox-full'],
  ['moving', 'mailbox-moving'],
  ['none', 'no-mailbox'],
] as const) {
  test(`a mailbox that is ${state} holds up only itself and is tried again`, async (context) => {
    const room = await mailboxRoom(context);
    room.tenant.setMailbox(ALICE.id, 'ready');
    await room.mailboxes.importCopy(anInput(aMessage({ itemKey: keyOf(1) })), anAttempt());
    room.tenant.setMailbox(ALICE.id, state);

    const held = await drive(room, anInput(aMessage()), { attempts: 2 });
    const other = await room.mailboxes.importCopy(
      anInput(aMessage(), { mailboxId: BOB.id }),
      anAttempt(),
    );
    room.tenant.setMailbox(ALICE.id, 'ready');
    room.clock.pass(1_000_000);
    const cured = await drive(room, anInput(aMessage(), { isFresh: false }));

    assert.deepEqual([held.end.end, other.end, cured.end.end], ['again', 'done', 'done']);
    assert.ok(held.end.end === 'again');
    assert.equal(held.end.reason, reason);
    assert.ok(held.end.afterMs >= 900_000);
    assert.equal((await copiesOf(room, aMessage())).length, 1);
  });
}

test('a mailbox that the app may not touch fails its own copies only', async (context) => {
  const room = await mailboxRoom(context);
  room.tenant.setMailbox(ALICE.id, 'denied');

  const denied = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());
  const other = await room.mailboxes.importCopy(
    anInput(aMessage(), { mailboxId: BOB.id }),
    anAttempt(),
  );

  assert.deepEqual(denied, {
    end: 'failed',
    reason: 'not-permitted',
    detail: 'ErrorAccessDenied',
    removed: [],
  });
  assert.equal(other.end, 'done');
});

test('five first mailboxes that all refuse stop the run, and only this run', async (context) => {
  const ids = [1, 2, 3, 4, 5, 6].map((n) => `0000000${n}-0000-4000-8000-000000000000`);
  const users = ids.map((id, n) => ({ ...ALICE, id, userPrincipalName: `u${n}@example.com` }));
  const room = await mailboxRoom(context, { users });
  for (const id of ids.slice(0, 5)) room.tenant.setMailbox(id, 'denied');
  const into = (mailboxId: string, run = 'run-1') =>
    room.mailboxes.importCopy(anInput(aMessage(), { mailboxId, run }), anAttempt());

  for (const id of ids.slice(0, 4)) assert.equal((await into(id)).end, 'failed');
  const isRefusal = (error: unknown) =>
    error instanceof RunError && error.code === 'tenant-refused';
  await assert.rejects(into(ids[4]!), isRefusal);
  const asked = room.mailboxes.client.requests();
  await assert.rejects(into(ids[5]!), isRefusal);

  assert.equal(room.mailboxes.client.requests(), asked);
  assert.equal((await into(ids[5]!, 'run-2')).end, 'done');
});

test('mailboxes that were denied before do not stop the run, nor do they hide five new ones', async (context) => {
  const ids = Array.from({ length: 10 }, (_, n) => `000000${10 + n}-0000-4000-8000-000000000000`);
  const users = ids.map((id, n) => ({ ...ALICE, id, userPrincipalName: `u${n}@example.com` }));
  const room = await mailboxRoom(context, { users });
  for (const id of ids) room.tenant.setMailbox(id, 'denied');
  const into = (mailboxId: string, isKnownDenied: boolean) =>
    room.mailboxes.importCopy(anInput(aMessage(), { mailboxId, isKnownDenied }), anAttempt());

  for (const id of ids.slice(0, 5)) assert.equal((await into(id, true)).end, 'failed');
  for (const id of ids.slice(5, 9)) assert.equal((await into(id, false)).end, 'failed');

  await assert.rejects(into(ids[9]!, false), { name: 'RunError', code: 'tenant-refused' });
});

test('a token that runs out on the way is renewed once and nothing is posted twice', async (context) => {
  const room = await mailboxRoom(context);
  await room.mailboxes.importCopy(anInput(aMessage({ itemKey: keyOf(1) })), anAttempt());
  room.tenant.revokeTokens();

  const end = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());

  assert.equal(end.end, 'done');
  assert.equal((await copiesOf(room, aMessage())).length, 1);
});

test('a secret that is refused stops the run with a cure, and leaves a word that nothing was sent', async (context) => {
  const room = await mailboxRoom(context);
  await room.mailboxes.importCopy(anInput(aMessage({ itemKey: keyOf(1) })), anAttempt());
  room.tenant.revokeTokens();
  room.tenant.changeSecret('another');
  const attempt = anAttempt();

  await assert.rejects(
    room.mailboxes.importCopy(anInput(aMessage()), attempt),
    (error: RunError) => {
      assert.equal(error.code, 'tenant-refused');
      assert.match(error.message, /client secret/);
      assert.doesNotMatch(error.message, new RegExp(`${CLIENT.clientId}|${CLIENT.clientSecret}`));
      return true;
    },
  );
  assert.equal(attempt.words.at(-1)?.sent, null);
  const asked = room.mailboxes.client.requests();
  await assert.rejects(room.mailboxes.importCopy(anInput(aMessage()), anAttempt()));
  assert.equal(room.mailboxes.client.requests(), asked);
});

test('a token endpoint that does not answer is waited for', async (context) => {
  const room = await mailboxRoom(context);
  room.tenant.order({ kind: 'token', status: 503, times: 6 });

  const end = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());

  assert.ok(end.end === 'again');
  assert.equal(end.reason, 'tenant-unavailable');
});

test('a message that Microsoft 365 refuses fails with its code and none of its text', async (context) => {
  const room = await mailboxRoom(context);
  room.tenant.order({
    kind: 'messages.create',
    status: 400,
    code: 'ErrorInvalidRecipients',
    message: 'alice@example.com',
  });

  const end = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());

  assert.deepEqual(end, {
    end: 'failed',
    reason: 'refused-by-tenant',
    detail: 'ErrorInvalidRecipients',
    removed: [],
  });
});

test('a folder purged in mid-run is made anew in the same attempt', async (context) => {
  const room = await mailboxRoom(context);
  await room.mailboxes.importCopy(anInput(aMessage({ itemKey: keyOf(1) })), anAttempt());
  const id = await folderId(room);
  await room.ask(
    'POST',
    `/users/${ALICE.id}/mailFolders/${encodeURIComponent(id)}/permanentDelete`,
  );

  const end = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());

  assert.ok(end.end === 'done');
  assert.notEqual(await folderId(room), id);
});

test('a folder that its user threw away is made anew by the next run', async (context) => {
  const room = await mailboxRoom(context);
  await room.mailboxes.importCopy(anInput(aMessage({ itemKey: keyOf(1) })), anAttempt());
  const old = await folderId(room);
  await room.ask('DELETE', `/users/${ALICE.id}/mailFolders/${encodeURIComponent(old)}`);

  const end = await room.mailboxes.importCopy(anInput(aMessage(), { run: 'run-2' }), anAttempt());

  assert.equal(end.end, 'done');
  const [copy] = await copiesOf(room, aMessage());
  assert.equal(copy?.parentFolderId, await folderId(room));
});

for (const fault of [
  { status: 503, applied: 'before' },
  { status: 409, code: 'ErrorFolderExists', applied: 'before' },
] as const) {
  test(`a folder that was made although the answer is ${fault.status} is found`, async (context) => {
    const room = await mailboxRoom(context);
    room.tenant.order({ kind: 'folders.create', ...fault });

    const end = await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());

    assert.equal(end.end, 'done');
  });
}

test('whether a mailbox answers and where its folder is comes from one question', async (context) => {
  const room = await mailboxRoom(context);

  const answers = await Promise.all(
    [ALICE, BOB, NOBODY].map(({ id }) => room.mailboxes.folders.answers(id, 'run-1')),
  );
  assert.deepEqual(answers, [true, true, false]);
  const counts = () => [room.mailboxes.client.requests(), room.mailboxes.reads.subRequests()];
  assert.deepEqual(counts(), [1, 3]);

  await room.mailboxes.importCopy(anInput(aMessage()), anAttempt());
  assert.deepEqual(counts(), [3, 3]);
});

async function folderId(room: Awaited<ReturnType<typeof mailboxRoom>>): Promise<string> {
  const filter = encodeURIComponent(`displayName eq '${FOLDER}'`);
  const { json } = await room.ask('GET', `/users/${ALICE.id}/mailFolders?$filter=${filter}`);
  return String(json.value[0]?.id);
}
