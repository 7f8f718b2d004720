import type { HeldRecord } from '../activities/held.ts';
import type { ItemReader } from '../activities/item-reader.ts';
import type { Directory } from '../directory/directory.ts';
import type { Party } from '../domain/item.ts';
import type { HeldItem } from '../staging/held.ts';
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
/** Items of one person that are tried; the others may be spoilt. */
const MAX_READS = 10;

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
  const held = new Map<string, HeldItem[]>();
  for await (const item of sources.held.list()) {
    const known = held.get(item.person);
    if (known === undefined) held.set(item.person, [item]);
    else known.push(item);
  }
  const people: HomeComer[] = [];
  const open = held.values();
  const ask = async (): Promise<void> => {
    for (const heldItems of open) {
      const person = await homeComer(sources, heldItems, run);
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
  sources: HomeSources,
  heldItems: readonly HeldItem[],
  run: string,
): Promise<HomeComer> {
  const party = await whoIs(sources, heldItems);
  if (party === null) return { number: null, address: null, items: 0 };
  let items = 0;
  // A mapping holds for a time: each item is asked about at its own.
  for (const { at } of heldItems) {
    const { mailbox } = await sources.directory.route(party, at, run);
    if (mailbox !== null) items += 1;
  }
  return { number: party.number, address: party.address, items };
}

/** Read from the first of the items that can be read. */
async function whoIs(
  { held, items }: HomeSources,
  heldItems: readonly HeldItem[],
): Promise<Party | null> {
  for (const key of heldItems.slice(0, MAX_READS)) {
    const record = (await held.read(key)) as HeldRecord | null;
    const party = record === null ? null : await partyOf(items, record);
    if (party !== null) return party;
  }
  return null;
}
