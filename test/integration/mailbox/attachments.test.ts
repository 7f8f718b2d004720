import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/domain/message.ts';
import type { Room } from '../../support/mailbox-room.ts';
import {
  aMessage,
  anAttachment,
  anAttempt,
  anInput,
  contentOf,
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

test('a range whose answer is lost is not sent twice', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(8_000_000);
  room.tenant.order({ kind: 'uploads.put', status: 503, applied: 'before' });

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.equal(end.end, 'done');
  await assertWhole(room, message);
});

test('a throttled range waits a moment in place and goes on', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(8_000_000);
  room.tenant.order({ kind: 'uploads.put', status: 429, retryAfter: '1.5' });

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.equal(end.end, 'done');
  assert.ok(room.clock.waits.includes(1_500));
  await assertWhole(room, message);
});

test('a range that is told to wait longer gives the slot back, and only its attachment is sent anew', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(3_100_000, 8_000_000);
  room.tenant.order({ kind: 'uploads.put', outcome: 'pass' });
  room.tenant.order({ kind: 'uploads.put', status: 429, retryAfter: '110' });

  const { end, agains } = await drive(room, anInput(message));

  assert.ok(end.end === 'done' && end.adopted);
  assert.deepEqual(
    agains.map(({ reason }) => reason),
    ['throttled'],
  );
  assert.ok(agains[0]!.afterMs >= 109_000, String(agains[0]!.afterMs));
  assert.ok(room.clock.waits.every((ms) => ms <= 2_000));
  // The look at what is there, the session opened, three ranges.
  assert.equal(end.requests, 5);
  await assertWhole(room, message);
});

test('an upload that fails is begun anew by the next attempt, the message is found and completed', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(3_300_000, 100);
  room.tenant.order({ kind: 'uploads.create', status: 503 });

  const { end, agains } = await drive(room, anInput(message));

  assert.ok(end.end === 'done' && end.adopted);
  assert.equal(agains[0]?.reason, 'tenant-unavailable');
  await assertWhole(room, message);
});

test('the last range was taken and its answer lost: the attachment is there once', async (context) => {
  const room = await mailboxRoom(context, { settings: { attachmentListLagMs: 50 } });
  const message = withAttachments(3_300_000);
  room.tenant.order({ kind: 'uploads.put', outcome: 'reset', applied: 'before' });

  const { end } = await drive(room, anInput(message));

  assert.equal(end.end, 'done');
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

function withAttachments(...sizes: readonly number[]): Message {
  return aMessage({ attachments: sizes.map((size, position) => anAttachment(position, size)) });
}

function without(message: Message, position: number): Message {
  return {
    ...message,
    attachments: message.attachments.filter((one) => one.position !== position),
    omitted: message.attachments.filter((one) => one.position === position),
  };
}

/** One message that is no leftover, with each attachment once and byte for byte. */
async function assertWhole(room: Room, message: Message): Promise<void> {
  const deleted = await room.ask('GET', `/users/${ALICE.id}/mailFolders/deleteditems`);
  const copies = (await copiesOf(room, message)).filter(
    ({ parentFolderId }) => parentFolderId !== deleted.json.id,
  );
  assert.equal(copies.length, 1);
  const copy = copies[0]!;
  const names = copy.attachments.map(({ name }) => name).toSorted();
  assert.deepEqual(names, message.attachments.map(({ name }) => name).toSorted());
  for (const attachment of message.attachments) {
    const { id } = copy.attachments.find(({ name }) => name === attachment.name)!;
    const path = `/users/${ALICE.id}/messages/${encodeURIComponent(copy.id)}/attachments/${encodeURIComponent(id)}/$value`;
    const response = await fetch(`${room.tenant.url}/v1.0${path}`, {
      headers: { authorization: `Bearer ${await room.token()}`, prefer: 'IdType="ImmutableId"' },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.ok(bytes.equals(contentOf(attachment)), attachment.name);
  }
}
