import { createHash } from 'node:crypto';

/** One row of the custom mapping. */
export interface MappingRow {
  /** Normalised, `+447700900123`. */
  readonly number: string;
  /** Lower case. */
  readonly address: string;
  /** First second that it holds, ISO 8601 UTC; null: always did. */
  readonly validFrom: string | null;
  /** Last second that it holds, ISO 8601 UTC; null: still does. */
  readonly validTo: string | null;
}

/** A mapping that was found right. */
export interface MappingVersion {
  /** Of its content: the same rows in any order, file and encoding have the same id. */
  readonly id: string;
  /** By number, then time. */
  readonly rows: readonly MappingRow[];
  /** The address that had the number at that time (ISO 8601 UTC), or null. */
  lookup(number: string, at: string): string | null;
}

const ID_CHARACTERS = 16;

export function mappingVersion(unordered: readonly MappingRow[]): MappingVersion {
  const rows = unordered.toSorted(
    (a, b) => compare(a.number, b.number) || compare(a.validFrom ?? '', b.validFrom ?? ''),
  );
  const byNumber = Map.groupBy(rows, ({ number }) => number);
  const canonical = rows.map((row) => [row.number, row.address, row.validFrom, row.validTo]);
  const digest = createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
  return {
    id: digest.slice(0, ID_CHARACTERS),
    rows,
    lookup: (number, at) => byNumber.get(number)?.find((row) => holds(row, at))?.address ?? null,
  };
}

/** Whether the two rows hold at one and the same time. */
export function overlap(a: MappingRow, b: MappingRow): boolean {
  const startsInTime = (one: MappingRow, other: MappingRow): boolean =>
    one.validFrom === null || other.validTo === null || one.validFrom <= other.validTo;
  return startsInTime(a, b) && startsInTime(b, a);
}

function holds({ validFrom, validTo }: MappingRow, at: string): boolean {
  return (validFrom === null || validFrom <= at) && (validTo === null || at <= validTo);
}

export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
