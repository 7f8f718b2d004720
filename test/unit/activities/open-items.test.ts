import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { listSlices, openItems, type SlicePage } from '../../../src/activities/open-items.ts';
import { REASONS, type Reason } from '../../../src/domain/reason.ts';
import type { ItemOutcome, Receipt } from '../../../src/domain/receipt.ts';
import type { RetryChoice, Slice } from '../../../src/workflows/contracts.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aReceipt, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';
import { memoryStaging } from '../../support/memory-staging.ts';

/** What may be gone by itself; everything else waits for a person, or for the daily look at people. */
const HAS_A_CHANCE: readonly Reason[] = [
  'mailbox-full',
  'mailbox-moving',
  'throttled',
  'not-permitted',
  'tenant-unavailable',
  'staging-corrupt',
  'interrupted',
];
const OF_MAPPING: readonly Reason[] = ['no-user', 'ambiguous-address', 'no-mailbox'];
const ALL_REASONS = Object.keys(REASONS) as Reason[];

/** How an item ended, or null when it has no receipt. */
type Ended = { outcome: ItemOutcome; copies: (Reason | null)[]; reason: Reason | null } | null;

const reason = fc.constantFrom(...ALL_REASONS);
const ended: fc.Arbitrary<Ended> = fc.oneof(
  fc.constant(null),
  fc.record({
    outcome: fc.constantFrom<ItemOutcome>('imported', 'partial', 'skipped', 'waived'),
    copies: fc.array(fc.constant(null), { maxLength: 3 }),
    reason: fc.constant(null),
  }),
  fc.record({
    outcome: fc.constantFrom<ItemOutcome>('unmapped', 'failed'),
    copies: fc.array(fc.option(reason), { maxLength: 3 }),
    reason,
  }),
);

function receiptOf(itemKey: string, { outcome, copies, reason: why }: NonNullable<Ended>): Receipt {
  return aReceipt({
    itemKey,
    outcome,
    reason: why,
    mailboxes: copies.map((failed, at) => ({
      id: String(at),
      messageId: null,
      rule: 'custom',
      mappingVersion: null,
      at: '',
      outcome: failed === null ? 'imported' : 'failed',
      reason: failed,
    })),
  });
}

/** The slice of an index whose items ended so; the first receipts have older ones before them. */
async function staged(items: readonly Ended[], from = 0, to = items.length) {
  const staging = memoryStaging();
  const path = await staging.packages.writeIndex(
    anIndex(items.map((_, at) => anEntry(keyOf(at + 1)))),
  );
  for (const [at, item] of items.entries()) {
    if (item === null) continue;
    const itemKey = keyOf(at + 1);
    await staging.receipts.write(
      DAY,
      aReceipt({ itemKey, outcome: 'failed', reason: 'throttled' }),
    );
    await staging.receipts.write(DAY, receiptOf(itemKey, item));
  }
  const slice: Slice = { day: DAY, index: path, from, to };
  const ask = (
    more: {
      retry?: RetryChoice;
      onlyKeys?: string[];
      request?: string;
      withoutReceipt?: true;
    } = {},
  ) =>
    runActivity(openItems(only(fakeConnector({ staging }))), {
      connector: 'o2',
      slice,
      ...more,
    });
  return { ask, staging, slice };
}

const namesOf = (items: readonly { itemKey: string }[]) =>
  items.map(({ itemKey }) => Number.parseInt(itemKey, 16) - 1);

