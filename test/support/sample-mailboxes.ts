import assert from 'node:assert/strict';
import { sampleExpectation, type ExpectedItem } from '../../sandbox/sample/expectation.ts';
import type { IndexEntry } from '../../src/domain/index-entry.ts';
import { administrator, type FoundMessage } from './administrator.ts';
import type { Office } from './office.ts';

const CATEGORIES = { sms: 'O2 SMS', mms: 'O2 MMS', call: 'O2 call' } as const;
export const MESSAGE_ID_DOMAIN = 'o2-archive.example.com';

/** An item of the sample day and how the product indexed it. */
export interface StagedItem extends ExpectedItem {
  readonly indexed: IndexEntry;
}

/** The expectation of each entry joined with its place in the day's indexes, by package and name. */
export async function stagedSample(office: Office, day: string): Promise<StagedItem[]> {
  const indexed = new Map<string, IndexEntry>();
  for (const { path, package: name } of await office.staging.packages.listIndexes(day)) {
    const { items } = await office.staging.packages.readIndex(path);
    for (const entry of items) indexed.set(`${name}/${entry.name}`, entry);
  }
  const staged = sampleExpectation(day).map((item) => {
    const entry = indexed.get(`${item.package}/${item.entry}`);
    assert.ok(entry, `${item.label} is in no index`);
    return { ...item, indexed: entry };
  });
  assert.equal(indexed.size, staged.length, 'the indexes name entries that nobody delivered');
  return staged;
}

/** Without the entries that were delivered before. */
export function firstDeliveries(items: readonly StagedItem[]): StagedItem[] {
  return items.filter(({ flags }) => !flags.includes('delivered-before'));
}

/**
 * Asserts that every mailbox of the tenant holds exactly the messages it should, once, each as the
 * item says. `also` names the users who got an item since: held ones that came home.
 */
export async function assertMailboxes(
  office: Office,
  items: readonly StagedItem[],
  also: (item: ExpectedItem) => readonly string[] = () => [],
): Promise<void> {
  const admin = administrator(office);
  const told = firstDeliveries(items);
  for (const user of await admin.users()) {
    const expected = told.filter((item) => [...item.mailboxes, ...also(item)].includes(user));
    const found = await admin.mailbox(user);
    if (found === null) {
      assert.deepEqual(expected, [], `the user ${user} has no mailbox for its items`);
      continue;
    }
    assert.equal(found.folder !== null, expected.length > 0, `the folder of ${user}`);
    assert.equal(found.elsewhere, 0, `messages outside the folder of ${user}`);
    assert.deepEqual(
      found.messages.map(({ internetMessageId }) => internetMessageId).sort(),
      expected.map(messageIdOf).sort(),
      `the messages of ${user}`,
    );
    const byId = new Map(found.messages.map((message) => [message.internetMessageId, message]));
    for (const item of expected) assertMessage(byId.get(messageIdOf(item)), item);
  }
}

function messageIdOf({ indexed }: StagedItem): string {
  return `<${indexed.itemKey}@${MESSAGE_ID_DOMAIN}>`;
}

function assertMessage(message: FoundMessage | undefined, item: StagedItem): void {
  const { label } = item;
  assert.ok(message, label);
  const { isDraft, isRead, receivedAt, sentAt, categories, archiveKey } = message;
  assert.deepEqual(
    { isDraft, isRead, receivedAt, sentAt, categories, archiveKey },
    {
      isDraft: false,
      isRead: true,
      receivedAt: item.at,
      sentAt: item.at,
      categories: [CATEGORIES[item.kind]],
      archiveKey: item.indexed.itemKey,
    },
    label,
  );
  assert.ok(message.text.includes(item.text), `${label}: the text is not whole`);
  assert.deepEqual(message.attachments, namedApart(item.attachments), label);
}

/** As in the mailbox: of two files with one name the second gets a counter. */
function namedApart(attachments: ExpectedItem['attachments']): FoundMessage['attachments'] {
  const count = new Map<string, number>();
  return attachments.map(({ name, sha256 }) => {
    const times = (count.get(name) ?? 0) + 1;
    count.set(name, times);
    const apart = times === 1 ? name : name.replace(/(\.\w+)$/, ` (${String(times)})$1`);
    return { name: apart, sha256 };
  });
}
