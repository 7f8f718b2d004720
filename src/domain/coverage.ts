import type { IndexPerson } from './index-entry.ts';

/** A person of the vendor's list of registered users. */
export interface RegisteredUser {
  /** Normalised, `+447700900123`; null where the list has none that can be read. */
  readonly number: string | null;
  /** Lower case; null where the list has none that can be read. */
  readonly address: string | null;
  /** `activated`, `pending`, `suspended`, `locked`; null for anything else. */
  readonly status: string | null;
}

/** A row of that list that says less than it should. */
export interface FaultyUserRow {
  /** Line of the file, as an editor counts; the header is 1. */
  readonly row: number;
  readonly problem: string;
  readonly cure: string;
}

export interface SilentUser extends RegisteredUser {
  /** The first day without an item, of those that were checked without a break before this one. */
  readonly since: string;
}

/** Someone of ours whom items name and the list does not. */
export interface UnregisteredPerson {
  readonly number: string | null;
  readonly address: string | null;
  /** Items of the day that name them. */
  readonly items: number;
}

/** Who is registered at the vendor, held against who stands in the items of the day. */
export interface Coverage {
  /** Why nothing could be checked, with the cure; null when it was. */
  readonly problem: string | null;
  readonly registered: number;
  /** Registered users whom an item of the day names. */
  readonly withItems: number;
  readonly silentCount: number;
  /** Longest silent first; at most 5,000. */
  readonly silent: readonly SilentUser[];
  readonly unregisteredCount: number;
  /** Most items first; at most 100. */
  readonly unregistered: readonly UnregisteredPerson[];
  readonly faultyRows: number;
  /** At most 100. */
  readonly faults: readonly FaultyUserRow[];
  /** Packages indexed before the list was configured: who stands in them is not known. */
  readonly packagesNotCovered: number;
}

/** The two names by which a person is found in an index: keyed hashes. */
export type PersonReferences = Pick<IndexPerson, 'number' | 'address'>;

const MAX_SILENT_NAMED = 5_000;
const MAX_FAULTS_NAMED = 100;

export function notChecked(
  problem: string,
  faults: readonly FaultyUserRow[] = [],
  registered = 0,
): Coverage {
  return {
    ...{ problem, registered, withItems: 0, silentCount: 0, silent: [] },
    ...{ unregisteredCount: 0, unregistered: [], packagesNotCovered: 0 },
    ...{ faultyRows: faults.length, faults: faults.slice(0, MAX_FAULTS_NAMED) },
  };
}

/** The people of several packages, each once. */
export function mergedPeople(lists: readonly (readonly IndexPerson[])[]): IndexPerson[] {
  const merged = new Map<string, IndexPerson>();
  for (const person of lists.flat()) {
    const key = `${person.number ?? ''} ${person.address ?? ''}`;
    const known = merged.get(key);
    merged.set(key, {
      ...person,
      itemKey: known?.itemKey ?? person.itemKey,
      items: person.items + (known?.items ?? 0),
    });
  }
  return [...merged.values()];
}

/** Those of ours whom no registered user's number or address stands for; most items first. */
export function unregisteredOf(
  people: readonly IndexPerson[],
  registered: readonly PersonReferences[],
): IndexPerson[] {
  const numbers = new Set(registered.map(({ number }) => number));
  const addresses = new Set(registered.map(({ address }) => address));
  const isKnown = ({ number, address }: IndexPerson) =>
    (number !== null && numbers.has(number)) || (address !== null && addresses.has(address));
  return people
    .filter((person) => person.itemKey !== null && !isKnown(person))
    .sort((a, b) => b.items - a.items);
}

/**
 * The registered users whom no item names. One who was silent at the last check before goes on being
 * so since then; anyone else is silent since this day.
 */
export function silentOf(
  day: string,
  users: readonly { readonly user: RegisteredUser; readonly references: PersonReferences }[],
  people: readonly IndexPerson[],
  before: Pick<Coverage, 'silent'> | null,
): SilentUser[] {
  const numbers = new Set(people.map(({ number }) => number));
  const addresses = new Set(people.map(({ address }) => address));
  const since = new Map(before?.silent.map((user) => [nameOf(user), user.since]));
  return users
    .filter(({ references: { number, address } }) => {
      const isNamed = number !== null && numbers.has(number);
      return !isNamed && !(address !== null && addresses.has(address));
    })
    .map(({ user }) => ({ ...user, since: since.get(nameOf(user)) ?? day }))
    .sort((a, b) => compare(a.since, b.since) || compare(nameOf(a), nameOf(b)));
}

export function coverageOf(found: {
  readonly registered: number;
  readonly silent: readonly SilentUser[];
  readonly unregisteredCount: number;
  readonly unregistered: readonly UnregisteredPerson[];
  readonly faults: readonly FaultyUserRow[];
  readonly packagesNotCovered: number;
}): Coverage {
  const { registered, silent, faults } = found;
  return {
    ...found,
    problem: null,
    withItems: registered - silent.length,
    silentCount: silent.length,
    silent: silent.slice(0, MAX_SILENT_NAMED),
    faultyRows: faults.length,
    faults: faults.slice(0, MAX_FAULTS_NAMED),
  };
}

function nameOf({ number, address }: Pick<RegisteredUser, 'number' | 'address'>): string {
  return address ?? number ?? '';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
