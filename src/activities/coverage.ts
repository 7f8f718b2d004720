import {
  coverageOf,
  mergedPeople,
  notChecked,
  silentOf,
  unregisteredOf,
  type Coverage,
  type FaultyUserRow,
  type RegisteredUser,
  type UnregisteredPerson,
} from '../domain/coverage.ts';
import type { IndexPerson, PackageIndex } from '../domain/index-entry.ts';
import type { Report } from '../domain/report.ts';
import { RunError } from '../domain/run-error.ts';
import type { Connector } from './connector.ts';
import { referencesOf } from './people.ts';

/** The vendor's list of registered users, as the file says it now. */
export interface RegisteredUsers {
  /** Why the file cannot be used, with the cure; null when it can. */
  readonly problem: string | null;
  readonly users: readonly RegisteredUser[];
  readonly faults: readonly FaultyUserRow[];
}

/** Each costs the reading of an item; more than these are counted and not named. */
const MAX_UNREGISTERED_NAMED = 100;

/**
 * Who of the registered users has no item of the day, and who of ours stands in items without being
 * registered; null where no list is configured. `before`: reports of earlier days, in any order.
 */
export async function checkCoverage(
  connector: Connector,
  day: string,
  indexes: readonly PackageIndex[],
  before: readonly Pick<Report, 'day' | 'coverage'>[],
): Promise<Coverage | null> {
  const { registeredUsers, staging } = connector;
  if (registeredUsers === null) return null;
  const { problem, users, faults } = await registeredUsers();
  if (problem !== null) return notChecked(problem, faults);
  if (indexes.length === 0) {
    return notChecked('No package of this day was delivered.', faults, users.length);
  }
  const key = await staging.state.personKey();
  const known = users.map((user) => ({ user, references: referencesOf(key, user) }));
  const people = mergedPeople(indexes.map((index) => index.people ?? []));
  const unregistered = unregisteredOf(
    people,
    known.map(({ references }) => references),
  );
  return coverageOf({
    registered: users.length,
    silent: silentOf(day, known, people, lastChecked(day, before)),
    unregisteredCount: unregistered.length,
    unregistered: await named(connector, indexes, unregistered, key),
    faults,
    packagesNotCovered: indexes.filter(({ items, people: seen }) => {
      return items.length > 0 && seen === undefined;
    }).length,
  });
}

function lastChecked(
  day: string,
  reports: readonly Pick<Report, 'day' | 'coverage'>[],
): Coverage | null {
  let last: Pick<Report, 'day' | 'coverage'> | null = null;
  for (const report of reports) {
    if (report.day >= day || report.coverage?.problem !== null) continue;
    if (last === null || report.day > last.day) last = report;
  }
  return last?.coverage ?? null;
}

/** By number and address, each read from one of their items; those that cannot be read are left out. */
async function named(
  connector: Connector,
  indexes: readonly PackageIndex[],
  people: readonly IndexPerson[],
  key: Buffer,
): Promise<UnregisteredPerson[]> {
  const found: UnregisteredPerson[] = [];
  for (const person of people.slice(0, MAX_UNREGISTERED_NAMED)) {
    const parties = await partiesOf(connector, indexes, person.itemKey);
    const party = parties.find((one) => {
      const { number, address } = referencesOf(key, one);
      return number === person.number && address === person.address;
    });
    if (party === undefined) continue;
    found.push({ number: party.number, address: party.address, items: person.items });
  }
  return found;
}

async function partiesOf(
  { items, settings, staging }: Connector,
  indexes: readonly PackageIndex[],
  itemKey: string | null,
) {
  for (const index of indexes) {
    const entry = index.items.find((one) => one.itemKey === itemKey);
    if (entry === undefined) continue;
    const { name: _name, source: _source, ...facts } = entry;
    const { day, packageSha256 } = index;
    const place = { connector: settings.id, day, package: staging.packages.pathOf(index) };
    try {
      const read = await items.read({ ...facts, ...place, packageSha256 });
      return read.problem === null ? read.item.parties : [];
    } catch (error) {
      // Its own workflow says so; the books are closed all the same.
      if (error instanceof RunError && error.code === 'staging-corrupt') return [];
      throw error;
    }
  }
  return [];
}
