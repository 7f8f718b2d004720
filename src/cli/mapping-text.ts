import type { MappingChange } from '../directory/mapping-change.ts';
import type { MappingFault } from '../directory/mapping-csv.ts';
import type { MappingRow } from '../directory/mapping-version.ts';
import { counted, printable, table } from './table.ts';

export interface MappingCheck {
  readonly connector: string;
  readonly file: string;
  /** Null when the file has faults: then it is not used at all. */
  readonly version: string | null;
  readonly rows: number;
  readonly faults: readonly MappingFault[];
  readonly notes: readonly string[];
  readonly change: MappingChange | null;
}

export interface ShownMapping {
  readonly connector: string;
  readonly version: string | null;
  readonly activatedAt: string | null;
  readonly by: string | null;
  readonly rows: readonly MappingRow[];
  readonly versions: readonly string[];
}

/** Numbers of a change that are named one by one. */
const NAMED = 20;

export function checkText({ file, version, rows, faults, notes, change }: MappingCheck): string {
  if (version === null || change === null) {
    const lines = faults.map(({ row, column, problem, cure }) => [row, column, problem, cure]);
    return [
      `${printable(file)}: ${counted(faults.length, 'fault')}`,
      table(['row', 'column', 'problem', 'cure'], lines),
      ...notes.map(printable),
    ].join('\n');
  }
  return [
    `${printable(file)}: ${counted(rows, 'row')}, no fault, version ${version}`,
    ...named('added', change.added),
    ...named('removed', change.removed),
    ...named('changed', change.changed),
    `  ${counted(change.unchanged, 'number')} unchanged`,
    ...notes.map(printable),
  ].join('\n');
}

export function shownText({ version, activatedAt, by, rows, versions }: ShownMapping): string {
  if (version === null) {
    return 'No mapping is in force: items are mapped by address only. Activate one: o2-archiver mapping activate FILE';
  }
  const lines = rows.map(({ number, address, validFrom, validTo }) => [
    number,
    address,
    validFrom,
    validTo,
  ]);
  return [
    `version ${version}, since ${activatedAt ?? '–'}, by ${printable(by ?? '–')}; ${counted(versions.length, 'version')} kept`,
    table(['number', 'address', 'valid from', 'valid to'], lines),
  ].join('\n');
}

function named(what: string, numbers: readonly string[]): string[] {
  if (numbers.length === 0) return [];
  const more = numbers.length > NAMED ? ', …' : '';
  return [
    `  ${counted(numbers.length, 'number')} ${what}: ${numbers.slice(0, NAMED).join(', ')}${more}`,
  ];
}
