import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory } from '../../../src/directory/directory.ts';
import { users } from '../../../src/directory/users.ts';
import type { Mailboxes } from '../../support/mailbox-room.ts';
import { aMessage, anAttempt, anInput, keyOf, mailboxRoom } from '../../support/mailbox-room.ts';
import { ALICE } from '../../support/test-tenant.ts';

const MAILBOXES = 20;
const ITEMS = 1_000;
/** Items that a day has in flight. */
const AT_ONCE = 50;

test('a clean day of 1,000 items to 20 mailboxes asks Graph at most 1.05 times a copy', async (context) => {
  const people = Array.from({ length: MAILBOXES }, (_, at) => ({
    ...ALICE,
    id: `000000${String(at).padStart(2, '0')}-0000-4000-8000-000000000000`,
    userPrincipalName: `user${at}@example.com`,
    mail: `user${at}@example.com`,
  }));
  const room = await mailboxRoom(context, { users: people, createTimeoutMs: 60_000 });
  await day(room.mailboxes, 'yesterday', MAILBOXES);

  const today = room.another();
  await day(today, 'today', ITEMS);

  const requests = today.client.requests();
  assert.ok(requests <= ITEMS * 1.05, `${requests} requests`);
  const { text } = await room.ask('GET', `/users/${people[7]!.id}/messages/$count`);
  assert.equal(Number(text), (ITEMS + MAILBOXES) / MAILBOXES);
});

/** Each item is mapped by its address and imported, as the activities do. */
async function day(into: Mailboxes, run: string, items: number): Promise<void> {
  const who = directory({
    users: users({
      read: (path, query) => into.reads.read(path, query),
      answers: (user, inRun) => into.folders.answers(user, inRun),
    }),
    mapping: async () => null,
    automatic: true,
    custom: true,
  });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = next++; item < items; item = next++) {
      const address = `user${item % MAILBOXES}@example.com`;
      const { mailbox } = await who.route({ number: null, address }, '2026-11-21T09:15:42Z', run);
      assert.ok(mailbox !== null);
      const message = aMessage({ itemKey: keyOf(item + (run === 'today' ? 100_000 : 0)) });
      await imported(into, anInput(message, { run, mailboxId: mailbox.id }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function imported(into: Mailboxes, input: ReturnType<typeof anInput>): Promise<void> {
  let attempt = anAttempt();
  for (;;) {
    const end = await into.importCopy(input, attempt);
    if (end.end === 'done') return;
    assert.ok(end.end === 'again' && end.reason === 'throttled', JSON.stringify(end));
    await new Promise((resolve) => setTimeout(resolve, 20));
    attempt = anAttempt({ number: attempt.number + 1, lastWord: attempt.words.at(-1) });
  }
}
