import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertWhole, withAttachments } from '../../support/attachments.ts';
import { anAttempt, anInput, copiesOf, drive, mailboxRoom } from '../../support/mailbox-room.ts';

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

for (const [what, status, code] of [
  ['expired', 404, 'ErrorItemNotFound'],
  ['gone', 410, 'Gone'],
  ['expecting another range', 416, 'ErrorInvalidContentRange'],
  ['of an address that is refused', 401, 'InvalidAuthenticationToken'],
  ['out of step', 412, 'PreconditionFailed'],
  ['failing', 500, 'ErrorInternalServerError'],
] as const) {
  test(`a session that is ${what} in the middle (${String(status)}) is begun anew, and the message is whole once`, async (context) => {
    const room = await mailboxRoom(context);
    const message = withAttachments(3_100_000, 12_000_000);
    room.tenant.order({ kind: 'uploads.put', outcome: 'pass', times: 2 });
    room.tenant.order({ kind: 'uploads.put', status, code, times: 4 });

    const { end, agains } = await drive(room, anInput(message));

    assert.ok(end.end === 'done' && end.outcome === 'imported', JSON.stringify(end));
    assert.ok(agains.every(({ reason }) => reason === 'tenant-unavailable'));
    await assertWhole(room, message);
  });
}

test('a session whose time is over between two ranges is begun anew', async (context) => {
  const room = await mailboxRoom(context, { settings: { uploadSessionLifetimeMs: 300 } });
  const message = withAttachments(8_000_000);
  room.tenant.order({ kind: 'uploads.put', outcome: 'pass' });
  room.tenant.order({ kind: 'uploads.put', outcome: 'pass', latencyMs: 400 });
  const first = anAttempt();

  const dying = await room.mailboxes.importCopy(anInput(message), first);
  room.tenant.change({ uploadSessionLifetimeMs: 3_600_000 });
  assert.ok(dying.end === 'again');
  room.clock.pass(dying.afterMs);
  const { end } = await drive(room, anInput(message), {
    first: { number: 2, lastWord: first.words.at(-1) },
  });

  assert.ok(end.end === 'done' && end.adopted);
  await assertWhole(room, message);
});

test('a range that gets no answer is asked for and sent again', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(8_000_000);
  room.tenant.order({ kind: 'uploads.put', outcome: 'pass' });
  room.tenant.order({ kind: 'uploads.put', outcome: 'hang' });

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.equal(end.end, 'done');
  await assertWhole(room, message);
});

test('a range that arrives after it was given up is not taken for a lost session', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(8_000_000);
  room.tenant.order({ kind: 'uploads.put', status: 503, applied: 'late', lateMs: 60 });

  const { end } = await drive(room, anInput(message));

  assert.equal(end.end, 'done');
  await assertWhole(room, message);
});

test('what is refused for good while it is added leaves no half message behind', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(3_100_000, 3_200_000);
  room.tenant.order({ kind: 'uploads.put', outcome: 'pass' });
  room.tenant.order({ kind: 'uploads.put', status: 400, code: 'malwareDetected' });

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.deepEqual([end.end, end.end === 'failed' && end.reason], ['failed', 'refused-by-tenant']);
  assert.equal((await copiesOf(room, message)).length, 0);
});

test('bytes that are spoilt in the middle of an upload leave no half message behind', async (context) => {
  const room = await mailboxRoom(context);
  const message = withAttachments(8_000_000);
  const input = anInput(message, { openAttachment: async () => Buffer.alloc(7_999_999) });

  const end = await room.mailboxes.importCopy(input, anAttempt());

  assert.deepEqual([end.end, end.end === 'failed' && end.reason], ['failed', 'staging-corrupt']);
  assert.equal((await copiesOf(room, message)).length, 0);
});
