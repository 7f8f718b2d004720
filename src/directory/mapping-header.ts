import type { CellFault, Column } from './mapping-cells.ts';
import { clean } from './mapping-cells.ts';

export const HEADER_CURE = 'Begin the file with the line: mobileNumber,email';

export interface Header {
  /** Index of each column's cell. */
  readonly at: ReadonlyMap<Column, number>;
  readonly width: number;
  readonly faults: readonly (CellFault & {
    readonly column: Column | null;
    readonly found: string | null;
  })[];
  /** Columns that are not read. */
  readonly notes: readonly string[];
}

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

export function readHeader(cells: readonly string[]): Header {
  const at = new Map<Column, number>();
  const faults: Header['faults'][number][] = [];
  const notes: string[] = [];
  cells.forEach((cell, index) => {
    const found = clean(cell);
    const name = lettersOf(found);
    const column = columnOf(name);
    if (column === undefined) {
      if (LIKE_A_TIME.test(name)) {
        faults.push({
          column: null,
          found,
          problem: `Column ${index + 1} looks like a time and has no name that is known.`,
          cure: 'Call it validFrom or validTo, or remove it.',
        });
      } else if (found !== '') {
        notes.push(`Column ${index + 1} (${found}) is not read.`);
      }
    } else if (at.has(column)) {
      const problem = `Column ${index + 1} has the same meaning as column ${(at.get(column) ?? 0) + 1}.`;
      faults.push({ column, found, problem, cure: 'Keep one of them.' });
    } else {
      at.set(column, index);
    }
  });
  for (const column of ['mobileNumber', 'email'] as const) {
    if (at.has(column)) continue;
    faults.push({
      column,
      found: null,
      problem: 'The header has no such column.',
      cure: HEADER_CURE,
    });
  }
  return { at, width: cells.length, faults, notes };
}

/** Whether the row is a header once more: two files were put one behind the other. */
export function isHeaderAgain(cells: readonly string[], { at }: Header): boolean {
  const meaning = (column: Column) => columnOf(lettersOf(cells[at.get(column) ?? -1] ?? ''));
  return meaning('mobileNumber') === 'mobileNumber' && meaning('email') === 'email';
}

function lettersOf(cell: string): string {
  return cell.toLowerCase().replaceAll(/[^a-z]/g, '');
}

function columnOf(name: string): Column | undefined {
  return COLUMNS.find((column) => SYNONYMS[column].includes(name));
}
