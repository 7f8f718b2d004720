import type { Item } from '../domain/item.ts';
import type { ProvenEntry } from './entries.ts';

/** What tells how an entry's facts are read today. */
export interface TodaysReading {
  /** Of the entry's package, `YYYY-MM-DD`. */
  readonly day: string;
  /** The item's message is of this very converter: its kind and event are read by the same rules. */
  readonly isSameConverter: boolean;
  /** The reference that stands for the item's id at the source; null without one, or without its key. */
  readonly sourceOf: (item: Item) => string | null;
}

/**
 * Names of what the index says otherwise of an item than its bytes do. Nothing of an item whose key
 * would be another one today: it is read by other rules than when it was indexed.
 */
export function indexFaults(
  { entry, item: read, keyToday }: Pick<ProvenEntry, 'entry' | 'item' | 'keyToday'>,
  { day, isSameConverter, sourceOf }: TodaysReading,
): string[] {
  if (keyToday !== entry.itemKey) return [];
  if ((entry.problem === null) !== (read !== null)) return ['problem'];
  // An item that is not read stands at the beginning of its package's day.
  const { at, kind } = read?.item ?? { at: `${day}T00:00:00Z`, kind: 'sms' };
  const faults: string[] = entry.at === at ? [] : ['at'];
  if (read !== null && !isSameConverter) return faults;
  if (entry.kind !== kind) faults.push('kind');
  const source = read === null ? null : sourceOf(read.item);
  if (source !== null && entry.source !== undefined && entry.source !== source) {
    faults.push('source');
  }
  return faults;
}
