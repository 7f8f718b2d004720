import { readFile, stat } from 'node:fs/promises';
import type { FaultyUserRow, RegisteredUser } from '../domain/coverage.ts';
import { normalisePhoneNumber } from '../domain/phone-number.ts';
import { clean, readAddress, readNumber, type Cell } from './mapping-cells.ts';
import { readRecords } from './mapping-records.ts';
import { decodeText, notText } from './mapping-text.ts';

/** The list of registered users; `problem` says why it cannot be used, with the cure. */
export interface UserFile {
  readonly problem: string | null;
  readonly users: readonly RegisteredUser[];
  /** Rows that say less than they should, by line. They name no number and no address. */
  readonly faults: readonly FaultyUserRow[];
}

/** A million rows of the vendor's export are about 150 MB; an organisation has thousands. */
const MAX_FILE_BYTES = 50_000_000;

/** Header cells, lower case and without anything but letters; those of the vendor's export first. */
const SYNONYMS = {
  email: [
    ...['email', 'emailaddress', 'mail', 'useremail', 'workemail', 'upn', 'userprincipalname'],
    ...['usersemailaddress', 'businessemail', 'address'],
  ],
  mobile: [
    ...['mobile', 'mobilenumber', 'mobilephone', 'mobilephonenumber', 'mobileno', 'msisdn'],
    ...['number', 'phone', 'phonenumber', 'cell', 'cellphone', 'telephonenumber'],
  ],
  status: ['status', 'userstatus', 'state'],
} as const;
type Column = keyof typeof SYNONYMS;

/** Of the vendor's user record; a deleted user is registered no more. */
const STATUSES = ['activated', 'pending', 'suspended', 'locked'];
const GONE = 'deleted';

const NO_HEADER =
  'The file has no column Email or Mobile. Export it anew with "Export Users to CSV", or begin it with the line: Email,Mobile';

/** Reads the file anew; what is wrong with it is told in the report and stops no run. */
export async function readRegisteredUsers(path: string, defaultCountry: string): Promise<UserFile> {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) {
      return unusable(
        'The file of registered users is larger than 50 MB. Give that of one account.',
      );
    }
    return parseRegisteredUsers(await readFile(path), defaultCountry);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return unusable(
      `The file of registered users cannot be read (${code}). Correct report.registeredUsersFile, or the rights of the file.`,
    );
  }
}

/**
 * Reads the vendor's "Export Users to CSV", or any CSV with a column of addresses, of mobile numbers
 * or both: UTF-8 or UTF-16, comma, semicolon or tab. A faulty cell is named and the rest of its row
 * is used; nobody is taken twice.
 */
export function parseRegisteredUsers(bytes: Uint8Array, defaultCountry: string): UserFile {
  const text = decodeText(bytes);
  if (text === null) {
    const { problem, cure } = notText(bytes);
    return unusable(`${problem} ${cure}`);
  }
  const { records, openQuotes, cutAfter } = readRecords(text);
  const [header, ...rows] = records;
  const columns = columnsOf(header?.cells ?? []);
  if (columns.get('email') === undefined && columns.get('mobile') === undefined) {
    return unusable(NO_HEADER);
  }
  const faults: FaultyUserRow[] = openQuotes.map((row) => ({ row, ...OPEN_QUOTE }));
  if (cutAfter !== null) faults.push({ row: cutAfter, ...CUT });
  const users = new Map<string, RegisteredUser>();
  for (const { row, cells } of rows) {
    if (cells.every((cell) => clean(cell) === '')) continue;
    const user = readUser((column) => clean(cells[columns.get(column) ?? -1] ?? ''), {
      defaultCountry,
      onFault: (fault) => faults.push({ row, ...fault }),
    });
    if (user !== null) users.set(`${user.number ?? ''} ${user.address ?? ''}`, user);
  }
  faults.sort((a, b) => a.row - b.row);
  return { problem: null, users: [...users.values()], faults };
}

const OPEN_QUOTE = {
  problem: 'The row cannot be read: a quote is open, or it is longer than 10,000 characters.',
  cure: 'Put quotes around whole values only, or leave them out.',
} as const;
const CUT = {
  problem: 'The file is not read further than this.',
  cure: 'Correct the rows above first.',
} as const;
const NOBODY = {
  problem: 'The row names nobody.',
  cure: 'Give it an address or a mobile number, or remove it.',
} as const;

/** The first column of each meaning counts. */
function columnsOf(header: readonly string[]): Map<Column, number> {
  const columns = new Map<Column, number>();
  header.forEach((cell, index) => {
    const letters = clean(cell)
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '');
    for (const column of Object.keys(SYNONYMS) as Column[]) {
      const isMeant = (SYNONYMS[column] as readonly string[]).includes(letters);
      if (isMeant && !columns.has(column)) columns.set(column, index);
    }
  });
  return columns;
}

function readUser(
  cell: (column: Column) => string,
  {
    defaultCountry,
    onFault,
  }: { defaultCountry: string; onFault: (fault: Omit<FaultyUserRow, 'row'>) => void },
): RegisteredUser | null {
  const status = cell('status').toLowerCase();
  if (status === GONE) return null;
  const faults: Omit<FaultyUserRow, 'row'>[] = [];
  const take = (column: 'email' | 'mobile', read: (text: string) => Cell<string>) => {
    const text = cell(column);
    if (text === '') return null;
    const found = read(text);
    if (found.fault === null) return found.value;
    faults.push(FAULTS[column]);
    return null;
  };
  const address = take('email', readAddress);
  const number = take('mobile', (text) => readVendorNumber(text, defaultCountry));
  const isNobody = address === null && number === null;
  if (isNobody && faults.length === 0) faults.push(NOBODY);
  faults.forEach(onFault);
  return isNobody ? null : { number, address, status: STATUSES.includes(status) ? status : null };
}

/** The cell's own words may not stand in a report beside what outsiders see. */
const FAULTS = {
  email: {
    problem: 'The e-mail address cannot be read.',
    cure: 'Write one address of the form name@example.com.',
  },
  mobile: {
    problem: 'The mobile number cannot be read.',
    cure: 'Write it with "+" and country code, in a column of type Text.',
  },
} as const;

/** The vendor writes international numbers without "+", here as in its items. */
function readVendorNumber(text: string, defaultCountry: string): Cell<string> {
  const asInItems = normalisePhoneNumber(text, defaultCountry);
  const isBare = /^[1-9]\d+$/.test(text) && asInItems.numberClass === 'e164';
  if (isBare && asInItems.number !== null) return { value: asInItems.number, fault: null };
  return readNumber(text, defaultCountry);
}

function unusable(problem: string): UserFile {
  return { problem, users: [], faults: [] };
}
