import { addDays } from '../domain/archive-day.ts';
import type { IndexEntry } from '../domain/index-entry.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { StoredMessage } from '../staging/messages.ts';
import type { ListedIndex } from '../staging/packages.ts';
import type { Staging } from '../staging/staging.ts';

/** One entry of an item in a package. */
export interface Delivery {
  readonly index: ListedIndex;
  readonly packageSha256: string;
  readonly entry: IndexEntry;
}

/** Where an item lies in staging: its entry and the package that it is archived from. */
export interface FoundItem extends Delivery {
  readonly home: string;
  readonly message: StoredMessage | null;
  /** Its further entries in the packages of its home. */
  readonly further: readonly Delivery[];
}

interface Home {
  readonly day: string;
  readonly receipt: Receipt | null;
  readonly deliveries: readonly Delivery[];
}

/** Days that are looked through for an item without a message, from the newest report backwards. */
const MAX_DAYS_SEARCHED = 400;

/**
 * Finds an item by its key. Its message names its home; an item that could not be read has none,
 * then the indexes are looked through, newest day first, or only those of `day`. Of several packages
 * that hold it, its receipt names the one that it is archived from; before a receipt its message, else
 * it is the first.
 *
 * @throws {Error} when nothing is known of the key
 */
export async function findItem(
  staging: Staging,
  itemKey: string,
  day?: string,
): Promise<FoundItem> {
  const message = await staging.messages.find(itemKey);
  for await (const seen of message === null ? daysToSearch(staging, day) : [message.home]) {
    const home = await homeOf(staging, itemKey, seen);
    if (home === null) continue;
    const { receipt, deliveries } = home;
    const path = receipt?.package ?? message?.package;
    const named = deliveries.find(({ index }) => staging.packages.pathOf(index) === path);
    const origin = named ?? deliveries[0];
    if (origin === undefined) continue;
    const further = deliveries.filter((each) => each !== origin);
    const { packageSha256 } = named === undefined ? origin : (receipt ?? origin);
    return { ...origin, home: home.day, message, further, packageSha256 };
  }
  throw new Error(
    `no staged item has the key ${itemKey}. Keys are listed by: o2-archiver items --day DAY`,
  );
}

/** Every entry of an item in the packages of a day, in the order in which the books count them. */
export async function deliveriesOn(
  { packages }: Staging,
  itemKey: string,
  day: string,
): Promise<Delivery[]> {
  const found: Delivery[] = [];
  for (const index of await packages.listIndexes(day)) {
    const { items, packageSha256 } = await packages.readIndex(index.path);
    for (const entry of items) {
      if (entry.itemKey === itemKey) found.push({ index, packageSha256, entry });
    }
  }
  return found;
}

/** The item as a day has it, or as its home has it when it was delivered again on that day. */
async function homeOf(staging: Staging, itemKey: string, day: string): Promise<Home | null> {
  const deliveries = await deliveriesOn(staging, itemKey, day);
  if (deliveries.length === 0) return null;
  const receipt = await staging.receipts.find(day, itemKey);
  const isElsewhere = receipt?.outcome === 'skipped' && receipt.home !== day;
  const home = isElsewhere ? await homeOf(staging, itemKey, receipt.home) : null;
  return home ?? { day, receipt, deliveries };
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
