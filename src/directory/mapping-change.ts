import type { MappingRow, MappingVersion } from './mapping-version.ts';

/** What a new mapping changes, in numbers that it maps. */
export interface MappingChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Mapped to another address, or at other times. */
  readonly changed: readonly string[];
  readonly unchanged: number;
  /** Removed numbers ÷ numbers before, 0 to 1: a large one is more often a mistake than a wish. */
  readonly disappearingShare: number;
}

export function mappingChange(before: MappingVersion | null, after: MappingVersion): MappingChange {
  const old = byNumber(before?.rows ?? []);
  const next = byNumber(after.rows);
  const added = [...next.keys()].filter((number) => !old.has(number));
  const removed = [...old.keys()].filter((number) => !next.has(number));
  const changed = [...next].flatMap(([number, rows]) => {
    const were = old.get(number);
    return were === undefined || were === rows ? [] : [number];
  });
  return {
    added,
    removed,
    changed,
    unchanged: next.size - added.length - changed.length,
    disappearingShare: old.size === 0 ? 0 : removed.length / old.size,
  };
}

/** Number → all its rows in one comparable text. */
function byNumber(rows: readonly MappingRow[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { number, address, validFrom, validTo } of rows) {
    const row = JSON.stringify([address, validFrom, validTo]);
    found.set(number, (found.get(number) ?? '') + row);
  }
  return found;
}
