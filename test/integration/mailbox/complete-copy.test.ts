import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Message } from '../../../src/domain/message.ts';
import type { ImportEnd, ImportInput } from '../../../src/mailbox/import-contract.ts';
import { assertWhole, withAttachments, without } from '../../support/attachments.ts';
import {
  aMessage,
  anAttempt,
  anInput,
  copiesOf,
  drive,
  FOLDER,
  mailboxRoom,
  type Room,
} from '../../support/mailbox-room.ts';
import { ALICE } from '../../support/test-tenant.ts';

const MESSAGE = withAttachments(3_100_000, 3_600_000);

/** A mailbox that took the message without its largest attachment, and what completes that copy. */
async function withPartial(
  context: TestContext,
  work: (room: Room, input: ImportInput, partial: Extract<ImportEnd, { end: 'done' }>) => unknown,
  options: Parameters<typeof mailboxRoom>[1] = {},
): Promise<void> {
  const room = await mailboxRoom(context, options);
  room.tenant.setMaxMessageBytes(ALICE.id, 4_000_000);
  const partial = await room.mailboxes.importCopy(anInput(MESSAGE), anAttempt());
  assert.ok(partial.end === 'done' && partial.outcome === 'partial');
  const { messageId, omitted, removed } = partial;
  const replaces = { messageId, omitted: omitted.length };
  await work(room, anInput(MESSAGE, { isFresh: false, removed, replaces }), partial);
}

/** What a worker would know of the copy, seen from outside: there is one at every request. */
async function copies(room: Room, message: Message = MESSAGE): Promise<string[]> {
  return (await copiesOf(room, message)).map(({ id }) => id);
}

test('a copy is completed once its mailbox takes more, and one message stands', async (context) => {
  await withPartial(context, async (room, input, partial) => {
    room.tenant.setMaxMessageBytes(ALICE.id, 35_000_000);

    const end = await room.mailboxes.importCopy(input, anAttempt());

    assert.ok(end.end === 'done');
    assert.deepEqual([end.outcome, end.omitted, end.adopted], ['imported', [], false]);
    assert.notEqual(end.messageId, partial.messageId);
    assert.deepEqual(end.removed, [partial.messageId]);
    assert.deepEqual(await copies(room), [end.messageId]);
    await assertWhole(room, MESSAGE);
  });
});

test('a copy whose mailbox still takes no more stays as it was, and nothing beside it', async (context) => {
  await withPartial(context, async (room, input, partial) => {
    const end = await room.mailboxes.importCopy(input, anAttempt());

    assert.ok(end.end === 'failed');
    assert.deepEqual([end.detail, end.removed], ['ErrorMessageSizeExceeded', []]);
    assert.deepEqual(await copies(room), [partial.messageId]);
    await assertWhole(room, without(MESSAGE, 1));
  });
});

test('a copy is not made anew when as much would be left out again', async (context) => {
  await withPartial(context, async (room, input, partial) => {
    const asked = room.mailboxes.client.requests();

    const same = { ...input, message: without(MESSAGE, 1) };
    const end = await room.mailboxes.importCopy(same, anAttempt());

    assert.ok(end.end === 'failed');
    assert.equal(end.detail, 'NothingToAdd');
    assert.equal(room.mailboxes.client.requests(), asked);
    assert.deepEqual(await copies(room), [partial.messageId]);
  });
});

test('the copy before is there until the better one is whole', async (context) => {
  await withPartial(context, async (room, input, partial) => {
    room.tenant.setMaxMessageBytes(ALICE.id, 35_000_000);
    const seen: boolean[] = [];
    const watching = {
      ...input,
      openAttachment: async (position: number) => {
        seen.push((await copies(room)).includes(partial.messageId));
        return input.openAttachment(position);
      },
    };

    const end = await room.mailboxes.importCopy(watching, anAttempt());

    assert.equal(end.end, 'done');
    assert.ok(seen.length >= 2 && seen.every(Boolean), String(seen));
  });
});

