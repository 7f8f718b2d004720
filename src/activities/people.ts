import { createHmac } from 'node:crypto';
import type { PersonReferences } from '../domain/coverage.ts';
import type { IndexPerson } from '../domain/index-entry.ts';
import type { Item, Party } from '../domain/item.ts';

/** Who stands in the items of a package that is being indexed. */
export interface PeopleSeen {
  see(item: Pick<Item, 'parties' | 'owner'>, itemKey: string): void;
  /** Null when there are more than an index should name. */
  list(): IndexPerson[] | null;
}

/** Some 20 MB of index; a package of 100,000 items seldom has half of it. */
const MAX_PEOPLE = 100_000;

/** @param key of the hashes that stand for persons; `ownDomains` in lower case. */
export function peopleSeen(key: Buffer, ownDomains: readonly string[]): PeopleSeen {
  const seen = new Map<string, { party: PartyNames; items: number; itemKey: string | null }>();
  return {
    see({ parties, owner }, itemKey) {
      for (const party of parties) {
        const { number, address } = party;
        if (number === null && address === null) continue;
        const isOurs = address !== null && (address === owner || isOf(ownDomains, address));
        const names = `${number ?? ''}\n${address ?? ''}`;
        const known = seen.get(names);
        if (known === undefined && seen.size > MAX_PEOPLE) continue;
        seen.set(names, {
          party: { number, address },
          items: (known?.items ?? 0) + 1,
          itemKey: known?.itemKey ?? (isOurs ? itemKey : null),
        });
      }
    },
    list() {
      if (seen.size > MAX_PEOPLE) return null;
      return [...seen.values()].map(({ party, items, itemKey }) => {
        return { ...referencesOf(key, party), items, itemKey };
      });
    },
  };
}

type PartyNames = Pick<Party, 'number' | 'address'>;

/** The number and the address by themselves: the vendor's list may know one of them only. */
export function referencesOf(key: Buffer, { number, address }: PartyNames): PersonReferences {
  const reference = (kind: string, name: string | null) =>
    name === null
      ? null
      : createHmac('sha256', key)
          .update(JSON.stringify(['o2-person', kind, name]))
          .digest('hex')
          .slice(0, 32);
  return { number: reference('number', number), address: reference('address', address) };
}

function isOf(domains: readonly string[], address: string): boolean {
  return domains.includes(address.slice(address.lastIndexOf('@') + 1));
}
