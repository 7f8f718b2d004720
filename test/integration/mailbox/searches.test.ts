import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Item, Party } from '../../../src/domain/item.ts';
import { composeMessage } from '../../../src/message/compose.ts';
import { anAttempt, anInput, keyOf, mailboxRoom } from '../../support/mailbox-room.ts';
import type { Room } from '../../support/mailbox-room.ts';
import { ALICE as MAILBOX } from '../../support/test-tenant.ts';
import { aCall, aFile, ALICE, anMms, anSms, BOB, OPTIONS } from '../../unit/message/items.ts';

/** What an administrator looks for, and how docs/searching.md tells them to ask Graph. */
const PAGE = readFileSync(new URL('../../../docs/searching.md', import.meta.url), 'utf8');
const ITEM_CLASS = 'IPM.Note.O2';
const PHOTO = aFile({ name: 'harbour.jpg' });
/** Known by number only. */
const CUSTOMER: Party = {
  ...BOB,
  number: '+447700900125',
  address: null,
  name: 'Zoë Customer',
};
/** Whose phone captured it, and who is neither sender nor recipient. */
const CAROL: Party = {
  ...BOB,
  role: 'owner',
  number: null,
  numberClass: 'withheld',
  address: 'carol@example.com',
  name: null,
};
const FROM_BOB: Pick<Item, 'direction' | 'parties'> = {
  direction: 'inbound',
  parties: [
    { ...BOB, role: 'from' },
    { ...ALICE, role: 'to' },
  ],
};

/** A small archive of Alice's mailbox, by name. */
const ITEMS: Readonly<Record<string, Item>> = {
  question: anSms({ threadId: 't-1', sourceId: '1699', text: 'Wheat at 212?' }),
  answer: anSms({ ...FROM_BOB, threadId: 't-1', at: '2026-11-23T09:20:00Z', text: 'Done' }),
  edit: anSms({
    threadId: 't-1',
    event: 'edit',
    sourceId: 'EDIT-1702',
    originalSourceId: '1699',
    at: '2026-11-24T00:00:00Z',
    text: 'Edited Text: Wheat at 213?',
  }),
  photo: anMms([PHOTO], { ...FROM_BOB, threadId: null, at: '2026-11-24T08:00:00Z', text: '' }),
  call: aCall(
    { statusAsSent: 'Call OK' },
    { at: '2026-11-24T23:59:59Z', parties: [ALICE, CUSTOMER], sourceId: 'c-1' },
  ),
  foreign: anSms({
    ...FROM_BOB,
    threadId: null,
    at: '2026-11-25T00:00:00Z',
    parties: [
      { ...CUSTOMER, role: 'from' },
      { ...ALICE, role: 'to' },
    ],
    text: 'Wheat, please.',
  }),
  beside: anSms({
    threadId: null,
    owner: 'carol@example.com',
    direction: 'unknown',
    parties: [
      { ...CUSTOMER, number: '+447700900126', role: 'from' },
      { ...BOB, role: 'to' },
      CAROL,
    ],
    at: '2026-11-22T10:00:00Z',
    text: 'For the desk.',
  }),
};
const NAMES = Object.keys(ITEMS);
const keyOfName = (name: string) => keyOf(NAMES.indexOf(name));

interface Search {
  readonly question: string;
  /** As it stands in docs/searching.md; `<…>` is filled in by the test. */
  readonly graph: string;
  readonly finds: readonly string[];
}

