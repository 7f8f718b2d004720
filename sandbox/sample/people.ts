/**
 * Who takes part in the sample day. Every name, firm and ship is invented; numbers are of Ofcom's
 * range for fiction (07700 900000–900999), addresses of the example domains (RFC 2606).
 */

/** How the vendor's display name is put together: customers choose, so both orders arrive. */
type Display = 'name-first' | 'number-first' | 'number-only';

/** What becomes of a party's copy, written by hand: the tests' truth, not computed by the product. */
export type Standing = 'mailbox' | 'no-user' | 'no-mailbox' | 'outside';

export interface Person {
  readonly name: string;
  /** As the vendor writes it: without `+`; or a short code, a sender name, `UNKNOWN`. */
  readonly number: string;
  /** The *User's Email address*; null when TeleMessage has none. */
  readonly address: string | null;
  readonly display: Display;
  readonly standing: Standing;
  /** Last part of the id of the user whose mailbox takes the copy; null unless `mailbox`. */
  readonly user: number | null;
}

const FIRM = 'tarnvesper.example.com';

function ours(name: string, number: number, local: string | null, display: Display): Person {
  return {
    name,
    number: `447700900${number}`,
    address: local === null ? null : `${local}@${FIRM}`,
    display,
    standing: 'mailbox',
    user: number,
  };
}

function outside(name: string, number: number | string, address: string | null): Person {
  return {
    name,
    number: typeof number === 'number' ? `447700900${number}` : number,
    address,
    display: name === '' ? 'number-only' : 'name-first',
    standing: 'outside',
    user: null,
  };
}

/** Tarn & Vesper Ltd, grain and freight brokers in London, and those who call and text them. */
export const PEOPLE = {
  imogen: ours('Imogen Vesper', 101, 'imogen.vesper', 'name-first'),
  callum: ours('Callum Tarn', 102, 'callum.tarn', 'name-first'),
  // Not in the CSV: her copies come by the User's Email address alone.
  priya: ours('Priya Raghunathan', 103, 'priya.raghunathan', 'number-first'),
  // The item's address is an alias of his user, in other letter case.
  tomos: ours('Tomos Llywelyn', 104, 'Tomos', 'name-first'),
  agnieszka: ours('Agnieszka Wrona', 105, 'agnieszka.wrona', 'number-first'),
  mathieu: ours('Mathieu Delcourt', 106, 'mathieu.delcourt', 'name-first'),
  layla: ours('Layla Haddad', 107, 'layla.haddad', 'name-first'),
  junpei: ours('Junpei Arakawa', 108, 'junpei.arakawa', 'number-first'),
  weilin: ours('Zhuo Wei-Lin', 109, 'weilin.zhuo', 'name-first'),
  // No User's Email address in any item: only the CSV knows him.
  oskar: ours('Oskar Brandt', 110, null, 'name-first'),
  bethan: ours('Bethan Rees', 111, 'bethan.rees', 'name-first'),
  dev: ours('Dev Chaudhary', 112, 'dev.chaudhary', 'number-first'),
  // A user in the tenant, but no mailbox yet: her first day is today.
  nadia: {
    ...ours('Nadia Okonkwo', 113, 'nadia.okonkwo', 'name-first'),
    standing: 'no-mailbox',
    user: null,
  },
  // Left in October; the account is disabled, the mailbox still answers.
  reuben: ours('Reuben Castle', 114, 'reuben.castle', 'name-first'),
  // A contractor with an address of ours and no user in the tenant.
  sol: {
    ...ours('Sol Petrakis', 115, 'sol.petrakis', 'name-first'),
    standing: 'no-user',
    user: null,
  },
  // The address is Tomos's alias, the CSV gives the number to Agnieszka: the CSV comes first.
  freightDesk: { ...ours('Freight Desk', 116, 'freight.desk', 'name-first'), user: 105 },

  marged: outside('Marged Pritchard', 201, 'marged@dyffryn-growers.example.org'),
  greta: outside('Greta Lindhorst', 202, 'g.lindhorst@lindhorst-muehle.example.org'),
  etienne: outside('Étienne Roussillon', 203, 'etienne@moulins-roussillon.example.net'),
  kasia: outside('Kasia Zielny', 204, 'kasia.zielny@baltport.example.net'),
  omar: outside('Omar Al-Sabbagh', 205, 'omar@sabbagh-foods.example.org'),
  anjali: outside('Anjali Deshmukh', 206, 'anjali@deshmukh-trading.example.org'),
  yulan: outside('Chen Yulan', 207, 'yulan@liaohai.example.net'),
  sakura: outside('Sakura Minamoto', 208, 'sakura@kitanami.example.net'),
  fergus: outside('Fergus MacAindra', 209, null),
  rosalind: outside('Rosalind Achterberg', 210, 'rosalind@achterberg-marine.example.org'),
  jiho: outside('Nam Ji-ho', 211, 'jiho@hanbit.example.net'),
  yiorgos: outside('Yiorgos Stamatelos', 212, 'ys@stamatelos-shipping.example.org'),
  olena: outside('Olena Hryhorchuk', 213, 'olena@chornomor.example.org'),
  coffeeRepair: outside('', 214, null),
  partner: outside('', 215, null),
  chartering: outside('Elke Vandamme', 216, 'elke@vandamme-chartering.example.net'),
  bank: outside('', '85500', null),
  courier: outside('', 'QuillPost', null),
  withheld: outside('', 'UNKNOWN', null),
} as const satisfies Record<string, Person>;

export type PersonId = keyof typeof PEOPLE;

/** Widens the table's row: its literal types are only there to name the ids. */
export function personOf(id: PersonId): Person {
  return PEOPLE[id];
}

/**
 * The address part of the vendor's header. A phone without a known address has that of the carrier's
 * gateway; a sender name and a withheld number have none: `"UNKNOWN" <>`.
 */
export function addressOf(id: PersonId): string {
  const { address, number } = personOf(id);
  return address ?? (/^\d+$/.test(number) ? `${number}@sms.example.net` : '');
}

/** The vendor's display name, in the order chosen for this person. */
export function displayOf(id: PersonId): string {
  const { name, number, display } = personOf(id);
  switch (display) {
    case 'name-first':
      return `${name} ${number}`;
    case 'number-first':
      return `${number} ${name}`;
    case 'number-only':
      return number;
  }
}
