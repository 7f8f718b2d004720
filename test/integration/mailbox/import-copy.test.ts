import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aMessage, anAttempt, anInput, FOLDER, mailboxRoom } from '../../support/mailbox-room.ts';
import { ALICE } from '../../support/test-tenant.ts';

test('a fresh message is made by one request, right at once', async (context) => {
  const room = await mailboxRoom(context);
  const message = aMessage({ references: '<thread@o2>', itemClass: 'IPM.Note.O2.SMS' });

  const end = await room.mailboxes.importCopy(anInput(message), anAttempt());

  assert.ok(end.end === 'done');
  assert.deepEqual(
    [end.outcome, end.adopted, end.requests, end.omitted],
    ['imported', false, 1, []],
  );
  const { json } = await room.ask(
    'GET',
    `/users/${ALICE.id}/messages?$expand=singleValueExtendedProperties($filter=id eq 'String 0x001A')`,
    undefined,
    { prefer: 'IdType="ImmutableId"' },
  );
  assert.equal(json.value.length, 1);
  const [made] = json.value;
  assert.equal(made.id, end.messageId);
  assert.equal(made.isDraft, false);
  assert.equal(made.isRead, true);
  assert.equal(made.receivedDateTime, message.at);
  assert.equal(made.sentDateTime, message.at);
  assert.equal(made.internetMessageId, message.messageId);
  const folder = await room.ask(
    'GET',
    `/users/${ALICE.id}/mailFolders/${encodeURIComponent(made.parentFolderId)}`,
  );
  assert.equal(folder.json.displayName, FOLDER);
});
