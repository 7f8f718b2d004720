import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { copyReader, type CopyReader } from '../../../src/mailbox/copy-reader.ts';
import type { GraphDownloads } from '../../../src/mailbox/graph-client.ts';
import { withAttachments } from '../../support/attachments.ts';
import {
  aMessage,
  anAttempt,
  anInput,
  contentOf,
  FOLDER,
  keyOf,
  mailboxRoom,
  type Room,
} from '../../support/mailbox-room.ts';
import { ALICE, BOB, NOBODY } from '../../support/test-tenant.ts';

/** As verify has it, over the room's client and its clock that jumps over waits. */
function readerOf({ mailboxes, clock }: Room): CopyReader {
  return copyReader({ client: mailboxes.client as GraphDownloads, clock, folder: FOLDER });
}

async function archive(room: Room, mailboxId: string, number: number): Promise<string> {
  const input = anInput(aMessage({ itemKey: keyOf(number) }), { mailboxId });
  const end = await room.mailboxes.importCopy(input, anAttempt());
  assert.equal(end.end, 'done');
  return end.messageId;
}

const named = (mailbox: string, number: number) => ({
  mailbox,
  messageId: aMessage({ itemKey: keyOf(number) }).messageId,
});

describe('copies in mailboxes', () => {
  it('are found by their Message-ID, twenty to a request, with all that tells them', async (t) => {
    const room = await mailboxRoom(t);
    const ids = [await archive(room, ALICE.id, 1), await archive(room, ALICE.id, 2)];
    const reader = readerOf(room);
    const before = reader.requests();

    const [folder] = await reader.folders([{ mailbox: ALICE.id, year: null }]);
    const all = Array.from({ length: 25 }, (_, number) => named(ALICE.id, number));
    const answers = await reader.named(all);

    const found = answers.map((answer) => (answer.is === 'there' ? answer.value : []));
    assert.deepEqual(
      found.flat().map((copy) => [copy.id, copy.archiveKey, copy.itemClass, copy.isDraft]),
      ids.map((id, at) => [id, keyOf(at + 1), 'IPM.Note', false]),
    );
    assert.ok(folder?.is === 'there');
    assert.deepEqual(
      found.flat().map((copy) => copy.folder),
      [folder.value, folder.value],
    );
    const { requests, reads } = reader.requests();
    assert.deepEqual([requests - before.requests, reads], [3, 26]);
  });

  it('are told apart from a mailbox that is gone and one that may not be read', async (t) => {
    const room = await mailboxRoom(t);
    const [id, purged] = [await archive(room, ALICE.id, 1), await archive(room, ALICE.id, 3)];
    const path = `/users/${ALICE.id}/messages/${encodeURIComponent(purged)}/permanentDelete`;
    await room.ask('POST', path, {}, { prefer: 'IdType="ImmutableId"' });
    room.tenant.setMailbox(BOB.id, 'denied');
    const reader = readerOf(room);

    const answers = await reader.named([
      named(ALICE.id, 2),
      named(NOBODY.id, 1),
      named(BOB.id, 1),
      named('d0d00000-0000-4000-8000-00000000dead', 1),
    ]);
    const byId = await reader.withId([
      { mailbox: ALICE.id, id },
      { mailbox: ALICE.id, id: purged },
    ]);

    assert.deepEqual(
      answers.map(({ is }) => is),
      ['there', 'no-mailbox', 'denied', 'no-mailbox'],
    );
    assert.deepEqual(
      byId.map(({ is }) => is),
      ['there', 'missing'],
    );
  });

  it('are asked for again as long as told when they are throttled, and given up after a while', async (t) => {
    const room = await mailboxRoom(t);
    await archive(room, ALICE.id, 1);
    const reader = readerOf(room);
    const before = room.clock.waits.length;
    room.tenant.order({
      kind: 'batch.messages.list',
      status: 429,
      code: 'ApplicationThrottled',
      retryAfter: '7.5',
    });

    const [late] = await reader.named([named(ALICE.id, 1)]);
    room.tenant.order({ kind: 'batch.messages.list', times: 0 });
    const [never] = await reader.named([named(ALICE.id, 1)]);

    assert.equal(late?.is, 'there');
    assert.equal(never?.is, 'unanswered');
    assert.deepEqual(room.clock.waits.slice(before), [7_500, 5_000, 5_000, 5_000, 5_000]);
  });

  it('never meet more of a mailbox than four requests at once', async (t) => {
    const room = await mailboxRoom(t);
    const reader = readerOf(room);
    room.tenant.resetCounters();

    const many = Array.from({ length: 130 }, (_, number) => named(ALICE.id, number));
    await reader.named([...many, ...many.map(({ messageId }) => ({ mailbox: BOB.id, messageId }))]);

    const { maxConcurrency, answers } = room.tenant.counters();
    assert.ok((maxConcurrency[ALICE.id] ?? 0) <= 4, JSON.stringify(maxConcurrency));
    assert.ok((maxConcurrency[BOB.id] ?? 0) <= 4, JSON.stringify(maxConcurrency));
    assert.equal(Object.keys(answers).filter((answer) => answer.includes('429')).length, 0);
  });

  it('are read back: their attachments by digest, their text as HTML', async (t) => {
    const room = await mailboxRoom(t);
    const message = withAttachments(10, 3_500_000);
    const end = await room.mailboxes.importCopy(anInput(message), anAttempt());
    assert.equal(end.end, 'done');
    const reader = readerOf(room);
    const copy = { mailbox: ALICE.id, id: end.messageId };

    const [attachments] = await reader.attachments([copy]);
    const [shown] = await reader.shown([copy]);

    assert.ok(attachments?.is === 'there' && shown?.is === 'there');
    for (const { id, name } of attachments.value) {
      const made = message.attachments.find((one) => one.name === name);
      assert.ok(made);
      const sha256 = createHash('sha256').update(contentOf(made)).digest('hex');
      assert.deepEqual(await reader.digest(copy, id), { is: 'there', value: sha256 });
    }
    assert.equal(attachments.value.length, 2);
    assert.match(shown.value.html, /See you at nine &amp; bring the plan/);
    assert.equal((await reader.digest(copy, 'AAMkAGI1AAA=')).is === 'there', false);
  });

  it('lie in the folder, in Deleted Items, where their user no longer sees them, or elsewhere', async (t) => {
    const room = await mailboxRoom(t);
    const reader = readerOf(room);
    const folderOf = async (name: string) =>
      (await room.ask('GET', `/users/${ALICE.id}/mailFolders/${name}`)).json.id;
    const ids = await Promise.all(
      ['deleteditems', 'inbox', 'recoverableitemsdeletions'].map(folderOf),
    );
    const { json: below } = await room.ask(
      'POST',
      `/users/${ALICE.id}/mailFolders/deleteditems/childFolders`,
      { displayName: 'thrown away' },
    );

    const places = await reader.places([...ids, below.id].map((id) => ({ mailbox: ALICE.id, id })));

    assert.deepEqual(
      places.map((place) => (place.is === 'there' ? place.value : place.is)),
      ['deleted-items', 'elsewhere', 'recoverable-items', 'deleted-items'],
    );
  });
});
