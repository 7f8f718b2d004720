import type { Cell, CellFault, Column } from './mapping-cells.ts';
import { clean, readAddress, readNumber, readTime } from './mapping-cells.ts';
import { clashes, type NumberedRow } from './mapping-clashes.ts';
import { HEADER_CURE, isHeaderAgain, readHeader, type Header } from './mapping-header.ts';
import { readRecords } from './mapping-records.ts';
import { decodeText, notText } from './mapping-text.ts';
import type { MappingRow, MappingVersion } from './mapping-version.ts';
import { mappingVersion } from './mapping-version.ts';

/**
 * What is wrong with one row. MUST NOT be logged: it names what stands there, for the person at the
 * terminal whose file it is.
 */
export interface MappingFault extends CellFault {
  /** Line of the file, as an editor counts; the header is 1. */
  readonly row: number;
  /** Null when the row as a whole is meant. */
  readonly column: Column | null;
  /** What stands in the cell; null when no one cell is meant. */
  readonly found: string | null;
}

export type ParsedMapping =
  /** `notes`: columns that are not read. */
  | {
      readonly version: MappingVersion;
      readonly faults: readonly [];
      readonly notes: readonly string[];
    }
  | {
      readonly version: null;
      readonly faults: readonly MappingFault[];
      readonly notes: readonly string[];
    };

/**
 * Reads a mapping file: header `mobileNumber,email` (or a synonym) and optionally
 * `validFrom,validTo`, both inclusive; UTF-8 or UTF-16; comma, semicolon or tab; any line ends. Every
 * faulty row is listed at once; a file with one is not used at all.
 *
 * `defaultCountry` (ISO 3166, two letters) reads numbers with a leading 0.
 */
export function parseMapping(bytes: Uint8Array, defaultCountry: string): ParsedMapping {
  const text = decodeText(bytes);
  if (text === null) return refused([ofFile(notText(bytes))]);
  const { records, openQuotes, cutAfter } = readRecords(text);
  const faults: MappingFault[] = openQuotes.map((row) => ({ row, ...OPEN_QUOTE }));
  if (cutAfter !== null) faults.push({ row: cutAfter, ...CUT });
  const [first, ...rest] = records;
  if (first === undefined) {
    return refused([...faults, ofFile({ problem: 'The file is empty.', cure: HEADER_CURE })]);
  }
  const header = readHeader(first.cells);
  faults.push(...header.faults.map((fault) => ({ row: first.row, ...fault })));
  const rows: NumberedRow[] = [];
  for (const { row, cells } of rest) {
    if (cells.every((cell) => clean(cell) === '')) continue;
    const read = readRow(cells, header, defaultCountry);
    faults.push(...read.faults.map((fault) => ({ row, ...fault })));
    if (read.mapping !== null) rows.push({ row, mapping: read.mapping });
  }
  for (const { row, mapping, problem, cure } of clashes(rows)) {
    faults.push({ row, column: 'mobileNumber', found: mapping.number, problem, cure });
  }
  if (rows.length === 0 && faults.length === 0) faults.push(ofFile(NO_ROW));
  if (faults.length > 0)
    return refused(
      faults.sort((a, b) => a.row - b.row),
      header.notes,
    );
  const version = mappingVersion(rows.map(({ mapping }) => mapping));
  return { version, faults: [], notes: header.notes };
}

const OPEN_QUOTE = {
  column: null,
  found: null,
  problem: 'The row cannot be read: a quote is open, or it is longer than 10,000 characters.',
  cure: 'Put quotes around whole values only, or leave them out.',
} as const;
const CUT = {
  column: null,
  found: null,
  problem: 'The file is not read further than this.',
  cure: 'Correct the rows above first; a mapping has a million rows at most.',
} as const;
const NO_ROW: CellFault = {
  problem: 'The file has no row below its header.',
  cure: 'Add a row for each number.',
};

type RowFault = Omit<MappingFault, 'row'>;

function readRow(
  cells: readonly string[],
  header: Header,
  defaultCountry: string,
): { mapping: MappingRow | null; faults: RowFault[] } {
  const ofRow = (problem: string, cure: string): RowFault => {
    return { column: null, found: null, problem, cure };
  };
  if (cells.slice(header.width).some((cell) => clean(cell) !== '')) {
    const problem = 'The row has more values than the header has columns.';
    return { mapping: null, faults: [ofRow(problem, 'Remove or quote what is too much.')] };
  }
  if (isHeaderAgain(cells, header)) {
    return { mapping: null, faults: [ofRow('The header stands here again.', 'Remove the row.')] };
  }
  const faults: RowFault[] = [];
  const take = <T>(column: Column, read: (cell: string) => Cell<T>): T | null => {
    const at = header.at.get(column);
    if (at === undefined) return null;
    const found = clean(cells[at] ?? '');
    const cell = read(found);
    if (cell.fault === null) return cell.value;
    faults.push({ column, found, ...cell.fault });
    return null;
  };
  const number = take('mobileNumber', (cell) => readNumber(cell, defaultCountry));
  const address = take('email', readAddress);
  const validFrom = take('validFrom', (cell) => readTime(cell, 'T00:00:00Z'));
  const validTo = take('validTo', (cell) => readTime(cell, 'T23:59:59Z'));
  if (validFrom !== null && validTo !== null && validTo < validFrom) {
    faults.push({
      column: 'validTo',
      found: validTo,
      problem: `It ends before it begins, ${validFrom}.`,
      cure: 'Correct one of the two days.',
    });
  }
  if (number === null || address === null || faults.length > 0) return { mapping: null, faults };
  return { mapping: { number, address, validFrom, validTo }, faults };
}

function ofFile(fault: CellFault): MappingFault {
  return { row: 1, column: null, found: null, ...fault };
}

function refused(faults: readonly MappingFault[], notes: readonly string[] = []): ParsedMapping {
  return { version: null, faults, notes };
}
