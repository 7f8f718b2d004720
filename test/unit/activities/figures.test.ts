import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connector } from '../../../src/activities/connector.ts';
import { peopleSeen } from '../../../src/activities/people.ts';
import { reconcile } from '../../../src/activities/reconcile.ts';
import { daysBetween } from '../../../src/domain/archive-day.ts';
import type { Party } from '../../../src/domain/item.ts';
import type { Report } from '../../../src/domain/report.ts';
import { runActivity } from '../../support/activity-environment.ts';
import { aRead, anEntry, anIndex, DAY, keyOf } from '../../support/builders.ts';
import { fakeConnector, only } from '../../support/fake-connector.ts';

const BEFORE = '2026-11-22';
const ALICE = { number: '+447700900123', address: 'alice@example.com' };
const BOB = { number: null, address: 'bob@example.com' };
const CAROL = { number: '+447700900125', address: 'carol@example.com' };
const STRANGER = { number: '+447700900777', address: 'x@elsewhere.example' };

type Names = Pick<Party, 'number' | 'address'>;

/** A connector whose list has these users, and whose item `n` has the n-th of these parties. */
function aConnector(registered: readonly Names[] | null, parties: readonly Names[] = []) {
  const partyOf = (names: Names): Party => ({
    ...{ role: 'from', position: 0, numberClass: 'e164', name: null },
    ...names,
  });
  return fakeConnector({
    registeredUsers:
      registered === null
        ? null
        : async () => ({
            ...{ problem: null, faults: [] },
            users: registered.map((names) => ({ ...names, status: null })),
          }),
    items: {
      async read({ itemKey }) {
        const party = parties[Number(`0x${itemKey}`)];
        return {
          problem: null,
          ...aRead({ parties: party === undefined ? [] : [partyOf(party)] }),
        };
      },
      attachments: () => {
        throw new Error('no attachment is needed');
      },
    },
  });
}

/** A day whose items name these of the connector's parties, by number. */
async function stageDay(
  { staging, settings, items }: Connector,
  day: string,
  numbers: readonly number[],
): Promise<void> {
  const people = peopleSeen(await staging.state.personKey(), settings.ownDomains);
  for (const number of numbers) {
    const read = await items.read({ itemKey: keyOf(number) } as never);
    if (read.problem === null) people.see(read.item, keyOf(number));
  }
  const entries = numbers.map((number) => anEntry(keyOf(number), { at: `${day}T09:00:00Z` }));
  await staging.packages.writeIndex(anIndex(entries, { day, people: people.list() ?? [] }));
}

async function close(connector: Connector, day: string): Promise<Report> {
  const thisRun = { started: 0, imported: 0, unchanged: 0 };
  await runActivity(reconcile(only(connector)), { connector: 'o2', day, thisRun, lateDays: [] });
  const report = await connector.staging.reports.latest(day);
  assert.ok(report);
  return report;
}

describe('the figures of a report', () => {
  it('count hours, and are there where nothing is to be told', async () => {
    const connector = aConnector(null);
    await stageDay(connector, DAY, [1, 2]);

    const { hours, lateness, withoutRecording, coverage } = await close(connector, DAY);

    assert.deepEqual([hours?.ofTheDay[9], hours?.otherDays], [2, 0]);
    assert.deepEqual([lateness, withoutRecording, coverage], [null, [], null]);
  });

  it('tell from when a package was received how late its items came', async () => {
    const connector = aConnector(null);
    const { staging } = connector;
    const index = anIndex([anEntry(keyOf(1))]);
    const file = { day: DAY, package: index.package, modifiedAt: `${DAY}T23:00:00Z` };
    async function* bytes() {
      yield Buffer.from('zip');
    }
    await staging.packages.receive(file, bytes(), '2026-11-24T02:00:00Z', []);
    await staging.packages.writeIndex(index);

    const { lateness } = await close(connector, DAY);

    assert.deepEqual(lateness, {
      ...{ items: 1, medianSeconds: 61_200, maxSeconds: 61_200, over24Hours: 0 },
    });
  });

  it('have the latest report of each day before, and nothing of a day without one', async () => {
    const connector = aConnector(null);
    await stageDay(connector, '2026-11-20', [1]);
    await close(connector, '2026-11-20');
    const late = anIndex([anEntry(keyOf(5))], { day: '2026-11-20', package: 'late' });
    await connector.staging.packages.writeIndex(late);
    await close(connector, '2026-11-20');
    await close(connector, '2026-11-21');
    await stageDay(connector, DAY, [2, 3, 4]);

    const { trend } = await close(connector, DAY);

    assert.equal(trend?.length, 23);
    assert.deepEqual(trend.slice(-4), [
      { day: '2026-11-20', outcome: 'failed', items: 2, failed: 0 },
      { day: '2026-11-21', outcome: 'no-delivery', items: 0, failed: 0 },
      { day: '2026-11-22', outcome: null, items: null, failed: null },
      { day: DAY, outcome: 'failed', items: 3, failed: 0 },
    ]);
  });

  it('name the days before that have no report, and who left out which and why', async () => {
    const connector = aConnector(null);
    for (const day of daysBetween('2026-11-01', '2026-11-19')) await close(connector, day);
    const waiver = { by: 'ann@host', at: '2026-11-22T09:00:00Z', reason: 'the tenant was closed' };
    for (const day of ['2026-10-01', '2026-11-19', '2026-11-21']) {
      await connector.staging.waivedDays.add({ day, ...waiver });
    }

    const { gaps, waivedDays } = await close(connector, DAY);

    assert.deepEqual(gaps, ['2026-11-20', BEFORE]);
    assert.deepEqual(waivedDays, [{ day: '2026-11-21', ...waiver }]);
  });

  it('make no next report when a gap is closed or waived later', async () => {
    const connector = aConnector(null);
    await stageDay(connector, DAY, [1]);
    const first = await close(connector, DAY);
    await close(connector, BEFORE);
    const waiver = { by: 'ann@host', at: '2026-11-24T09:00:00Z', reason: 'closed' };
    await connector.staging.waivedDays.add({ day: '2026-11-21', ...waiver });

    assert.ok(first.gaps?.includes(BEFORE));
    assert.deepEqual(await close(connector, DAY), first);
  });

  it('read thirty reports at most, and none at all for a report that stands', async () => {
    const connector = aConnector(null);
    await stageDay(connector, DAY, [1]);
    let asked: readonly string[][] = [];
    const { reports } = connector.staging;
    const latestOf: typeof reports.latestOf = (days) => {
      asked = [...asked, [...days]];
      return reports.latestOf(days);
    };
    const watched = {
      ...connector,
      staging: { ...connector.staging, reports: { ...reports, latestOf } },
    };

    await close(watched, DAY);
    await close(watched, DAY);

    assert.equal(asked.length, 1);
    assert.ok((asked[0]?.length ?? 0) < 30);
  });
});

