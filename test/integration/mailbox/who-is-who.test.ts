import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { FaultOrder } from '../../../sandbox/tenant/faults.ts';
import { directory, type Directory } from '../../../src/directory/directory.ts';
import { mappingVersion } from '../../../src/directory/mapping-version.ts';
import { users } from '../../../src/directory/users.ts';
import type { RunError } from '../../../src/domain/run-error.ts';
import { mailboxRoom, type Room } from '../../support/mailbox-room.ts';
import { ALICE, BOB, NOBODY } from '../../support/test-tenant.ts';

const AT = '2026-11-21T09:15:42Z';
const NUMBER = '+447700900123';
/** Alice by the CSV, Bob by the item's address. */
const PARTY = { number: NUMBER, address: 'bobby@example.org' };
const BY_CSV = 'Alice Example by custom';
const BY_ADDRESS = 'Bob Builder by automatic';

const FOLDERS = { kind: 'batch.folders.list', mailbox: ALICE.id };
const USERS = { kind: 'batch.users.list' };

type Case = readonly [what: string, faults: readonly FaultOrder[], expected: string];

const CASES: readonly Case[] = [
  ['nothing wrong', [], BY_CSV],
  ...[
    'MailboxNotEnabledForRESTAPI',
    'MailboxNotSupportedForRESTAPI',
    'ErrorNonExistentMailbox',
    'ErrorInvalidUser',
    'ResourceNotFound',
    'Request_ResourceNotFound',
  ].map((code): Case => [
    `404 ${code} for the mailbox`,
    [{ ...FOLDERS, status: 404, code }],
    BY_ADDRESS,
  ]),
  [
    "a proxy's 404 for the mailbox",
    [{ ...FOLDERS, status: 404, body: 'html' }],
    'tenant-unavailable',
  ],
  // The import says what is wrong with one mailbox: its tries are bounded, and its reason is its own.
  ['403 for the mailbox', [{ ...FOLDERS, status: 403, code: 'ErrorAccessDenied' }], BY_CSV],
  [
    '429 for the mailbox',
    [{ ...FOLDERS, status: 429, code: 'ApplicationThrottled', retryAfter: '2.128' }],
    BY_CSV,
  ],
  ['503 for the mailbox', [{ ...FOLDERS, status: 503 }], BY_CSV],
  [
    '401 for the mailbox',
    [{ ...FOLDERS, status: 401, code: 'InvalidAuthenticationToken' }],
    'tenant-refused',
  ],
  ['400 for one address', [{ ...USERS, status: 400, code: 'Request_BadRequest' }], BY_ADDRESS],
  [
    '400 for every address',
    [{ ...USERS, times: 0, status: 400, code: 'Request_BadRequest' }],
    'tenant-refused',
  ],
  [
    '403 for the look-up',
    [{ ...USERS, status: 403, code: 'Authorization_RequestDenied' }],
    'tenant-refused',
  ],
  [
    '429 for the look-up',
    [{ ...USERS, status: 429, code: 'Request_ThrottledTemporarily', retryAfter: '7' }],
    'tenant-unavailable after 7000 ms',
  ],
  ['503 for the look-up', [{ ...USERS, status: 503 }], 'tenant-unavailable'],
  ['504 for the look-up', [{ ...USERS, status: 504, code: 'UnknownError' }], 'tenant-unavailable'],
  ['a page of a proxy', [{ ...USERS, status: 502, body: 'html' }], 'tenant-unavailable'],
  ['503 for the batch', [{ kind: 'batch', status: 503 }], 'tenant-unavailable'],
  ['403 for the batch', [{ kind: 'batch', status: 403, code: 'accessDenied' }], 'tenant-refused'],
  ['a lost connection', [{ kind: 'batch', outcome: 'reset' }], 'tenant-unavailable'],
  ['an empty answer', [{ kind: 'batch', status: 200, body: 'empty' }], 'tenant-unavailable'],
];

