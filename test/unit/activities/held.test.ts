import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listCases } from '../../../src/activities/cases.ts';
import { revisitHeld } from '../../../src/activities/held.ts';
import { RunError } from '../../../src/domain/run-error.ts';
import type { Route } from '../../../src/domain/routing.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aRead, aReference, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

const NOBODY: Route = { mailbox: null, reason: 'no-user', isInCustomMapping: false };
const FOUND: Route = { mailbox: { id: 'm1', rule: 'custom', mappingVersion: 'v1' } };
const YEAR_AGO = '2025-11-23';

interface World {
  /** What a party is answered, by its address and the item's time. */
  readonly route?: (address: string, at: string) => Route;
  /** Item keys whose bytes are spoilt. */
  readonly spoilt?: readonly string[];
}

async function aWorld({ route = () => NOBODY, spoilt = [] }: World = {}) {
  const looked: string[] = [];
  const connector = fakeConnector({
    items: {
      read: async ({ itemKey }) => {
        if (spoilt.includes(itemKey)) throw new RunError('staging-corrupt', 'gone');
        return { problem: null, ...aRead() };
      },
      attachments: () => assert.fail('an attachment was opened'),
    },
    route: async ({ address }, at) => {
      looked.push(`${address ?? ''} ${at}`);
      return route(address ?? '', at);
    },
  });
  const { staging } = connector;
  const entries = Array.from({ length: 9 }, (_, number) => anEntry(keyOf(number)));
  await staging.packages.writeIndex(anIndex(entries));
  const hold = (number: number, over: { at?: string; person?: string } = {}) => {
    const { at = `${DAY}T09:00:00Z`, person = 'p' } = over;
    const item = { ...aReference(keyOf(number)), at };
    const record = { item, role: 'to', position: 0, reason: 'no-user' } as const;
    return staging.held.write({ person, itemKey: keyOf(number) }, record);
  };
  const revisit = async (days: string[] = []) => {
    const home = await runActivity(revisitHeld(only(connector)), {
      ...{ connector: 'o2', run: 'day', days },
    });
    return home.flatMap(({ keys }) => keys.map((key) => Number.parseInt(key, 16))).sort();
  };
  return { connector, staging, hold, revisit, looked };
}

describe('the daily look at held people', () => {
  it('starts nothing while the answer is the same, and asks about a person once', async () => {
    const { hold, revisit, looked } = await aWorld();
    for (const number of [1, 2, 3]) await hold(number);

    assert.deepEqual(await revisit(), []);
    assert.ok(looked.every((asked) => asked.startsWith('to@example.com')));
  });

  it('brings home everything of a person who has a mailbox now, whatever its age, and no one else', async () => {
    const { hold, revisit } = await aWorld({ route: () => FOUND });
    await hold(1);
    await hold(2, { at: `${YEAR_AGO}T09:00:00Z` });

    assert.deepEqual(await revisit([DAY]), [1, 2]);
  });

  it('asks about each item at its own time: a mapping may hold for some of them only', async () => {
    const { hold, revisit } = await aWorld({
      route: (_address, at) => (at >= '2026-11-01' ? FOUND : NOBODY),
    });
    await hold(1, { at: '2026-10-30T09:00:00Z' });
    await hold(2, { at: '2026-11-02T09:00:00Z' });

    assert.deepEqual(await revisit(), [2]);
  });

  it('starts an item again when only the reason changed: a user without a mailbox came', async () => {
    const { hold, revisit } = await aWorld({ route: () => ({ ...NOBODY, reason: 'no-mailbox' }) });
    await hold(1);

    assert.deepEqual(await revisit(), [1]);
  });

  it('knows a person by another item when the bytes of one are spoilt', async () => {
    const { hold, revisit } = await aWorld({ route: () => FOUND, spoilt: [keyOf(1)] });
    await hold(1);
    await hold(2);

    assert.deepEqual(await revisit(), [1, 2]);
  });

  it('leaves alone what was waived', async () => {
    const { hold, revisit, staging } = await aWorld({ route: () => FOUND });
    await hold(1);
    const key = { person: 'p', itemKey: keyOf(1) };
    await staging.waived.write(key, (await staging.held.read(key)) as never);
    await staging.held.drop(key);

    assert.deepEqual(await revisit(), []);
  });
});

describe('what a mailbox blocks', () => {
  const block = (number: number, day: string, triedAt: string) => ({
    ...{ itemKey: keyOf(number), day, triedAt },
    package: aReference().package,
  });

  it('is tried again whatever its age, but in the window by its slices, and once a day', async () => {
    const { staging, revisit } = await aWorld();
    const now = new Date().toISOString();
    await staging.blocked.write(block(1, YEAR_AGO, `${YEAR_AGO}T02:00:00Z`));
    await staging.blocked.write(block(2, DAY, `${YEAR_AGO}T02:00:00Z`));
    await staging.blocked.write(block(3, YEAR_AGO, now));

    assert.deepEqual(await revisit([DAY]), [1]);
  });
});

describe('the cases that an operator asked for', () => {
  it('come in batches of one package, a page at a time, each once', async () => {
    const { connector, staging } = await aWorld();
    const other = await staging.packages.writeIndex(
      anIndex([anEntry(keyOf(1))], { day: YEAR_AGO, package: 'other' }),
    );
    const path = aReference().package;
    const items = Array.from({ length: 2_100 }, (_, number) => ({
      ...{ itemKey: keyOf(number), day: DAY, package: path },
    }));
    const last = {
      itemKey: keyOf(1),
      day: YEAR_AGO,
      package: other.replace('.index.json', '.zip'),
    };
    const words = { by: 'ann', reason: 'why', at: '', people: null };
    await staging.caseRequests.write('r', { action: 'waive', ...words, items: [...items, last] });
    const list = (after: number) =>
      runActivity(listCases(only(connector)), { connector: 'o2', request: 'r', after });

    const first = await list(0);
    const second = await list(first.next ?? 0);

    assert.equal(second.next, null);
    const batches = [...first.batches, ...second.batches];
    assert.ok(batches.every(({ keys }) => keys.length <= 200));
    assert.equal(batches.flatMap(({ keys }) => keys).length, 2_101);
    const { slice, keys } = batches.at(-1)!;
    assert.deepEqual([slice, keys], [{ day: YEAR_AGO, index: other, from: 0, to: 1 }, [keyOf(1)]]);
  });
});
