import type { HeldRecord } from '../activities/held.ts';
import type { ItemReader } from '../activities/item-reader.ts';
import type { Directory } from '../directory/directory.ts';
import type { Party } from '../domain/item.ts';
import type { HeldKey } from '../staging/held.ts';
import type { Staging } from '../staging/staging.ts';
import { partyOf } from './held-party.ts';

/** A held person whom the mapping would lead to a mailbox. */
export interface HomeComer {
  readonly number: string | null;
  readonly address: string | null;
  /** Items of theirs that would come home; others may lie outside validFrom and validTo. */
  readonly items: number;
}

/** Whose items are held, and who of them would come home. */
export interface ComingHome {
  readonly heldPeople: number;
  readonly heldItems: number;
  readonly people: readonly HomeComer[];
}

/** Each reads one item out of its package. */
const PEOPLE_AT_ONCE = 8;

export interface HomeSources {
  readonly held: Staging['held'];
  readonly items: Pick<ItemReader, 'read'>;
  /** With the mapping that is tried. */
  readonly directory: Directory;
}

/**
 * Asks for every held person whether the mapping would lead to a mailbox. State names people by keyed
 * hashes only, so that each one's number is read from an item of theirs.
 * @throws {RunError} `tenant-unavailable`, `tenant-refused`, `staging-unavailable` …
 */
export async function comingHome(sources: HomeSources, run: string): Promise<ComingHome> {
  const held = new Map<string, HeldKey[]>();
  for await (const key of sources.held.list()) {
    const keys = held.get(key.person);
    if (keys === undefined) held.set(key.person, [key]);
    else keys.push(key);
  }
  const people: HomeComer[] = [];
  const open = held.values();
  const ask = async (): Promise<void> => {
    for (const keys of open) {
      const person = await homeComer(sources, keys, run);
      if (person.items > 0) people.push(person);
    }
  };
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, ask));
  const heldItems = new Set([...held.values()].flat().map(({ itemKey }) => itemKey)).size;
  const order = ({ number, address }: HomeComer) => number ?? address ?? '';
  people.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return { heldPeople: held.size, heldItems, people };
}

async function homeComer(
  { held, items, directory }: HomeSources,
  keys: readonly HeldKey[],
  run: string,
): Promise<HomeComer> {
  let party: Party | null = null;
  let count = 0;
  for (const key of keys) {
    const record = (await held.read(key)) as HeldRecord | null;
    if (record === null) continue;
    party ??= await partyOf(items, record);
    if (party === null) continue;
    const { mailbox } = await directory.route(party, record.item.at, run);
    if (mailbox !== null) count += 1;
  }
  return { number: party?.number ?? null, address: party?.address ?? null, items: count };
}
