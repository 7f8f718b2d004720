import { addDays } from '../domain/archive-day.ts';
import type { IndexEntry } from '../domain/index-entry.ts';
import type { StoredMessage } from '../staging/messages.ts';
import type { ListedIndex } from '../staging/packages.ts';
import type { Staging } from '../staging/staging.ts';

/** Where an item lies in staging. */
export interface FoundItem {
  readonly home: string;
  readonly message: StoredMessage | null;
  /** Its entry and the package that holds it. */
  readonly index: ListedIndex;
  readonly packageSha256: string;
  readonly entry: IndexEntry;
}

/** Days that are looked through for an item without a message, from the newest report backwards. */
const MAX_DAYS_SEARCHED = 400;

/**
 * Finds an item by its key. Its message names its home; an item that could not be read has none,
 * then the indexes are looked through, newest day first, or only those of `day`.
 *
 * @throws {Error} when nothing is known of the key
 */
export async function findItem(
  staging: Staging,
  itemKey: string,
  day?: string,
): Promise<FoundItem> {
  const message = await staging.messages.find(itemKey);
  for await (const home of message === null ? daysToSearch(staging, day) : [message.home]) {
    for (const index of await staging.packages.listIndexes(home)) {
      const { items, packageSha256 } = await staging.packages.readIndex(index.path);
      const entry = items.find((each) => each.itemKey === itemKey);
      if (entry !== undefined) return { home, message, index, packageSha256, entry };
    }
  }
  throw new Error(
    `no staged item has the key ${itemKey}. Keys are listed by: o2-archiver items --day DAY`,
  );
}

async function* daysToSearch(staging: Staging, day: string | undefined): AsyncIterable<string> {
  if (day !== undefined) {
    yield day;
    return;
  }
  const newest = [...(await staging.reports.days())].sort().at(-1);
  if (newest === undefined) return;
  for (let back = 0; back < MAX_DAYS_SEARCHED; back += 1) yield addDays(newest, -back);
}