test('a worker that dies while the better copy is made leaves one whole message behind', async (context) => {
  await withPartial(context, async (room, input) => {
    room.tenant.setMaxMessageBytes(ALICE.id, 35_000_000);
    const died = new AbortController();
    const first = anAttempt({ signal: died.signal });
    const dying = {
      ...input,
      openAttachment: (position: number) => {
        if (position === 1) died.abort(new Error('killed'));
        return input.openAttachment(position);
      },
    };
    await assert.rejects(room.mailboxes.importCopy(dying, first), /killed/);
    assert.equal((await copies(room)).length, 2);

    const { end } = await drive(room, input, {
      first: { number: 2, lastWord: first.words.at(-1) },
    });

    assert.ok(end.end === 'done' && end.adopted);
    assert.deepEqual(await copies(room), [end.messageId]);
    await assertWhole(room, MESSAGE);
  });
});

for (const [when, applied] of [
  ['before the copy before it is removed', 'not'],
  ['after the copy before it was removed', 'before'],
] as const) {
  test(`a worker that dies ${when} leaves one whole message behind`, async (context) => {
    await withPartial(context, async (room, input, partial) => {
      room.tenant.setMaxMessageBytes(ALICE.id, 35_000_000);
      room.tenant.order({ kind: 'messages.purge', outcome: 'reset', applied });
      const first = anAttempt();
      const cut = await room.mailboxes.importCopy(input, first);
      assert.equal(cut.end, 'again');
      assert.equal((await copies(room)).length, applied === 'not' ? 2 : 1);

      const { end } = await drive(room, input, {
        first: { number: 2, lastWord: first.words.at(-1) },
      });

      assert.ok(end.end === 'done' && end.adopted);
      assert.ok(end.removed.includes(partial.messageId));
      assert.deepEqual(await copies(room), [end.messageId]);
      await assertWhole(room, MESSAGE);
    });
  });
}

test('a run that was ended by hand in the middle is taken up by the next one', async (context) => {
  await withPartial(context, async (room, input) => {
    room.tenant.setMaxMessageBytes(ALICE.id, 35_000_000);
    room.tenant.order({ kind: 'messages.purge', outcome: 'reset', applied: 'not' });
    await room.mailboxes.importCopy(input, anAttempt());
    assert.equal((await copies(room)).length, 2);

    const end = await room.another().importCopy(input, anAttempt());

    assert.ok(end.end === 'done' && end.adopted);
    assert.deepEqual(await copies(room), [end.messageId]);
  });
});

test('where removing only moves a message, the copy before is told and never adopted', async (context) => {
  await withPartial(
    context,
    async (room, input, partial) => {
      room.tenant.setMaxMessageBytes(ALICE.id, 35_000_000);

      const end = await room.mailboxes.importCopy(input, anAttempt());

      assert.ok(end.end === 'done');
      assert.ok(end.removed.includes(partial.messageId));
      await assertWhole(room, MESSAGE);
      const later = anInput(MESSAGE, { isFresh: false, removed: end.removed });
      const again = await room.another().importCopy(later, anAttempt());
      assert.ok(again.end === 'done');
      assert.deepEqual([again.messageId, again.adopted], [end.messageId, true]);
    },
    { cloud: 'usgov' },
  );
});

test('a year has a folder of its own beside the usual one, made once', async (context) => {
  const room = await mailboxRoom(context);
  const of = (at: string, itemKey: string) => {
    const message = aMessage({ at, itemKey });
    return anInput(message, { year: at.slice(0, 4) });
  };
  const ends = [
    await room.mailboxes.importCopy(of('2025-12-31T23:00:00Z', 'a'.repeat(64)), anAttempt()),
    await room.mailboxes.importCopy(of('2026-01-01T01:00:00Z', 'b'.repeat(64)), anAttempt()),
    await room.another().importCopy(of('2026-02-01T01:00:00Z', 'c'.repeat(64)), anAttempt()),
    await room.mailboxes.importCopy(anInput(aMessage()), anAttempt()),
  ];

  assert.ok(ends.every(({ end }) => end === 'done'));
  const { json } = await room.ask('GET', `/users/${ALICE.id}/mailFolders?$top=100`);
  const folders = (json.value as unknown as { displayName: string; totalItemCount: number }[])
    .filter(({ displayName }) => displayName.startsWith(FOLDER))
    .map(
      ({ displayName, totalItemCount }) => `${displayName.slice(FOLDER.length)}: ${totalItemCount}`,
    );
  assert.deepEqual(folders.sort(), [' 2025: 1', ' 2026: 2', ': 1']);
});
