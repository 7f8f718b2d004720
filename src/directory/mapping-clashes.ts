import type { CellFault } from './mapping-cells.ts';
import type { MappingRow } from './mapping-version.ts';
import { compare, overlap } from './mapping-version.ts';

export interface NumberedRow {
  readonly row: number;
  readonly mapping: MappingRow;
}

/**
 * Rows of one number that hold at the same time, each against one other: within a number the rows are
 * walked in the order of their beginnings beside the one that ends last, so that a file of one number
 * takes no longer than another.
 */
export function clashes(rows: readonly NumberedRow[]): (CellFault & NumberedRow)[] {
  const faults: (CellFault & NumberedRow)[] = [];
  for (const group of Map.groupBy(rows, ({ mapping }) => mapping.number).values()) {
    if (group.length === 1) continue;
    const [first, ...rest] = group.toSorted(byBeginning);
    let last = first;
    for (const next of rest) {
      if (last === undefined) break;
      if (overlap(last.mapping, next.mapping)) faults.push(clashOf(last, next));
      if (endOf(next) > endOf(last)) last = next;
    }
  }
  return faults;
}

function clashOf(one: NumberedRow, other: NumberedRow): CellFault & NumberedRow {
  const [first, second] = one.row < other.row ? [one, other] : [other, one];
  const isSame = first.mapping.address === second.mapping.address;
  return {
    ...second,
    problem: isSame
      ? `The number stands in row ${first.row} already.`
      : `Row ${first.row} gives the same number to another address, ${first.mapping.address}, at the same time.`,
    cure: isSame
      ? 'Remove one of the two rows.'
      : 'Keep one, or set validFrom and validTo so that they follow each other.',
  };
}

function byBeginning(a: NumberedRow, b: NumberedRow): number {
  return compare(a.mapping.validFrom ?? '', b.mapping.validFrom ?? '') || a.row - b.row;
}

/** A text that is later than every time where the row still holds. */
function endOf({ mapping }: NumberedRow): string {
  return mapping.validTo ?? '~';
}