const SEARCHES: readonly Search[] = [
  {
    question: 'all of a kind',
    graph: "$filter=categories/any(c:c eq 'O2 call')",
    finds: ['call'],
  },
  {
    question: 'all of a class',
    graph:
      "$filter=singleValueExtendedProperties/any(p:p/id eq 'String 0x001A' and p/value eq 'IPM.Note.O2')",
    finds: NAMES,
  },
  {
    question: 'all that a person took part in',
    graph: '$search="participants:bob@example.com"',
    finds: ['question', 'answer', 'edit', 'photo', 'beside'],
  },
  {
    question: 'the same, and all that their phone captured',
    graph: '$search="carol@example.com"',
    finds: ['beside'],
  },
  {
    question: 'all that a person sent',
    graph: "$filter=from/emailAddress/address eq 'bob@example.com'",
    finds: ['answer', 'photo'],
  },
  {
    question: 'all that a person received',
    graph: '$search="to:bob@example.com"',
    finds: ['question', 'edit', 'beside'],
  },
  {
    question: 'all of a number',
    graph: '$search="447700900125"',
    finds: ['call', 'foreign'],
  },
  {
    question: 'all that a number sent',
    graph: '$search="from:447700900125"',
    finds: ['foreign'],
  },
  {
    question: 'all of a day (UTC)',
    graph:
      '$filter=receivedDateTime ge 2026-11-24T00:00:00Z and receivedDateTime lt 2026-11-25T00:00:00Z',
    finds: ['edit', 'photo', 'call'],
  },
  {
    question: 'all from a day on',
    graph: '$search="sent>=2026-11-25"',
    finds: ['foreign'],
  },
  {
    question: 'a kind on a day',
    graph:
      "$filter=receivedDateTime ge 2026-11-24T00:00:00Z and receivedDateTime lt 2026-11-25T00:00:00Z and categories/any(c:c eq 'O2 SMS')",
    finds: ['edit'],
  },
  {
    question: 'a thread',
    graph: "$filter=conversationId eq '<conversationId of one of its messages>'",
    finds: ['question', 'answer', 'edit'],
  },
  {
    question: "a thread by the vendor's id",
    graph: '$search="body:t-1"',
    finds: ['question', 'answer', 'edit'],
  },
  {
    question: 'a message with its edits and deletions',
    graph: '$search="body:1699"',
    finds: ['question', 'edit'],
  },
  {
    question: 'what was said',
    graph: '$search="wheat AND NOT body:212"',
    finds: ['edit', 'foreign'],
  },
  {
    question: 'a file by its name',
    graph: '$search="attachment:harbour*"',
    finds: ['photo'],
  },
  {
    question: 'one item by its key',
    graph:
      "$filter=singleValueExtendedProperties/any(p:p/id eq 'String {8d6f2a54-1c3e-4b7a-9e15-6f0c2b9d4a71} Name ArchiveKey' and p/value eq '<item key>')",
    finds: ['question'],
  },
  {
    question: 'one item by its Message-ID',
    graph: "$filter=internetMessageId eq '<<item key>@o2-archive.example.com>'",
    finds: ['question'],
  },
];

test('an administrator finds all of a kind, a class, a person, a number, a thread and a day', async (context) => {
  const room = await mailboxRoom(context);
  for (const name of NAMES) await archive(room, name);
  const all = await ask(room, '$select=conversationId,internetMessageId&$top=100');
  assert.deepEqual(namesOf(all), NAMES.toSorted());
  const question = all.find(({ internetMessageId }) =>
    internetMessageId.includes(keyOfName('question')),
  );

  for (const { question: asked, graph, finds } of SEARCHES) {
    await context.test(asked, async () => {
      const filled = graph
        .replace('<conversationId of one of its messages>', question?.conversationId ?? '')
        .replace('<item key>', keyOfName('question'));

      assert.deepEqual(namesOf(await ask(room, filled)), finds.toSorted());
    });
  }
});

test("docs/searching.md's search by the bare address finds what participants: finds, and no more", async (context) => {
  const room = await mailboxRoom(context);
  for (const name of NAMES) await archive(room, name);

  for (const address of ['alice@example.com', 'bob@example.com']) {
    const bare = namesOf(await ask(room, `$search="${address}"`));

    assert.deepEqual(bare, namesOf(await ask(room, `$search="participants:${address}"`)));
  }
  assert.deepEqual(namesOf(await ask(room, '$search="participants:carol@example.com"')), []);
});

test('docs/searching.md has a row for each search that was tried, and names no other as tried', () => {
  const tried = PAGE.split('\n').filter((line) => line.includes('| `$'));

  for (const { question, graph } of SEARCHES) {
    const rows = tried.filter((row) => row.split('|')[1]?.trim() === question);
    assert.equal(rows.length, 1, `one row for "${question}"`);
    assert.ok(rows[0]!.includes(`\`${graph}\``), `the row of "${question}" has another search`);
  }
  assert.equal(tried.length, SEARCHES.length);
});

async function archive(room: Room, name: string): Promise<void> {
  const item = ITEMS[name]!;
  const itemKey = keyOfName(name);
  const message = composeMessage(item, { ...OPTIONS, itemKey, itemClass: ITEM_CLASS });
  const openAttachment = () => Promise.resolve(PHOTO.bytes);
  const end = await room.mailboxes.importCopy(anInput(message, { openAttachment }), anAttempt());
  assert.equal(end.end, 'done');
}

interface Hit {
  readonly conversationId: string;
  readonly internetMessageId: string;
}

async function ask(room: Room, options: string): Promise<readonly Hit[]> {
  const query = options
    .split(/&(?=\$)/)
    .map((option) => {
      const [name = ''] = option.split('=', 1);
      return `${name}=${encodeURIComponent(option.slice(name.length + 1))}`;
    })
    .join('&');
  const answer = await room.ask('GET', `/users/${MAILBOX.id}/messages?${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json.value;
}

function namesOf(hits: readonly Hit[]): string[] {
  return hits
    .map(({ internetMessageId }) =>
      NAMES.find((name) => internetMessageId.startsWith(`<${keyOfName(name)}@`)),
    )
    .map((name) => name ?? 'a stranger')
    .sort();
}