describe('the items of a slice that are started', () => {
  it('are exactly those without a receipt, and those not archived that have a chance now', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ended, { minLength: 1, maxLength: 30 }), async (items) => {
        const { ask } = await staged(items);

        const open = await ask();

        const expected = items.flatMap((item, at) => {
          if (item === null) return [at];
          if (['imported', 'partial', 'skipped', 'waived'].includes(item.outcome)) return [];
          const hasChance = (why: Reason | null) => why !== null && HAS_A_CHANCE.includes(why);
          // A mailbox that was there when the item was mapped may be there again.
          const isGone = item.copies.some((why) => why !== null && OF_MAPPING.includes(why));
          return hasChance(item.reason) || item.copies.some(hasChance) || isGone ? [at] : [];
        });
        assert.deepEqual(namesOf(open.items), expected);
        assert.equal(open.unchanged, items.length - expected.length);
        const closed = items.filter((item, at) => item !== null && !expected.includes(at));
        const red = closed.filter((item) => ['unmapped', 'failed'].includes(item!.outcome));
        assert.equal(open.notArchived, red.length);
      }),
      { numRuns: 100, verbose: true },
    );
  });

  it('are with a retry all that are not archived, or those of the outcome or key asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ended, { minLength: 1, maxLength: 20 }), async (items) => {
        const { ask } = await staged(items);
        const where = (is: (item: NonNullable<Ended>, at: number) => boolean) =>
          items.flatMap((item, at) => (item === null || is(item, at) ? [at] : []));
        const isRed = ({ outcome }: NonNullable<Ended>) =>
          outcome === 'unmapped' || outcome === 'failed';

        const all = await ask({ retry: {} });
        const failed = await ask({ retry: { outcome: 'failed' } });
        const unmapped = await ask({ retry: { outcome: 'unmapped' } });
        const one = await ask({ retry: { itemKey: keyOf(1) } });

        assert.deepEqual(namesOf(all.items), where(isRed));
        assert.deepEqual(
          namesOf(failed.items),
          where(({ outcome }) => outcome === 'failed'),
        );
        assert.deepEqual(
          namesOf(unmapped.items),
          where(({ outcome }) => outcome === 'unmapped'),
        );
        assert.deepEqual(
          namesOf(one.items),
          where((item, at) => at === 0 && isRed(item)),
        );
      }),
      { numRuns: 50, verbose: true },
    );
  });

  it('are not those whose every open copy is waived, and of others their waivers are told', async () => {
    const full = { outcome: 'failed', copies: ['mailbox-full'], reason: 'mailbox-full' } as const;
    const { ask, staging } = await staged([null]);
    const waived = { by: 'ann@desk', reason: 'has left', at: `${DAY}T12:00:00Z` };
    const held = [{ role: 'to', position: 0, reason: 'no-user', person: 'p', waived }] as const;
    const receipt = receiptOf(keyOf(1), { ...full, copies: [...full.copies] });
    await staging.receipts.write(DAY, { ...receipt, held });

    assert.deepEqual((await ask()).withWaivers, [keyOf(1)]);
    const [copy] = receipt.mailboxes;
    const mailboxes = [{ ...copy!, waived }];
    const closed = { outcome: 'waived', reason: null, mailboxes, held, waived } as const;
    await staging.receipts.write(DAY, { ...receipt, ...closed });

    const open = await ask();
    assert.deepEqual([open.items, open.notArchived, open.withWaivers], [[], 0, undefined]);
    assert.deepEqual((await ask({ retry: {} })).items, []);
    assert.deepEqual((await ask({ retry: { itemKey: keyOf(1) } })).items, []);
    const asked = await ask({ onlyKeys: [keyOf(1)], request: 'r' });
    assert.deepEqual(namesOf(asked.items), [0]);
  });

  it('are with a retry of what is partial those that have such a copy', async () => {
    const { ask, staging } = await staged([null, null, null]);
    const copies = ['imported', 'partial', 'imported'] as const;
    for (const [at, outcome] of copies.entries()) {
      const receipt = receiptOf(keyOf(at + 1), { outcome, copies: [null], reason: null });
      const mailboxes = receipt.mailboxes.map((copy) => ({ ...copy, outcome }));
      await staging.receipts.write(DAY, { ...receipt, mailboxes });
    }

    assert.deepEqual(namesOf((await ask({ retry: { outcome: 'partial' } })).items), [1]);
    assert.deepEqual(namesOf((await ask({ retry: { itemKey: keyOf(2) } })).items), [1]);
    assert.deepEqual(namesOf((await ask({ retry: { itemKey: keyOf(1) } })).items), []);
    assert.deepEqual(namesOf((await ask({ retry: {} })).items), []);
    assert.deepEqual(namesOf((await ask()).items), []);
  });

  it('are only the keys named, where held people came home', async () => {
    const held = { outcome: 'unmapped', copies: [], reason: 'no-user' } as const;
    const { ask } = await staged([null, { ...held, copies: [] }, { ...held, copies: [] }]);

    const open = await ask({ onlyKeys: [keyOf(3)] });

    assert.deepEqual(namesOf(open.items), [2]);
    assert.deepEqual([open.unchanged, open.notArchived], [0, 0]);
  });

  it('are only those without any receipt, where they ended with another run', async () => {
    const held = { outcome: 'failed', copies: [], reason: 'mailbox-full' } as const;
    const { ask } = await staged([null, null, { ...held, copies: [] }]);

    const open = await ask({ onlyKeys: [keyOf(1), keyOf(3)], withoutReceipt: true });

    assert.deepEqual(namesOf(open.items), [0]);
  });

  it('are those of its range, each key once, without a name', async () => {
    const staging = memoryStaging();
    const entries = [1, 1, 2, 3].map((number, at) => anEntry(keyOf(number), { offset: at }));
    const index = await staging.packages.writeIndex(anIndex(entries));
    const connector = fakeConnector({ staging });

    const open = await runActivity(openItems(only(connector)), {
      connector: 'o2',
      slice: { day: DAY, index, from: 0, to: 3 },
    });

    assert.deepEqual(namesOf(open.items), [0, 1]);
    assert.equal(open.unchanged, 1);
    assert.equal(JSON.stringify(open).includes('.eml'), false);
    assert.equal(open.common.package, index.replace('.index.json', '.zip'));
  });
});

