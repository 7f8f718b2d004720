import type { MappingRow, MappingVersion } from './mapping-version.ts';

/** Who has a number, and when: a row without its number. */
export type Holder = Omit<MappingRow, 'number'>;

export interface NumberChange {
  readonly number: string;
  /** Empty for a new number. */
  readonly from: readonly Holder[];
  /** Empty for a number that disappears. */
  readonly to: readonly Holder[];
}

/** What a new mapping changes, by numbers that it maps. */
export interface MappingChange {
  readonly added: readonly NumberChange[];
  readonly removed: readonly NumberChange[];
  /** Mapped to another address, or at other times. */
  readonly changed: readonly NumberChange[];
  readonly unchanged: number;
  /** Removed numbers ÷ numbers before, 0 to 1: a large one is more often a mistake than a wish. */
  readonly disappearingShare: number;
}

export function mappingChange(before: MappingVersion | null, after: MappingVersion): MappingChange {
  const old = byNumber(before?.rows ?? []);
  const next = byNumber(after.rows);
  const removed = [...old].flatMap(([number, from]) =>
    next.has(number) ? [] : [{ number, from, to: [] }],
  );
  const added: NumberChange[] = [];
  const changed: NumberChange[] = [];
  for (const [number, to] of next) {
    const from = old.get(number);
    if (from === undefined) added.push({ number, from: [], to });
    else if (!areSame(from, to)) changed.push({ number, from, to });
  }
  return {
    added,
    removed,
    changed,
    unchanged: next.size - added.length - changed.length,
    disappearingShare: old.size === 0 ? 0 : removed.length / old.size,
  };
}

function byNumber(rows: readonly MappingRow[]): Map<string, Holder[]> {
  const found = new Map<string, Holder[]>();
  for (const { number, ...holder } of rows) {
    const holders = found.get(number);
    if (holders === undefined) found.set(number, [holder]);
    else holders.push(holder);
  }
  return found;
}

/** Rows of a version stand in the order of their times. */
function areSame(some: readonly Holder[], others: readonly Holder[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ address, validFrom, validTo }, at) => {
      const other = others[at];
      return (
        address === other?.address && validFrom === other.validFrom && validTo === other.validTo
      );
    })
  );
}
