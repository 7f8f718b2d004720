import { parse } from 'csv-parse/sync';
import type { Cell, Column } from './mapping-cells.ts';
import { readAddress, readNumber, readTime } from './mapping-cells.ts';
import { decodeText } from './mapping-text.ts';
import type { MappingRow, MappingVersion } from './mapping-version.ts';
import { mappingVersion, overlap } from './mapping-version.ts';

/** What is wrong with one row. Holds nothing of what stands in it. */
export interface MappingFault {
  /** As an editor or a spreadsheet counts them, the header is 1. */
  readonly row: number;
  /** Null when the row as a whole is meant. */
  readonly column: Column | null;
  readonly problem: string;
  readonly cure: string;
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
 * `validFrom,validTo`; UTF-8 or UTF-16; comma, semicolon or tab; any line ends. Every faulty row is
 * listed at once; a file with one is not used at all.
 *
 * `defaultCountry` (ISO 3166, two letters) reads numbers with a leading 0.
 */
export function parseMapping(bytes: Uint8Array, defaultCountry: string): ParsedMapping {
  const text = decodeText(bytes);
  if (text === null) return refused([fileFault('The file is not UTF-8 or UTF-16 text.', SAVE_AS)]);
  const { records, faults } = split(text);
  const [first, ...rest] = records;
  if (first === undefined)
    return refused([...faults, fileFault('The file is empty.', HEADER_CURE)]);
  const header = readHeader(first);
  if (header.faults.length > 0) return refused([...faults, ...header.faults], header.notes);
  const rows: NumberedRow[] = [];
  for (const { row, cells } of rest) {
    if (cells.every((cell) => cell === '')) continue;
    const read = readRow(cells, header, defaultCountry);
    faults.push(...read.faults.map((fault) => ({ row, ...fault })));
    if (read.mapping !== null) rows.push({ row, mapping: read.mapping });
  }
  faults.push(...clashes(rows));
  if (rows.length === 0 && faults.length === 0) {
    faults.push(fileFault('The file has no row below its header.', 'Add a row for each number.'));
  }
  faults.sort((a, b) => a.row - b.row);
  if (faults.length > 0) return refused(faults, header.notes);
  const version = mappingVersion(rows.map(({ mapping }) => mapping));
  return { version, faults: [], notes: header.notes };
}

const SAVE_AS = 'Save it as "CSV UTF-8".';
const HEADER_CURE = 'Begin the file with the line: mobileNumber,email';
/** A row of a mapping has a hundred characters; an unclosed quote must not swallow the file. */
const MAX_ROW_CHARACTERS = 10_000;

/** Header cells, lower case and without anything but letters. */
const SYNONYMS: Readonly<Record<Column, readonly string[]>> = {
  mobileNumber: [
    'mobilenumber',
    'mobile',
    'mobilephone',
    'mobilephonenumber',
    'mobileno',
    'number',
    'phone',
    'phonenumber',
    'phoneno',
    'msisdn',
    'telephone',
    'telephonenumber',
    'cell',
    'cellphone',
  ],
  email: [
    'email',
    'emailaddress',
    'mail',
    'address',
    'mailbox',
    'upn',
    'userprincipalname',
    'user',
    'microsoftemailaddress',
    'microsoftemail',
    'officeemailaddress',
    'officeemail',
    'useremail',
    'useremailaddress',
    'usersemailaddress',
    'memail',
    'memailaddress',
  ],
  validFrom: ['validfrom', 'from', 'start', 'startdate', 'fromdate'],
  validTo: ['validto', 'to', 'until', 'validuntil', 'end', 'enddate', 'todate'],
};
const COLUMNS = Object.keys(SYNONYMS) as Column[];
/** A column that means to be a time and is not known must not be passed over. */
const LIKE_A_TIME = /valid|from|until|start|end|date|expir/;

interface RawRecord {
  readonly row: number;
  readonly cells: readonly string[];
}

interface NumberedRow {
  readonly row: number;
  readonly mapping: MappingRow;
}

interface Header {
  /** Index of each column's cell. */
  readonly at: ReadonlyMap<Column, number>;
  readonly width: number;
  readonly faults: readonly MappingFault[];
  readonly notes: readonly string[];
}

function split(text: string): { records: RawRecord[]; faults: MappingFault[] } {
  const faults: MappingFault[] = [];
  // Excel's own first line, which names the delimiter.
  const preface = /^sep=.(\r\n|\n|\r)/i.exec(text)?.[0] ?? '';
  const firstRow = preface === '' ? 0 : 1;
  const parsed = parse(text.slice(preface.length), {
    delimiter: [',', ';', '\t'],
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    trim: true,
    max_record_size: MAX_ROW_CHARACTERS,
    on_skip: (error) => {
      faults.push({
        row: firstRow + lineOf(error),
        column: null,
        problem: 'The row cannot be read: a quote is open or stands inside a value.',
        cure: 'Put quotes around whole values only, or leave them out.',
      });
      return undefined;
    },
  }) as unknown as { info: { lines: number }; record: string[] }[];
  const records = parsed.map(({ info, record }) => ({ row: firstRow + info.lines, cells: record }));
  return { records, faults };
}

function lineOf(error: unknown): number {
  const lines = (error as { lines?: unknown } | undefined)?.lines;
  return typeof lines === 'number' ? lines : 0;
}

function readHeader({ row, cells }: RawRecord): Header {
  const at = new Map<Column, number>();
  const faults: MappingFault[] = [];
  const notes: string[] = [];
  const fault = (column: Column | null, problem: string, cure: string): void => {
    faults.push({ row, column, problem, cure });
  };
  cells.forEach((cell, index) => {
    const name = cell.toLowerCase().replaceAll(/[^a-z]/g, '');
    const column = COLUMNS.find((one) => SYNONYMS[one].includes(name));
    if (column === undefined) {
      if (LIKE_A_TIME.test(name)) {
        fault(
          null,
          `Column ${index + 1} looks like a time and has no name that is known.`,
          'Call it validFrom or validTo, or remove it.',
        );
      } else if (cell !== '') {
        notes.push(`Column ${index + 1} is not read.`);
      }
    } else if (at.has(column)) {
      fault(column, 'Two columns have this meaning.', 'Keep one of them.');
    } else {
      at.set(column, index);
    }
  });
  for (const column of ['mobileNumber', 'email'] as const) {
    if (!at.has(column)) fault(column, 'The header has no such column.', HEADER_CURE);
  }
  return { at, width: cells.length, faults, notes };
}

type RowFault = Omit<MappingFault, 'row'>;

function readRow(
  cells: readonly string[],
  { at, width }: Header,
  defaultCountry: string,
): { mapping: MappingRow | null; faults: RowFault[] } {
  if (cells.length !== width && cells.slice(width).some((cell) => cell !== '')) {
    const problem = 'The row has more values than the header has columns.';
    return {
      mapping: null,
      faults: [{ column: null, problem, cure: 'Remove or quote what is too much.' }],
    };
  }
  const faults: RowFault[] = [];
  const take = <T>(column: Column, read: (cell: string) => Cell<T>): T | null => {
    const index = at.get(column);
    const cell = read(index === undefined ? '' : (cells[index] ?? ''));
    if (cell.fault === null) return cell.value;
    faults.push({ column, ...cell.fault });
    return null;
  };
  const number = take('mobileNumber', (cell) => readNumber(cell, defaultCountry));
  const address = take('email', readAddress);
  const validFrom = take('validFrom', (cell) => readTime(cell, 'T00:00:00Z'));
  const validTo = take('validTo', (cell) => readTime(cell, 'T23:59:59Z'));
  if (validFrom !== null && validTo !== null && validTo < validFrom) {
    faults.push({
      column: 'validTo',
      problem: 'It ends before it begins.',
      cure: 'Correct one of the two days.',
    });
  }
  if (number === null || address === null || faults.length > 0) return { mapping: null, faults };
  return { mapping: { number, address, validFrom, validTo }, faults };
}

/** Rows of one number that hold at the same time: all but the first are faults. */
function clashes(rows: readonly NumberedRow[]): MappingFault[] {
  const faults: MappingFault[] = [];
  for (const group of Map.groupBy(rows, ({ mapping }) => mapping.number).values()) {
    group.forEach(({ row, mapping }, index) => {
      const other = group.slice(0, index).find((earlier) => overlap(earlier.mapping, mapping));
      if (other === undefined) return;
      const isSame = other.mapping.address === mapping.address;
      faults.push({
        row,
        column: 'mobileNumber',
        problem: isSame
          ? `The number stands in row ${other.row} already.`
          : `Row ${other.row} gives the same number to another address at the same time.`,
        cure: isSame
          ? 'Remove one of the two rows.'
          : 'Keep one, or set validFrom and validTo so that they follow each other.',
      });
    });
  }
  return faults;
}

function fileFault(problem: string, cure: string): MappingFault {
  return { row: 1, column: null, problem, cure };
}

function refused(faults: readonly MappingFault[], notes: readonly string[] = []): ParsedMapping {
  return { version: null, faults, notes };
}