for (const [what, faults, expected] of CASES) {
  test(`${what}: ${expected}`, async (context) => {
    const { room, who } = await officeOf(context);
    for (const fault of faults) room.tenant.order(fault);

    assert.equal(await ended(who.route(PARTY, AT, 'run')), expected);

    room.tenant.clearFaults();
    const next = await ended(who.route(PARTY, AT, 'next run'));
    assert.equal(next, BY_CSV, 'and the next run asks anew');
  });
}

test('a token that is refused is our configuration, and nobody becomes unknown by it', async (context) => {
  const { room, who } = await officeOf(context);
  room.tenant.change({ refusesTokens: true });

  assert.equal(await ended(who.route(PARTY, AT, 'run')), 'tenant-refused');
});

test('CSV, address, held: each rule is tried in its order, and no other', async (context) => {
  const { who } = await officeOf(context);
  const route = (number: string | null, address: string | null) =>
    ended(who.route({ number, address }, AT, 'run'));

  assert.equal(await route(NUMBER, null), BY_CSV);
  assert.equal(await route('+447700900999', 'BOBBY@example.org'), BY_ADDRESS);
  assert.equal(await route('+447700900124', 'bobby@example.org'), BY_ADDRESS);
  assert.equal(await route('+447700900124', null), 'held: no-mailbox');
  assert.equal(await route('+447700900125', 'nobody@elsewhere.example'), 'held: no-user');
  assert.equal(await route(null, null), 'held: no-user');
});

test('one batch whose answers mix all kinds decides each for itself', async (context) => {
  const people = Array.from({ length: 6 }, (_, at) => ({
    ...ALICE,
    id: `000000${String(at).padStart(2, '0')}-0000-4000-8000-000000000000`,
    userPrincipalName: `user${at}@example.com`,
    mail: `user${at}@example.com`,
  }));
  const { room, who } = await officeOf(context, people);
  const of = (at: number) => ({ ...FOLDERS, mailbox: people[at]!.id });
  room.tenant.order({ ...of(1), status: 404, code: 'MailboxNotEnabledForRESTAPI' });
  room.tenant.order({ ...of(2), status: 403, code: 'ErrorAccessDenied' });
  room.tenant.order({ ...of(3), status: 429, code: 'ApplicationThrottled' });
  room.tenant.order({ ...of(4), status: 404, body: 'html' });
  const before = room.mailboxes.client.requests();

  const ends = await Promise.all(
    people.map(({ mail }) => ended(who.route({ number: null, address: mail }, AT, 'run'))),
  );

  assert.deepEqual(ends, [
    `${people[0]!.id} by automatic`,
    'held: no-mailbox',
    `${people[2]!.id} by automatic`,
    `${people[3]!.id} by automatic`,
    'tenant-unavailable',
    `${people[5]!.id} by automatic`,
  ]);
  assert.equal(room.mailboxes.client.requests() - before, 2);
});

async function officeOf(
  context: TestContext,
  people = [ALICE, BOB, NOBODY],
): Promise<{ room: Room; who: Directory }> {
  const room = await mailboxRoom(context, { users: people });
  const { reads, folders } = room.mailboxes;
  const row = { validFrom: null, validTo: null };
  const mapping = mappingVersion([
    { ...row, number: NUMBER, address: 'alice@example.com' },
    { ...row, number: '+447700900124', address: 'guest@example.com' },
    { ...row, number: '+447700900125', address: 'gone@example.com' },
  ]);
  const who = directory({
    users: users({
      read: (path, query) => reads.read(path, query),
      answers: (user, run) => folders.answers(user, run),
    }),
    mapping: () => Promise.resolve(mapping),
    automatic: true,
    custom: true,
  });
  return { room, who };
}

async function ended(route: ReturnType<Directory['route']>): Promise<string> {
  try {
    const found = await route;
    if (found.mailbox === null) return `held: ${found.reason}`;
    const { id, rule } = found.mailbox;
    const user = [ALICE, BOB].find((one) => one.id === id);
    return `${user?.displayName ?? id} by ${rule}`;
  } catch (error) {
    const { code, retryAfterMs } = error as RunError;
    return retryAfterMs === null ? code : `${code} after ${String(retryAfterMs)} ms`;
  }
}
