import type { Reason } from '../domain/reason.ts';
import type { Route } from '../domain/routing.ts';
import type { MappingVersion } from './mapping-version.ts';
import type { Users } from './users.ts';

export interface Directory {
  /**
   * Where the copy of a party goes. The custom mapping is asked first, by number and the item's own
   * time (`at`, ISO 8601 UTC); without a valid user there, the party's address. A user is valid when
   * its mailbox answers. An address of more than one user is held and never falls through.
   *
   * @throws {RunError} `tenant-unavailable`, `tenant-refused`
   */
  route(
    party: { readonly number: string | null; readonly address: string | null },
    at: string,
    run: string,
  ): Promise<Route>;
  /** The mailbox of an address, whoever it belongs to. @throws as `route` */
  mailboxOf(
    address: string,
    run: string,
  ): Promise<{ mailbox: { id: string } } | { mailbox: null; reason: Reason }>;
}

export interface DirectoryOptions {
  readonly users: Users;
  /** The mapping in force, as the run sees it; null without one. */
  readonly mapping: (run: string) => Promise<MappingVersion | null>;
  readonly automatic: boolean;
  readonly custom: boolean;
}

type Found = 'ambiguous' | 'no-user' | 'no-mailbox' | { readonly id: string };

export function directory({ users, mapping, automatic, custom }: DirectoryOptions): Directory {
  const find = async (address: string, run: string): Promise<Found> => {
    const owner = await users.find(address, run);
    if (owner.user === null) return owner.isAmbiguous ? 'ambiguous' : 'no-user';
    return (await users.hasMailbox(owner.user, run)) ? { id: owner.user } : 'no-mailbox';
  };

  return {
    async mailboxOf(address, run) {
      const found = await find(address.toLowerCase(), run);
      if (typeof found === 'object') return { mailbox: found };
      return { mailbox: null, reason: found === 'ambiguous' ? 'ambiguous-address' : found };
    },

    async route(party, at, run) {
      const version = custom ? await mapping(run) : null;
      const mapped = party.number === null ? null : (version?.lookup(party.number, at) ?? null);
      const isInCustomMapping = mapped !== null;
      let hasUser = false;
      const rules = [
        { rule: 'custom', address: mapped, mappingVersion: version?.id ?? null },
        { rule: 'automatic', address: automatic ? party.address : null, mappingVersion: null },
      ] as const;
      for (const { rule, address, mappingVersion } of rules) {
        if (address === null) continue;
        const found = await find(address, run);
        if (found === 'ambiguous') {
          return { mailbox: null, reason: 'ambiguous-address', isInCustomMapping };
        }
        if (typeof found === 'object') return { mailbox: { id: found.id, rule, mappingVersion } };
        hasUser ||= found === 'no-mailbox';
      }
      return { mailbox: null, reason: hasUser ? 'no-mailbox' : 'no-user', isInCustomMapping };
    },
  };
}
