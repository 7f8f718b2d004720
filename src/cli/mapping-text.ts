import type { ActiveMapping } from '../directory/active-mapping.ts';
import type { Holder, MappingChange, NumberChange } from '../directory/mapping-change.ts';
import type { MappingFault } from '../directory/mapping-csv.ts';
import type { MappingUsers } from '../directory/mapping-users.ts';
import type { MappingRow } from '../directory/mapping-version.ts';
import type { ComingHome } from './mapping-home.ts';
import { counted, grouped, printable, table } from './table.ts';

export interface MappingCheck {
  readonly connector: string;
  readonly file: string;
  /** Null when the file has faults: then it is not used at all, and nothing else was asked. */
  readonly version: string | null;
  readonly rows: number;
  readonly faults: readonly MappingFault[];
  readonly notes: readonly string[];
  readonly change: MappingChange | null;
  readonly users: MappingUsers | null;
  readonly comingHome: ComingHome | null;
}

export interface MappingActivation extends MappingCheck {
  readonly state: 'activated' | 'unchanged' | 'refused';
  readonly activatedAt: string | null;
  readonly by: string | null;
}

export interface ShownMapping {
  readonly connector: string;
  readonly version: string | null;
  readonly activatedAt: string | null;
  readonly by: string | null;
  readonly rows: readonly MappingRow[];
  /** Every time that a version was put in force, the newest first. */
  readonly versions: readonly ActiveMapping[];
}

/** Numbers, addresses and people of one kind that are named one by one; `--json` has them all. */
const NAMED = 20;
/** Characters of a faulty cell. */
const MAX_FOUND = 60;

export function checkText(check: MappingCheck): string {
  const { file, version, rows, faults, notes, change, users, comingHome } = check;
  if (version === null) {
    return [
      ...faults.map((fault) => faultText(file, fault)),
      ...notes.map(printable),
      `${printable(file)}: ${counted(faults.length, 'fault')}. Nothing of it is used before all are cured.`,
    ].join('\n');
  }
  return [
    `${printable(file)}: ${counted(rows, 'row')}, no fault, version ${version}`,
    ...notes.map(printable),
    ...(change === null ? [] : changeText(change)),
    ...(users === null ? [] : usersText(users)),
    ...(comingHome === null ? [] : homeText(comingHome)),
  ].join('\n');
}

function faultText(file: string, { row, column, found, problem, cure }: MappingFault): string {
  const cell = found === null || found === '' ? '' : `, "${shortened(found)}"`;
  const where = [`row ${row}`, ...(column === null ? [] : [`column ${column}`])].join(', ');
  return `${printable(file)}, ${where}${cell}: ${printable(problem)} ${printable(cure)}`;
}

function shortened(found: string): string {
  return printable(found.length > MAX_FOUND ? `${found.slice(0, MAX_FOUND)}…` : found);
}

function changeText({ added, removed, changed, unchanged }: MappingChange): string[] {
  return [
    ...named('added', added, ({ number, to }) => `${number} → ${holders(to)}`),
    ...named('removed', removed, ({ number, from }) => `${number}, was ${holders(from)}`),
    ...named(
      'changed',
      changed,
      ({ number, from, to }) => `${number}: ${holders(from)} → ${holders(to)}`,
    ),
    `  ${counted(unchanged, 'number')} unchanged`,
  ];
}

function named(
  what: string,
  changes: readonly NumberChange[],
  line: (change: NumberChange) => string,
): string[] {
  if (changes.length === 0) return [];
  return [`  ${counted(changes.length, 'number')} ${what}`, ...some(changes.map(line))];
}

/** `a@example.com until 2026-04-30, b@example.com from 2026-05-01` */
function holders(all: readonly Holder[]): string {
  return all
    .map(({ address, validFrom, validTo }) =>
      [
        address,
        ...(validFrom === null ? [] : [`from ${bound(validFrom, 'T00:00:00Z')}`]),
        ...(validTo === null ? [] : [`until ${bound(validTo, 'T23:59:59Z')}`]),
      ].join(' '),
    )
    .join(', ');
}

function bound(time: string, wholeDay: string): string {
  return time.endsWith(wholeDay) ? time.slice(0, 10) : time;
}

function usersText({ addresses, notInTenant, ambiguous, withoutMailbox }: MappingUsers): string[] {
  const group = (what: string, found: readonly string[]) =>
    found.length === 0
      ? []
      : [`  ${counted(found.length, 'address', 'addresses')} ${what}`, ...some(found)];
  const valid = addresses - notInTenant.length - ambiguous.length - withoutMailbox.length;
  return [
    ...group('of no Microsoft 365 user: correct them, or add the users', notInTenant),
    ...group('of more than one user: make them unique in the tenant', ambiguous),
    ...group('of users without a mailbox that answers: give them a licence', withoutMailbox),
    `  ${grouped(valid)} of ${counted(addresses, 'address', 'addresses')} lead to a mailbox`,
  ];
}

function homeText({ heldPeople, heldItems, people }: ComingHome): string[] {
  if (heldPeople === 0) return ['  nothing is held'];
  const held = `${counted(heldItems, 'held item')} of ${counted(heldPeople, 'person', 'people')}`;
  if (people.length === 0) return [`  none of ${held} would come home`];
  const lines = people.map(
    ({ number, address, items }) =>
      `${[number, address].filter((one) => one !== null).join(' ')}: ${counted(items, 'item')}`,
  );
  return [
    `  of ${held}, ${counted(people.length, 'person', 'people')} would come home`,
    ...some(lines),
  ];
}

function some(lines: readonly string[]): string[] {
  const shown = lines.slice(0, NAMED).map((line) => `    ${printable(line)}`);
  const more = lines.length - shown.length;
  return more === 0 ? shown : [...shown, `    … and ${grouped(more)} more: --json names all`];
}

export function activationText(activation: MappingActivation): string {
  const { connector, state, activatedAt, by, comingHome } = activation;
  const check = checkText(activation);
  const who = `since ${activatedAt ?? '–'}, by ${printable(by ?? '–')}`;
  switch (state) {
    case 'refused':
      return `${check}\nNothing was activated.`;
    case 'unchanged':
      return `${check}\nThis mapping is in force already, ${who}. Nothing was changed.`;
    case 'activated':
      return [check, `In force ${who}.`, nextSteps(connector, comingHome)].join('\n');
  }
}

function nextSteps(connector: string, home: ComingHome | null): string {
  const people = home?.people ?? [];
  if (people.length === 0) return 'New items go by it from now on.';
  return [
    'What is held for them comes home with the next daily run. To have it now:',
    `  o2-archiver run --connector ${connector} --wait`,
    'or one day alone:',
    `  o2-archiver retry --connector ${connector} --day DAY --outcome unmapped --wait`,
  ].join('\n');
}

export function shownText(shown: ShownMapping): string {
  const { connector, version, activatedAt, by, rows, versions } = shown;
  if (version === null) {
    return `No mapping is in force: items are mapped by address only. Activate one: o2-archiver mapping activate --connector ${connector} FILE`;
  }
  const lines = rows.map(({ number, address, validFrom, validTo }) => [
    number,
    address,
    validFrom,
    validTo,
  ]);
  const history = versions.map((one) => [one.activatedAt, one.by, one.version, one.rows ?? null]);
  return [
    `version ${version}, since ${activatedAt ?? '–'}, by ${printable(by ?? '–')}; ${counted(rows.length, 'row')}`,
    '',
    table(['number', 'address', 'valid from', 'valid to'], lines),
    '',
    'Versions, the newest first',
    table(['activated', 'by', 'version', 'rows'], history),
  ].join('\n');
}
