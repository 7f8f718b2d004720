import type { PackageIndex } from './index-entry.ts';

/** Items of a day that the source delivered before, with other content. */
export interface Amendments {
  /** How many of the day's items are another version of one that was delivered before them. */
  readonly count: number;
  /** Item keys that belong together, at most 100 groups; some may be of an earlier day. */
  readonly groups: readonly { readonly keys: readonly string[] }[];
}

export interface AmendmentSearch {
  /** An index of an earlier day. */
  look(index: Pick<PackageIndex, 'items'>): void;
  found(): Amendments;
}

const MAX_GROUPS_NAMED = 100;

/**
 * Finds items that are versions of one: the same source id, owner and kind of event, another key. The
 * day's own sources are kept, of the earlier days only what meets them.
 */
export function amendmentsOf(day: readonly Pick<PackageIndex, 'items'>[]): AmendmentSearch {
  const own = new Map<string, Set<string>>();
  const earlier = new Map<string, Set<string>>();
  for (const { items } of day) {
    for (const { source, itemKey } of items) if (source !== undefined) add(own, source, itemKey);
  }
  return {
    look({ items }) {
      for (const { source, itemKey } of items) {
        const keys = source === undefined ? undefined : own.get(source);
        if (source === undefined || keys === undefined || keys.has(itemKey)) continue;
        add(earlier, source, itemKey);
      }
    },
    found() {
      let count = 0;
      const groups: { keys: string[] }[] = [];
      for (const [source, keys] of own) {
        const before = earlier.get(source) ?? new Set<string>();
        const amending = keys.size - (before.size === 0 ? 1 : 0);
        if (amending === 0) continue;
        count += amending;
        if (groups.length < MAX_GROUPS_NAMED) groups.push({ keys: [...before, ...keys].sort() });
      }
      return { count, groups };
    },
  };
}

function add(sets: Map<string, Set<string>>, source: string, itemKey: string): void {
  const keys = sets.get(source);
  if (keys === undefined) sets.set(source, new Set([itemKey]));
  else keys.add(itemKey);
}
