import type { Cast } from './cell.ts';
import { wordOf, type Person, type User } from './items.ts';

export const OUR_DOMAIN = 'firm.example.com';

/** Makes people whose names, numbers and addresses are this trial's alone. */
export function peopleOf(random: () => number) {
  let place = 0;
  const person = (first: string, domain: string): Person => {
    place += 1;
    const word = wordOf(random).slice(0, 10);
    return {
      id: null,
      name: `${first} Q${word}`,
      // Ofcom keeps 07700 900000 to 900999 for fiction.
      number: `447700900${String(100 + place * 7)}`,
      address: `${first.toLowerCase()}.q${word}@${domain}`,
    };
  };
  const user = (first: string): User => ({ ...person(first, OUR_DOMAIN), id: uuidOf(random) });
  const cast: Cast = {
    ann: user('Ann'),
    ben: user('Ben'),
    cat: user('Cat'),
    dan: person('Dan', OUR_DOMAIN),
    eve: person('Eve', 'elsewhere.example.net'),
  };
  return { cast, user };
}

function uuidOf(random: () => number): string {
  const word = wordOf(random);
  return `${word.slice(0, 8)}-${word.slice(8, 12)}-4${word.slice(13, 16)}-8${word.slice(17, 20)}-${word.slice(20, 32)}`;
}

/** The user of the tenant's stand-in that a person is. */
export function userOf({ id, address, name }: User) {
  return {
    id,
    userPrincipalName: address,
    mail: address,
    displayName: name,
    accountEnabled: true,
  };
}
