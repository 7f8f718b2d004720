import type { MappingVersion } from './mapping-version.ts';
import type { Users } from './users.ts';

/** Addresses of a mapping that lead to no mailbox, in the order of their rows, each once. */
export interface MappingUsers {
  /** Addresses that were looked up. */
  readonly addresses: number;
  readonly notInTenant: readonly string[];
  /** More than one user has it. */
  readonly ambiguous: readonly string[];
  /** The user is there, its mailbox does not answer. */
  readonly withoutMailbox: readonly string[];
}

/** Two full batches: a file of 100,000 rows must not ask for all of them at once. */
const LOOK_UPS_AT_ONCE = 40;

type Finding = 'valid' | Exclude<keyof MappingUsers, 'addresses'>;

/**
 * Looks up whom a mapping names.
 * @throws {RunError} `tenant-unavailable`, `tenant-refused`
 */
export async function mappingUsers(
  { rows }: MappingVersion,
  users: Users,
  run: string,
): Promise<MappingUsers> {
  const addresses = [...new Set(rows.map(({ address }) => address))];
  const findings = new Map<string, Finding>();
  const open = addresses.values();
  const lookUp = async (): Promise<void> => {
    for (const address of open) findings.set(address, await findingOf(address, users, run));
  };
  await Promise.all(Array.from({ length: LOOK_UPS_AT_ONCE }, lookUp));
  const of = (finding: Finding) => addresses.filter((one) => findings.get(one) === finding);
  return {
    addresses: addresses.length,
    notInTenant: of('notInTenant'),
    ambiguous: of('ambiguous'),
    withoutMailbox: of('withoutMailbox'),
  };
}

async function findingOf(address: string, users: Users, run: string): Promise<Finding> {
  const owner = await users.find(address, run);
  if (owner.user === null) return owner.isAmbiguous ? 'ambiguous' : 'notInTenant';
  return (await users.hasMailbox(owner.user, run)) ? 'valid' : 'withoutMailbox';
}
