import { parseAddressHeader } from 'mailparser';
import { findPhoneNumber, type FoundNumber } from '../domain/number-in-text.ts';
import { normalisePhoneNumber } from '../domain/phone-number.ts';
import type { Direction, Party, PartyRole } from '../domain/item.ts';
import { joinWords, type ItemHeaders } from './headers.ts';
import { splitAddresses } from './address-list.ts';

export interface Parties {
  readonly owner: string | null;
  readonly direction: Direction;
  readonly parties: readonly Party[];
}

type Person = Omit<Party, 'role' | 'position'>;

interface ListedAddress {
  readonly name: string;
  readonly address?: string | undefined;
  readonly group?: readonly ListedAddress[] | undefined;
}

const ADDRESS = /^[^\s@<>"]+@[^\s@<>"]+$/u;
/** Addresses of a phone that look like those of a mailbox. */
const OF_PHONE = /\/TYPE=|^sips?:/iu;
/** More numbers joined to one are no list that anybody dialled. */
const MAX_NUMBERS_IN_ONE = 500;

/**
 * Reads who took part. The vendor writes `"447700900123" <alice@example.com>`, its customers choose
 * other display formats: the number is searched in whatever is not the e-mail address. National
 * numbers are those of `defaultCountry` (ISO 3166, two letters).
 */
export function readParties(headers: ItemHeaders, defaultCountry: string): Parties {
  const peopleOf = (name: string) =>
    headers.raw(name).flatMap((value) => readPeople(value, defaultCountry));
  const ownerPerson = ownerOf(peopleOf('RCPT_TO'));
  const owner = ownerPerson?.address ?? null;
  const named = peopleOf('From');
  // Without a number, a sender is the machine that sent the mail (RFC 5322 3.6.2).
  const from = named.length > 0 ? named : peopleOf('Sender').filter(isDialled);
  const to = ['To', 'Cc', 'Bcc'].flatMap(peopleOf);
  const direction = directionOf(owner, from, to);
  const roles: [PartyRole, Person[]][] = [
    ['from', from],
    ['to', to],
  ];
  const isListed = [...from, ...to].some((person) => person.address === owner);
  if (ownerPerson !== null && !isListed) roles.push(['owner', [ownerPerson]]);
  return { owner, direction, parties: distinct(roles) };
}

/** The one address in `RCPT_TO`; none when the header is empty, odd or names several. */
function ownerOf(people: readonly Person[]): Person | null {
  const addressed = people.filter((person) => person.address !== null);
  const [first] = addressed;
  if (first === undefined) return null;
  return addressed.every((person) => person.address === first.address) ? first : null;
}

function directionOf(owner: string | null, from: Person[], to: Person[]): Direction {
  if (owner === null) return 'unknown';
  if (from.some((person) => person.address === owner)) return 'outbound';
  return to.some((person) => person.address === owner) ? 'inbound' : 'unknown';
}

/** One who is named several times stands once, where named first. */
function distinct(roles: readonly [PartyRole, Person[]][]): Party[] {
  const seen = new Set<string>();
  return roles.flatMap(([role, people]) => {
    let position = 0;
    const parties: Party[] = [];
    for (const person of people) {
      const isNobody = person.number === null && person.address === null;
      const id = JSON.stringify([person.number, person.address, isNobody ? person.name : null]);
      if (seen.has(id)) continue;
      seen.add(id);
      parties.push({ role, position, ...person });
      position += 1;
    }
    return parties;
  });
}

function readPeople(value: string, defaultCountry: string): Person[] {
  // Written the same is read the same: a header of 1 MB may repeat one address for ever.
  const written = new Set(splitAddresses(joinWords(value)));
  const listed = [...written].flatMap((each) =>
    flatten(parseAddressHeader(each, { decodePunycode: false }).value),
  );
  return [...new Map(listed.map((each) => [`${each.name}\n${each.address ?? ''}`, each])).values()]
    .flatMap((each) => eachNumber(each, defaultCountry))
    .map((each) => readPerson(each, defaultCountry));
}

/**
 * `447700900101;447700900102` in one name or address are two people: feeds join lists so. An e-mail
 * address beside them is the first one's.
 */
function eachNumber(listed: ListedAddress, defaultCountry: string): ListedAddress[] {
  const address = listed.address ?? '';
  for (const [side, other] of [
    [listed.name, address],
    [address, listed.name],
  ] as const) {
    const pieces = side.split(/[;,]/u).map((piece) => piece.trim());
    const isList = pieces.length > 1 && pieces.length <= MAX_NUMBERS_IN_ONE;
    if (isList && pieces.every((piece) => isDialled(normalisePhoneNumber(piece, defaultCountry)))) {
      return pieces.map((name, at) => ({ name, address: at === 0 ? other : '' }));
    }
  }
  return [listed];
}

function flatten(listed: readonly ListedAddress[]): ListedAddress[] {
  return listed.flatMap((entry) => (entry.group === undefined ? [entry] : flatten(entry.group)));
}

/** Either side may hold the address: `Alice <a@example.com>`, `a@example.com <447700900123>`. */
function readPerson(listed: ListedAddress, defaultCountry: string): Person {
  const sides = [listed.name.trim(), (listed.address ?? '').trim()].filter((side) => side !== '');
  const address =
    sides.toReversed().find((side) => ADDRESS.test(side) && !OF_PHONE.test(side)) ?? null;
  const others = sides.filter((side) => side !== address);
  const found = others.map((side) => findPhoneNumber(side, defaultCountry));
  const best = found.find((number) => number.number !== null && isDialled(number)) ?? found[0];
  if (best === undefined) {
    return { number: null, numberClass: 'withheld', address: lower(address), name: null };
  }
  const number = numberOf(best, address);
  const names = [best, ...found].map(({ rest }) => rest);
  // A sender name is the number already.
  const name = names.find((rest) => rest !== '' && rest !== number.number) ?? null;
  return { ...number, address: lower(address), name };
}

function isDialled(found: Pick<FoundNumber, 'numberClass'>): boolean {
  return found.numberClass === 'e164' || found.numberClass === 'short-code';
}

/** Beside an e-mail address, a word such as `Alice` is a name and no sender name. */
function numberOf(found: FoundNumber, address: string | null) {
  const { number, numberClass } = found;
  if (numberClass !== 'alphanumeric' || address === null) return { number, numberClass };
  return { number: null, numberClass: 'unparseable' as const };
}

function lower(address: string | null): string | null {
  return address?.toLowerCase() ?? null;
}
