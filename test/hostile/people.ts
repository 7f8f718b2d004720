import type { NumberClass, PartyRole } from '../../src/domain/item.ts';
import type { Chance } from './chance.ts';
import { aName, type Said } from './words.ts';

/** One who takes part, as the header writes it and as the archive must know it. */
export interface Person {
  /** What stands before the angle brackets; the wrapping decides on quotes and encoded words. */
  readonly display: string;
  /** What stands between them; null when there are none. */
  readonly bracketed: string | null;
  readonly number: string | null;
  readonly numberClass: NumberClass;
  /** Lower case. */
  readonly address: string | null;
  /** As a reader sees it. */
  readonly name: string | null;
}

export interface Party extends Person {
  readonly role: PartyRole;
}

/** Where a display name and an address stand: every format that research knows of customers. */
const FORMATS = [
  'name number',
  'number name',
  'number',
  'name (number)',
  'name',
  'address only',
  'number only',
  'swapped',
  'swapped plmn',
  'plmn number',
  'mms address',
] as const;
export type Format = (typeof FORMATS)[number];

/** Those which show the number and the address, so that the item key is the same in each. */
export const FULL_FORMATS: readonly Format[] = [
  'name number',
  'number name',
  'number',
  'name (number)',
  'swapped',
  'swapped plmn',
  'plmn number',
];

const SPECIAL: readonly (readonly [string, NumberClass, string | null])[] = [
  ['UNKNOWN', 'withheld', null],
  ['Withheld', 'withheld', null],
  ['anonymous', 'withheld', null],
  ['999999999', 'withheld', null],
  ['85500', 'short-code', '85500'],
  ['2020', 'short-code', '2020'],
  ['BANK', 'alphanumeric', 'BANK'],
  ['O2', 'alphanumeric', 'O2'],
  ['QuillPost', 'alphanumeric', 'QuillPost'],
];

export interface Identity {
  /** Nine digits after +44, of Ofcom's range for fiction. */
  readonly digits: string;
  readonly address: string;
  readonly name: Said;
}

export function anIdentity(chance: Chance): Identity {
  const digits = `7700900${String(chance.below(1000)).padStart(3, '0')}`;
  const domain = chance.pick(['tarnvesper.example.com', 'example.org', 'EXAMPLE.NET']);
  const local = chance.pick(['u', 'First.Last', 'o', 'a_b-', 'x+tag']);
  return { digits, address: `${local}${digits.slice(-3)}@${domain}`, name: aName(chance) };
}

export function aPerson(chance: Chance): Person {
  if (chance.is(0.12)) return special(chance);
  const identity = anIdentity(chance);
  const person = inFormat(identity, chance.pick(FORMATS), chance);
  if (person.address === null || chance.is(0.97)) return person;
  // Such an address is kept as the item's property and stands in no header.
  const odd = chance.pick([
    'müller@exämple.com',
    `${'l'.repeat(70)}@example.com`,
    'a..b@example.com',
  ]);
  return person.bracketed === null || person.bracketed === `4${identity.digits}`
    ? person
    : { ...person, ...(person.bracketed.includes('@') ? { bracketed: odd, address: odd } : {}) };
}

/** The same person in one of the formats; `chance` decides how the number is written. */
export function inFormat(identity: Identity, format: Format, chance: Chance): Person {
  const { digits, name } = identity;
  const written = writtenNumber(digits, chance);
  const known = {
    number: `+44${digits}`,
    numberClass: 'e164',
    address: identity.address.toLowerCase(),
  } as const;
  const named = { ...known, name: name.seen };
  const bare = { ...known, name: null };
  const at = identity.address;
  switch (format) {
    case 'name number':
      return { ...named, display: `${name.sent} ${written}`, bracketed: at };
    case 'number name':
      return { ...named, display: `${written} ${name.sent}`, bracketed: at };
    case 'name (number)':
      return { ...named, display: `${name.sent} (+44${digits})`, bracketed: at };
    case 'number':
      return { ...bare, display: written, bracketed: at };
    case 'name':
      return {
        ...named,
        number: null,
        numberClass: 'unparseable',
        display: name.sent,
        bracketed: at,
      };
    case 'address only':
      return { ...bare, number: null, numberClass: 'withheld', display: '', bracketed: at };
    case 'number only':
      return { ...bare, address: null, display: `44${digits}`, bracketed: null };
    case 'swapped':
      return { ...bare, display: at, bracketed: `44${digits}` };
    case 'swapped plmn':
      return { ...bare, display: at, bracketed: `+44${digits}/TYPE=PLMN` };
    case 'plmn number':
      return { ...bare, display: `+44${digits}/TYPE=PLMN`, bracketed: at };
    case 'mms address':
      return {
        ...bare,
        address: null,
        display: '',
        bracketed: `+44${digits}/TYPE=PLMN@mms.example.com`,
      };
  }
}

function writtenNumber(digits: string, chance: Chance): string {
  const national = `0${digits.slice(0, 4)} ${digits.slice(4)}`;
  return chance.pick([
    `44${digits}`,
    `44${digits}`,
    `+44${digits}`,
    `0044${digits}`,
    `0${digits}`,
    national,
    `+44 (0)${digits.slice(0, 4)} ${digits.slice(4)}`,
    `\u202d44${digits}\u202c`,
  ]);
}

function special(chance: Chance): Person {
  const [display, numberClass, number] = chance.pick(SPECIAL);
  const isAddressed = numberClass !== 'alphanumeric' && chance.is(0.5);
  const address = isAddressed ? `someone${chance.below(50)}@example.com` : null;
  return { display, bracketed: address ?? '', number, numberClass, address, name: null };
}

/** One who is named several times, by number and address, stands once, where named first. */
export function distinct(parties: readonly Party[]): Party[] {
  const seen = new Set<string>();
  return parties.filter(({ number, address, name }) => {
    const isNobody = number === null && address === null;
    const label = `${number ?? ''}|${address ?? ''}|${isNobody ? (name ?? '') : ''}`;
    if (seen.has(label)) return false;
    seen.add(label);
    return true;
  });
}
