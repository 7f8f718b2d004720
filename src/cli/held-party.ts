import type { HeldRecord } from '../activities/held.ts';
import type { ItemReader } from '../activities/item-reader.ts';
import type { Party } from '../domain/item.ts';
import { RunError } from '../domain/run-error.ts';

/**
 * Who an item is held for, by number and address: all records of one person are of the same. Null when
 * the item cannot be read.
 */
export async function partyOf(
  items: Pick<ItemReader, 'read'>,
  { item, role, position }: HeldRecord,
): Promise<Party | null> {
  try {
    const read = await items.read(item);
    if (read.problem !== null) return null;
    return read.item.parties.find((one) => one.role === role && one.position === position) ?? null;
  } catch (error) {
    if (error instanceof RunError && error.code === 'staging-corrupt') return null;
    throw error;
  }
}
