import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ItemRow } from '../../../src/cli/item-rows.ts';
import type { ItemDocument } from '../../../src/cli/item-text.ts';
import type { Receipt } from '../../../src/domain/receipt.ts';
import { booksOf } from '../../../src/domain/report.ts';
import type { Users } from '../../../src/directory/users.ts';
import type { Staging } from '../../../src/staging/staging.ts';
import { aReceipt, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';
import { memoryStaging } from '../../support/memory-staging.ts';
import { typed } from './typed.ts';

const KEY = keyOf(1);
const LATER = '2026-11-24';

/** A command with staging alone: no Temporal, no site, no tenant. */
const run = (staging: Staging, ...argv: string[]) =>
  typed(argv, {
    openStaging: async () => staging,
    now: () => Date.parse('2036-12-24T09:00:00Z'),
  });

const item = (staging: Staging, ...argv: string[]) => run(staging, 'item', ...argv);

/** An item that was held, archived, and delivered again on an earlier and on a much later day. */
async function aLife(): Promise<Staging> {
  const staging = memoryStaging();
  await staging.packages.writeIndex(anIndex([anEntry(KEY)]));
  const facts = { itemSha256: 'bb', converter: '1', home: DAY, package: 'p' };
  await staging.messages.write(KEY, bytes('message'), facts);
  const write = (day: string, over: Partial<Receipt>) =>
    staging.receipts.write(day, aReceipt({ itemKey: KEY, ...over }));
  await write(DAY, {
    outcome: 'unmapped',
    reason: 'no-user',
    held: [{ role: 'to', position: 0, reason: 'no-user', person: 'p' }],
    writtenAt: '2026-11-24T02:00:00Z',
  });
  await write(DAY, {
    outcome: 'partial',
    mailboxes: [
      {
        id: 'ada',
        messageId: 'AAMk1',
        rule: 'custom',
        mappingVersion: 'v2',
        at: '2026-11-25T02:00:00Z',
        outcome: 'partial',
        reason: null,
        omitted: [1],
        removed: ['AAMk0'],
      },
    ],
    steps: [
      {
        step: 'import',
        attempts: 3,
        startedAt: '2026-11-25T02:00:00Z',
        endedAt: '2026-11-25T02:01:00Z',
      },
    ],
    writtenAt: '2026-11-25T02:01:00Z',
  });
  await write('2031-01-05', { outcome: 'skipped', writtenAt: '2031-01-06T02:00:00Z' });
  await write('2026-11-20', { outcome: 'skipped', writtenAt: '2026-11-26T02:00:00Z' });
  // Somebody else's.
  await staging.receipts.write('2026-11-21', aReceipt({ itemKey: keyOf(2) }));
  return staging;
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

describe('the whole life of an item', () => {
  it('is told from the receipts of all days, its home’s first, without Temporal', async () => {
    const { code, out } = await item(await aLife(), KEY, '--json');

    const document = JSON.parse(out) as ItemDocument;
    assert.equal(code, 0);
    assert.deepEqual(
      document.receipts.map(({ day, number, outcome }) => [day, number, outcome]),
      [
        [DAY, 1, 'unmapped'],
        [DAY, 2, 'partial'],
        ['2026-11-20', 1, 'skipped'],
        ['2031-01-05', 1, 'skipped'],
      ],
    );
    assert.equal(document.package.sha256, 'aa');
    assert.deepEqual(document.alsoIn, []);
    assert.match(document.package.path, /^packages\/2026\/11\/23\/.+\/1\.zip$/);
    assert.equal(document.workflow.status, null);
  });

  it('reads from top to bottom: bytes, then each receipt with its copies, steps and what is missing', async () => {
    const { out } = await item(await aLife(), '--message-id', `<${KEY}@o2-archive.example.com>`);

    const places = [
      'package  packages/2026/11/23/',
      'item     entry',
      'message  messages/',
      'Temporal tells nothing of it',
      '2026-11-24T02:00:00Z  unmapped',
      'held: recipient 1, no-user',
      '2026-11-25T02:01:00Z  partial',
      'AAMk1',
      'without attachment 2 of the item, over a limit of the mailbox or limits.maxItemBytes:',
      'removed on the way, incomplete: AAMk0',
      '3 attempts',
      '2026-11-26T02:00:00Z  skipped, delivered again',
      '2031-01-06T02:00:00Z  skipped, delivered again',
    ].map((words) => out.indexOf(words));
    assert.ok(!places.includes(-1), out);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });

  it('says who is held by part and place, for no receipt names anybody', async () => {
    const staging = await aLife();
    const held = [
      { role: 'from', position: 0, reason: 'no-user', person: 'p' },
      { role: 'to', position: 2, reason: 'no-user', person: 'q' },
      { role: 'owner', position: 0, reason: 'no-mailbox', person: 'r' },
    ] as const;
    await staging.receipts.write(DAY, aReceipt({ itemKey: KEY, outcome: 'unmapped', held }));

    const { out } = await item(staging, KEY);

    assert.match(out, /^held: the sender, no-user/m);
    assert.match(out, /^held: recipient 3, no-user/m);
    assert.match(out, /^held: whose phone it was, no-mailbox/m);
  });

  it('shows whose mailbox it is where the tenant tells, and asks for people only', async () => {
    const staging = await aLife();
    const asked: string[] = [];
    const withTenant = (...argv: string[]) =>
      typed(['item', KEY, ...argv], {
        openStaging: () => Promise.resolve(staging),
        openUsers: () =>
          Promise.resolve({
            addressOf: (user: string) => (asked.push(user), Promise.resolve('ada@example.com')),
          } as unknown as Users),
      });

    const json = await withTenant('--json');
    const askedByJson = [...asked];
    const { out } = await withTenant();

    assert.deepEqual(askedByJson, []);
    assert.ok(!json.out.includes('ada@example.com'));
    assert.deepEqual(asked, ['ada']);
    assert.match(out, /^mailbox +of +outcome/m);
    assert.match(out, /^ada +ada@example\.com +partial/m);
    assert.doesNotMatch((await item(staging, KEY)).out, /^mailbox +of/m);
  });

  it('names the package of its receipt, and each later delivery beside it', async () => {
    const staging = memoryStaging();
    const write = (name: string, day: string, entry: string, delivery = 1) =>
      staging.packages.writeIndex(
        anIndex([anEntry(KEY, { name: entry })], { package: name, day, delivery }),
      );
    await write('b-first', DAY, 'origin.eml');
    // Sorts before the one that it was imported from.
    await write('a-late', DAY, 'late.eml', 2);
    await write('c-later', LATER, 'later.eml');
    const origin = { package: 'packages/2026/11/23/b-first/1.zip', packageSha256: 'origin-sha' };
    await staging.receipts.write(DAY, aReceipt({ itemKey: KEY, ...origin }));
    await staging.receipts.write(LATER, aReceipt({ itemKey: KEY, outcome: 'skipped' }));
    const facts = { itemSha256: 'bb', converter: '1', home: DAY, package: origin.package };
    await staging.messages.write(KEY, bytes('message'), facts);

    const document = JSON.parse((await item(staging, KEY, '--json')).out) as ItemDocument;
    const { out } = await item(staging, KEY);

    assert.deepEqual(document.package, {
      name: 'b-first',
      delivery: 1,
      path: origin.package,
      sha256: 'origin-sha',
      index: 'packages/2026/11/23/b-first/1.index.json',
      entry: 'origin.eml',
    });
    assert.deepEqual(document.alsoIn, [
      { package: 'a-late', delivery: 2, day: DAY, entry: 'late.eml' },
      { package: 'c-later', delivery: 1, day: LATER, entry: 'later.eml' },
    ]);
    assert.match(out, /also delivered in a-late, delivery 2 \(2026-11-23\), entry late\.eml/);
    assert.match(out, /also delivered in c-later \(2026-11-24\), entry later\.eml/);
  });

  it('finds the home of one that could not be read by the receipt of a later delivery', async () => {
    const staging = memoryStaging();
    const unreadable = anEntry(KEY, { problem: 'unreadable' });
    await staging.packages.writeIndex(anIndex([unreadable], { package: 'first' }));
    await staging.packages.writeIndex(anIndex([unreadable], { package: 'again', day: LATER }));
    const path = 'packages/2026/11/23/first/1.zip';
    await staging.receipts.write(
      DAY,
      aReceipt({ itemKey: KEY, package: path, outcome: 'failed', reason: 'unreadable' }),
    );
    await staging.receipts.write(LATER, aReceipt({ itemKey: KEY, outcome: 'skipped' }));

    const { out } = await item(staging, KEY, '--day', LATER, '--json');

    const document = JSON.parse(out) as ItemDocument;
    assert.deepEqual([document.home, document.package.path], [DAY, path]);
    assert.deepEqual(
      document.alsoIn.map(({ package: name, day }) => [name, day]),
      [['again', LATER]],
    );
  });
});

/** A day of four entries: one archived, which lies in two packages, one of an earlier day, one open. */
async function aDay(): Promise<Staging> {
  const staging = memoryStaging();
  const [home, elsewhere, open] = [keyOf(1), keyOf(2), keyOf(3)];
  const index = (name: string, entries: readonly string[], day = DAY) =>
    staging.packages.writeIndex(
      anIndex(
        entries.map((key) => anEntry(key, { name: `${name}-${key.slice(-1)}.eml` })),
        { package: name, day },
      ),
    );
  await index('z-before', [elsewhere], '2026-11-22');
  await index('a-again', [home, elsewhere]);
  await index('b-first', [home, open]);
  await staging.receipts.write(
    DAY,
    aReceipt({ itemKey: home, package: 'packages/2026/11/23/b-first/1.zip' }),
  );
  const path = 'packages/2026/11/22/z-before/1.zip';
  const before = { itemKey: elsewhere, home: '2026-11-22' };
  await staging.receipts.write('2026-11-22', aReceipt({ ...before, package: path }));
  await staging.receipts.write(DAY, aReceipt({ ...before, outcome: 'skipped' }));
  return staging;
}

describe('the items of a day', () => {
  it('have a row for each entry; a repeated one is skipped and says where the item was first', async () => {
    const { out } = await run(await aDay(), 'items', '--day', DAY, '--json');

    const { items } = JSON.parse(out) as { items: ItemRow[] };
    const firstIn = { package: 'b-first', delivery: 1, day: DAY };
    const before = { package: 'z-before', delivery: 1, day: '2026-11-22' };
    assert.deepEqual(
      items.map((row) => [row.outcome, row.package, row.entry, row.firstIn]),
      [
        ['imported', 'b-first', 'b-first-1.eml', null],
        ['skipped', 'a-again', 'a-again-1.eml', firstIn],
        ['skipped', 'a-again', 'a-again-2.eml', before],
        ['open', 'b-first', 'b-first-3.eml', null],
      ],
    );
  });

  it('are as many by outcome as the books count, and the footer counts all of them', async () => {
    const staging = await aDay();
    const listed = await staging.packages.listIndexes(DAY);
    const indexes = await Promise.all(listed.map(({ path }) => staging.packages.readIndex(path)));
    const { books } = booksOf(DAY, indexes, await staging.receipts.latest(DAY));

    const all = await run(staging, 'items', '--day', DAY);
    const skipped = await run(staging, 'items', '--day', DAY, '--outcome', 'skipped');
    const imported = await run(staging, 'items', '--day', DAY, '--outcome', 'imported');

    assert.deepEqual([books.items, books.skipped], [4, 2]);
    assert.match(all.out, /^4 items of 4\./m);
    assert.match(skipped.out, /^2 items of 4\./m);
    assert.match(skipped.out, /first in\n/);
    assert.match(skipped.out, /b-first \(2026-11-23\)\n/);
    assert.match(skipped.out, /z-before \(2026-11-22\)\n/);
    assert.match(imported.out, /^1 item of 4\./m);
    assert.doesNotMatch(imported.out, /first in/);
  });

  it('count an entry that comes twice in one package twice, and keep both open without a receipt', async () => {
    const staging = memoryStaging();
    const twice = (key: string) => [
      anEntry(key, { name: 'x.eml' }),
      anEntry(key, { name: 'y.eml', offset: 300 }),
    ];
    await staging.packages.writeIndex(anIndex([...twice(keyOf(1)), ...twice(keyOf(2))]));
    await staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(1) }));

    const { out } = await run(staging, 'items', '--day', DAY, '--json');

    const { items } = JSON.parse(out) as { items: ItemRow[] };
    assert.deepEqual(
      items.map(({ outcome, entry }) => [outcome, entry]),
      [
        ['imported', 'x.eml'],
        ['skipped', 'y.eml'],
        ['open', 'x.eml'],
        ['open', 'y.eml'],
      ],
    );
  });

  it('are listed as waived where only some of their copies are, with what is open too', async () => {
    const staging = memoryStaging();
    const waived = { by: 'ann@desk', reason: 'has left', at: '2026-11-25T10:00:00Z' };
    const held = { role: 'to', position: 0, reason: 'no-user', person: 'p' } as const;
    await staging.packages.writeIndex(anIndex([1, 2, 3].map((number) => anEntry(keyOf(number)))));
    const write = (number: number, over: Partial<Receipt>) =>
      staging.receipts.write(DAY, aReceipt({ itemKey: keyOf(number), mailboxes: [], ...over }));
    await write(1, { outcome: 'waived', held: [{ ...held, waived }], waived });
    const open = { ...held, position: 1, reason: 'no-mailbox' } as const;
    await write(2, {
      outcome: 'unmapped',
      reason: 'no-mailbox',
      held: [{ ...held, waived }, open],
    });
    await write(3, { outcome: 'unmapped', reason: 'no-user', held: [held] });

    const { out } = await run(staging, 'items', '--day', DAY, '--outcome', 'waived');
    const unmapped = await run(staging, 'items', '--day', DAY, '--outcome', 'unmapped');

    assert.match(out, /^2 items of 3\./m);
    assert.match(out, /waived +ann@desk: has left +0 +0/);
    assert.match(out, /unmapped +no-mailbox; 1 copy waived, ann@desk: has left +0 +1/);
    assert.match(unmapped.out, /^2 items of 3\./m);
  });

  it('are listed once for each package when asked for by the day they were sent', async () => {
    const { out } = await run(await aDay(), 'items', '--sent', DAY, '--json');

    const { items } = JSON.parse(out) as { items: ItemRow[] };
    assert.deepEqual(
      items.filter(({ itemKey }) => itemKey === keyOf(2)).map((row) => [row.day, row.outcome]),
      [
        ['2026-11-22', 'imported'],
        [DAY, 'skipped'],
      ],
    );
  });
});
