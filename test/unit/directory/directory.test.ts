import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory } from '../../../src/directory/directory.ts';
import { mappingVersion } from '../../../src/directory/mapping-version.ts';
import type { Users } from '../../../src/directory/users.ts';

const AT = '2026-11-23T09:15:42Z';
const NUMBER = '+447700900123';
const MAPPING = mappingVersion([
  { number: NUMBER, address: 'mapped@example.com', validFrom: null, validTo: null },
]);
/** Address → user; `shared@` is of two. */
const USERS: Users = {
  find(address) {
    if (address === 'shared@example.com') return Promise.resolve({ user: null, isAmbiguous: true });
    const name = /^(mapped|alice|unlicensed)@example\.com$/.exec(address)?.[1];
    return Promise.resolve(
      name === undefined ? { user: null, isAmbiguous: false } : { user: name },
    );
  },
  hasMailbox: (user) => Promise.resolve(user !== 'unlicensed'),
  addressOf: () => Promise.resolve(null),
};

interface Case {
  readonly name: string;
  readonly number?: string | null;
  readonly address?: string | null;
  /** Whom the CSV names for the number. */
  readonly mapped?: string;
  readonly automatic?: boolean;
  readonly custom?: boolean;
  readonly expected: string;
}

const CASES: readonly Case[] = [
  { name: 'the CSV is asked first', address: 'alice@example.com', expected: 'mapped by custom' },
  {
    name: 'a number that is not in the CSV goes by its address',
    number: '+447700900999',
    address: 'alice@example.com',
    expected: 'alice by automatic',
  },
  {
    name: 'a party without a number goes by its address',
    number: null,
    address: 'alice@example.com',
    expected: 'alice by automatic',
  },
  {
    name: 'a CSV row whose user is none falls to the address',
    mapped: 'gone@example.com',
    address: 'alice@example.com',
    expected: 'alice by automatic',
  },
  {
    name: 'a CSV row whose user has no mailbox falls to the address',
    mapped: 'unlicensed@example.com',
    address: 'alice@example.com',
    expected: 'alice by automatic',
  },
  {
    name: 'a CSV row whose address is of two is held and falls to nothing',
    mapped: 'shared@example.com',
    address: 'alice@example.com',
    expected: 'ambiguous-address, ours',
  },
  {
    name: 'an address of two users is held',
    number: null,
    address: 'shared@example.com',
    expected: 'ambiguous-address',
  },
  {
    name: 'neither CSV nor address is no user',
    number: '+447700900999',
    address: 'gone@example.com',
    expected: 'no-user',
  },
  { name: 'nothing known of a party is no user', number: null, expected: 'no-user' },
  {
    name: 'a user without a mailbox, and no other, is no mailbox',
    mapped: 'unlicensed@example.com',
    address: 'gone@example.com',
    expected: 'no-mailbox, ours',
  },
  {
    name: 'an address of a user without a mailbox is no mailbox',
    number: null,
    address: 'unlicensed@example.com',
    expected: 'no-mailbox',
  },
  {
    name: 'with the custom mapping off, only the address counts',
    custom: false,
    address: 'alice@example.com',
    expected: 'alice by automatic',
  },
  {
    name: 'with the automatic mapping off, only the CSV counts',
    automatic: false,
    number: '+447700900999',
    address: 'alice@example.com',
    expected: 'no-user',
  },
];
for (const { name, expected, number = NUMBER, address = null, ...rest } of CASES) {
  test(name, async () => {
    const { mapped, automatic = true, custom = true } = rest;
    const version =
      mapped === undefined
        ? MAPPING
        : mappingVersion([{ number: NUMBER, address: mapped, validFrom: null, validTo: null }]);
    const who = directory({ users: USERS, mapping: async () => version, automatic, custom });

    const route = await who.route({ number, address }, AT, 'run-1');

    if (route.mailbox === null) {
      assert.equal(`${route.reason}${route.isInCustomMapping ? ', ours' : ''}`, expected);
    } else {
      assert.equal(`${route.mailbox.id} by ${route.mailbox.rule}`, expected);
      const isCustom = route.mailbox.rule === 'custom';
      assert.equal(route.mailbox.mappingVersion, isCustom ? version.id : null);
    }
  });
}

test('without a mapping in force only the address counts', async () => {
  const who = directory({ users: USERS, mapping: async () => null, automatic: true, custom: true });

  const route = await who.route({ number: NUMBER, address: null }, AT, 'run-1');

  assert.deepEqual(route, { mailbox: null, reason: 'no-user', isInCustomMapping: false });
});

test('the mailbox of an address is found whatever the mapping says, and why there is none', async () => {
  const who = directory({
    users: USERS,
    mapping: async () => null,
    automatic: false,
    custom: true,
  });
  const find = async (address: string) => {
    const found = await who.mailboxOf(address, 'run-1');
    return found.mailbox === null ? found.reason : found.mailbox.id;
  };

  assert.equal(await find('Alice@Example.com'), 'alice');
  assert.equal(await find('nobody@example.com'), 'no-user');
});