describe('the slices of a window', () => {
  const days = ['2026-11-21', '2026-11-22', '2026-11-23'];

  it('cover every entry of every index exactly once over all pages, oldest day first', async () => {
    const sizes = fc.array(
      fc.record({
        day: fc.constantFrom(...days),
        items: fc.oneof(fc.constantFrom(0, 1, 199, 200, 201, 400), fc.nat(900)),
      }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 7 }), async (packages, limit) => {
        const staging = memoryStaging();
        const expected = new Map<string, number>();
        for (const [at, { day, items }] of packages.entries()) {
          const entries = Array.from({ length: items }, (_, number) => anEntry(keyOf(number)));
          const name = `package-${String(at)}`;
          const path = await staging.packages.writeIndex(anIndex(entries, { day, package: name }));
          expected.set(path, items);
        }
        const list = listSlices(only(fakeConnector({ staging })));

        const slices: Slice[] = [];
        let after: SlicePage['next'] = null;
        for (let page = 0; ; page += 1) {
          assert.ok(page < 50, 'the pages do not end');
          const answer: SlicePage = await runActivity(list, {
            ...{ connector: 'o2', days, limit },
            after,
          });
          slices.push(...answer.slices);
          assert.ok(answer.slices.length <= limit);
          assert.equal(
            answer.totalItems,
            packages.reduce((sum, { items }) => sum + items, 0),
          );
          if (answer.next === null) break;
          after = answer.next;
        }

        const covered = new Map([...expected].map(([path]) => [path, 0]));
        for (const { index, from, to } of slices) {
          assert.equal(from, covered.get(index), 'a slice does not begin where the last one ended');
          assert.ok(to > from && to - from <= 200);
          covered.set(index, to);
        }
        assert.deepEqual(covered, expected);
        const inOrder = slices.map(({ day }) => day);
        assert.deepEqual(inOrder, inOrder.toSorted());
      }),
      { numRuns: 60, verbose: true },
    );
  });
});
