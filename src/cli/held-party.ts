import type { HeldRecord } from '../activities/held.ts';
import type { ItemReader } from '../activities/item-reader.ts';
import type { Party } from '../domain/item.ts';
import { RunError } from '../domain/run-error.ts';
import type { ItemReference } from '../workflows/contracts.ts';

/**
 * Who an item is held for, by number and address: all records of one person are of the same. Null when
 * the item cannot be read.
 */
export async function partyOf(
  items: Pick<ItemReader, 'read'>,
  { item, role, position }: HeldRecord,
): Promise<Party | null> {
  const parties = await partiesOf(items, item);
  return parties.find((one) => one.role === role && one.position === position) ?? null;
}

/** Who took part in an item; nobody where its bytes cannot be read. */
export async function partiesOf(
  items: Pick<ItemReader, 'read'>,
  item: ItemReference,
): Promise<readonly Party[]> {
  if (item.problem !== null) return [];
  try {
    const read = await items.read(item);
    return read.problem === null ? read.item.parties : [];
  } catch (error) {
    if (error instanceof RunError && error.code === 'staging-corrupt') return [];
    throw error;
  }
}
