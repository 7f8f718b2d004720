import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { HeldRecord } from '../../../src/activities/held.ts';
import type { ShownMapping } from '../../../src/cli/mapping-text.ts';
import type { Users } from '../../../src/directory/users.ts';
import type { Item, Party } from '../../../src/domain/item.ts';
import type { Staging } from '../../../src/staging/staging.ts';
import { aRead, aReference, keyOf } from '../../support/builders.ts';
import { memoryStaging } from '../../support/memory-staging.ts';
import { MINIMAL } from '../config/fixture.ts';
import type { Typed } from './typed.ts';
import { typed } from './typed.ts';

export const HEADER = 'mobileNumber,email';
export const TIMED = 'mobileNumber,email,validFrom,validTo';

/** An operator's desk: the command line over a staging in memory and a tenant as the test wants it. */
export interface Desk {
  readonly staging: Staging;
  /** The reader's item by its key. */
  readonly items: Map<string, Item>;
  nowMs: number;
  users: Users;
  readonly run: (...argv: string[]) => Promise<Typed>;
}

/** Every address is of a user with a mailbox, but for those that say otherwise. */
export const USERS: Users = {
  find: (address) =>
    Promise.resolve(
      address.startsWith('gone')
        ? { user: null, isAmbiguous: false }
        : address.startsWith('shared')
          ? { user: null, isAmbiguous: true }
          : { user: address },
    ),
  hasMailbox: (user) => Promise.resolve(!user.startsWith('unlicensed')),
  addressOf: (user) => Promise.resolve(user),
};

export function desk(yaml = MINIMAL): Desk {
  const self: Desk = {
    staging: memoryStaging(),
    items: new Map(),
    nowMs: Date.parse('2026-12-24T09:00:00Z'),
    users: USERS,
    run: (...argv) =>
      typed(['mapping', ...argv], {
        yaml,
        openStaging: () => Promise.resolve(self.staging),
        openUsers: () => Promise.resolve(self.users),
        openItems: () =>
          Promise.resolve({
            read: ({ itemKey }) =>
              Promise.resolve({ problem: null, ...aRead(self.items.get(itemKey)) }),
          }),
        now: () => self.nowMs,
      }),
  };
  return self;
}

/** A file of its own folder; gives its path. */
export function file(content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), 'o2-mapping-')), 'users.csv');
  writeFileSync(path, content);
  return path;
}

export async function shown(office: Desk): Promise<ShownMapping> {
  return JSON.parse((await office.run('show', '--json')).out) as ShownMapping;
}

/** Holds an item for its sender, whom no rule has found. */
export async function hold(
  { staging, items }: Desk,
  at: number,
  number: string,
  time = '2026-11-23T09:00:00Z',
): Promise<void> {
  const sender: Party = {
    role: 'from',
    position: 0,
    number,
    numberClass: 'e164',
    address: null,
    name: null,
  };
  const { item } = aRead({ at: time, parties: [sender] });
  items.set(keyOf(at), item);
  const record: HeldRecord = {
    item: { ...aReference(keyOf(at)), at: time },
    role: 'from',
    position: 0,
    reason: 'no-user',
  };
  await staging.held.write({ person: `hash-of-${number.slice(1)}`, itemKey: keyOf(at) }, record);
}
