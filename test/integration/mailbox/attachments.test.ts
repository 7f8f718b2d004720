import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertWhole, attachedTo, withAttachments, without } from '../../support/attachments.ts';
import {
  aMessage,
  anAttempt,
  anInput,
  copiesOf,
  drive,
  mailboxRoom,
} from '../../support/mailbox-room.ts';
import { ALICE } from '../../support/test-tenant.ts';

test('small attachments go with the message in one request', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(0, 700_000, 1_200_000);

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.equal(end.requests, 1);
  await assertWhole(room, message);
});

test('what does not fit is added after it, by POST below 3,000,000 bytes and by session from there', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(2_000_000, 2_999_999, 3_000_000, 8_000_001);

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  // The message, one POST, two sessions opened, one range and three ranges.
  assert.equal(end.requests, 8);
  await assertWhole(room, message);
});

test('a message that its mailbox does not show yet is waited for', async (context) => {
  const room = await mailboxRoom(context, { settings: { attachmentLagMs: 600 } });
  const message = withAttachments(3_500_000);

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.equal(end.end, 'done');
  assert.ok(room.clock.waits.includes(1_000));
  await assertWhole(room, message);
});

test('a worker that dies between two attachments leaves one whole message behind', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(3_100_000, 3_200_000, 10);
  const died = new AbortController();
  const first = anAttempt({ signal: died.signal });
  const input = anInput(message);
  const dying = anInput(message, {
    openAttachment: (position) => {
      if (position === 1) died.abort(new Error('killed'));
      return input.openAttachment(position);
    },
  });
  await assert.rejects(room.mailboxes.importCopy(dying, first), /killed/);

  const { end, agains } = await drive(room, input, {
    first: { number: 2, lastWord: first.words.at(-1) },
  });

  assert.ok(end.end === 'done' && end.adopted);
  assert.equal(agains.length, 1);
  await assertWhole(room, message);
});

test('a message that is too large for its mailbox comes without its largest attachment, for good', async (context) => {
  const room = await mailboxRoom(context);
  room.tenant.setMaxMessageBytes(ALICE.id, 7_000_000);
  const message = withAttachments(3_100_000, 3_600_000, 3_050_000);

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.deepEqual([end.outcome, end.omitted, end.removed], ['partial', [1], []]);
  await assertWhole(room, without(message, 1));
});

test('where removing only moves a message, its id is told and never adopted', async (context) => {
  const room = await mailboxRoom(context, { cloud: 'usgov' });
  room.tenant.setMaxMessageBytes(ALICE.id, 4_000_000);
  const message = withAttachments(3_100_000, 3_600_000);

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.equal(end.removed.length, 1);
  assert.deepEqual(end.omitted, [1]);
  const again = await room
    .another()
    .importCopy(
      anInput(without(message, 1), { isFresh: false, removed: end.removed }),
      anAttempt(),
    );
  assert.ok(again.end === 'done');
  assert.equal(again.messageId, end.messageId);
});

for (const [status, code, expected] of [
  [400, 'ErrorInvalidRequest', 'failed'],
  [429, 'ApplicationThrottled', 'again'],
] as const) {
  test(`where removing only moves a message, its id is told by a copy that ends ${expected} too`, async (context) => {
    const room = await mailboxRoom(context, { cloud: 'usgov' });
    room.tenant.setMaxMessageBytes(ALICE.id, 4_000_000);
    room.tenant.order({ kind: 'messages.create', outcome: 'pass' });
    room.tenant.order({ kind: 'messages.create', status, code });
    const message = withAttachments(3_100_000, 3_600_000);

    const attempt = anAttempt();

    const end = await room.mailboxes.importCopy(
      anInput(message, { removed: ['of an earlier run'] }),
      attempt,
    );

    assert.equal(end.end, expected);
    const made = attempt.words.find(({ messageId }) => messageId !== undefined);
    assert.deepEqual(end.removed, ['of an earlier run', made?.messageId]);
  });
}

test('a copy that is made hands on what earlier runs removed', async (context) => {
  const room = await mailboxRoom(context, { cloud: 'usgov' });

  const end = await room.mailboxes.importCopy(
    anInput(aMessage(), { isFresh: false, removed: ['of an earlier run'] }),
    anAttempt(),
  );

  assert.equal(end.end, 'done');
  assert.deepEqual(end.removed, ['of an earlier run']);
});

test('in a cloud without upload sessions the large ones are left out before the create', async (context) => {
  const room = await mailboxRoom(context, { cloud: 'china' });
  const message = withAttachments(3_100_000, 500, 2_900_000);

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.deepEqual([end.outcome, end.omitted], ['partial', [0]]);
  await assertWhole(room, without(message, 0));
});

test('an attachment that is not as long as it was fails the copy before anything is sent', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(1_000);
  const input = anInput(message, { openAttachment: async () => Buffer.alloc(999) });

  const end = await room.mailboxes.importCopy(input, anAttempt());

  assert.ok(end.end === 'failed');
  assert.equal(end.reason, 'staging-corrupt');
  assert.equal((await copiesOf(room, message)).length, 0);
});

test('a mailbox that takes much less is found out in one more try, not in one for each attachment', async (context) => {
  const room = await mailboxRoom(context);
  room.tenant.setMaxMessageBytes(ALICE.id, 7_000_000);
  const message = withAttachments(...Array.from({ length: 12 }, () => 2_000_000));

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.equal(end.omitted.length, 9);
  assert.ok(end.requests <= 12, String(end.requests));
  await assertWhole(room, without(message, ...end.omitted));
});

test('what is too large for any mailbox of the tenant is left out', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(3_100_000, 100);
  room.tenant.order({
    kind: 'uploads.create',
    status: 413,
    code: 'ErrorAttachmentSizeLimitExceeded',
  });

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.deepEqual([end.outcome, end.omitted], ['partial', [0]]);
  await assertWhole(room, without(message, 0));
});

test('of more attachments than a message can have, the last are left out before the create', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(...Array.from({ length: 253 }, () => 10));

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.deepEqual([end.outcome, end.omitted, end.requests], ['partial', [250, 251, 252], 1]);
});

for (const cloud of ['global', 'china'] as const) {
  test(`a text larger than a request arrives whole in the ${cloud} cloud, and is found whole again`, async (context) => {
    const room = await mailboxRoom(context, { cloud });
    const text = '"'.repeat(6_000_000);
    const own = withAttachments(500_000);
    const message = { ...own, text, html: `<pre>${text}</pre>` };

    const end = await room.mailboxes.importCopy(anInput(message), anAttempt());
    const again = await room
      .another()
      .importCopy(anInput(message, { isFresh: false }), anAttempt());

    assert.ok(end.end === 'done' && end.outcome === 'imported');
    assert.ok(again.end === 'done' && again.adopted);
    const [copy] = await copiesOf(room, message);
    const names = copy?.attachments.map(({ name }) => name).toSorted();
    assert.deepEqual(names, [
      '00-recording.wav',
      'whole-text-1.txt',
      'whole-text-2.txt',
      'whole-text-3.txt',
    ]);
    const files = [1, 2, 3].map((number) => attachedTo(room, copy!, `whole-text-${number}.txt`));
    assert.equal(Buffer.concat(await Promise.all(files)).toString(), text);
  });
}