describe('the coverage of a day', () => {
  const parties = [ALICE, BOB, CAROL, STRANGER];

  it('names registered users without an item, found by number or by address', async () => {
    const byNumber = { number: ALICE.number, address: null };
    const byAddress = { number: '+447700900999', address: BOB.address };
    const connector = aConnector([byNumber, byAddress, CAROL], parties);
    await stageDay(connector, DAY, [0, 1]);

    const { coverage } = await close(connector, DAY);

    assert.ok(coverage);
    assert.deepEqual([coverage.registered, coverage.withItems, coverage.silentCount], [3, 2, 1]);
    assert.deepEqual(coverage.silent, [{ ...CAROL, status: null, since: DAY }]);
    assert.deepEqual(coverage.unregistered, []);
  });

  it('names those of ours who stand in items and not in the list, and no stranger', async () => {
    const connector = aConnector([ALICE], parties);
    await stageDay(connector, DAY, [0, 2, 3]);

    const { coverage } = await close(connector, DAY);

    assert.equal(coverage?.unregisteredCount, 1);
    assert.deepEqual(coverage.unregistered, [{ ...CAROL, items: 1 }]);
  });

  it('goes on counting the days of who was silent before, and begins anew with who was not', async () => {
    const connector = aConnector([ALICE, BOB, CAROL], parties);
    await stageDay(connector, '2026-11-20', [0, 1]);
    await stageDay(connector, BEFORE, [0]);
    await stageDay(connector, DAY, [1]);
    await close(connector, '2026-11-20');
    // Without a package nothing is said of anybody, and nothing is forgotten.
    assert.match((await close(connector, '2026-11-21')).coverage?.problem ?? '', /No package/);
    await close(connector, BEFORE);

    const { coverage } = await close(connector, DAY);

    assert.deepEqual(
      coverage?.silent.map(({ address, since }) => [address, since]),
      [
        [CAROL.address, '2026-11-20'],
        [ALICE.address, DAY],
      ],
    );
  });

  it('says of how many packages it does not know who stands in them', async () => {
    const connector = aConnector([ALICE], parties);
    await connector.staging.packages.writeIndex(anIndex([anEntry(keyOf(0))]));

    const { coverage } = await close(connector, DAY);

    assert.equal(coverage?.packagesNotCovered, 1);
  });

  it('says why the list cannot be used, and the books are closed all the same', async () => {
    const connector = {
      ...aConnector(null, parties),
      registeredUsers: async () => ({ problem: 'It is away.', users: [], faults: [] }),
    };
    await stageDay(connector, DAY, [0]);

    const { coverage, books } = await close(connector, DAY);

    assert.deepEqual([coverage?.problem, books.items], ['It is away.', 1]);
  });

  it('is no reason for a next report', async () => {
    const connector = aConnector([ALICE], parties);
    await stageDay(connector, DAY, [0]);
    await close(connector, DAY);

    const other = { ...connector, registeredUsers: aConnector([BOB]).registeredUsers };
    assert.equal((await close(other, DAY)).number, 1);
  });
});
