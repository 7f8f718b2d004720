import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Party } from '../../../src/domain/item.ts';
import { routingOf, type Route } from '../../../src/domain/routing.ts';

const OURS = { owner: 'ann@example.com', ownDomains: ['example.com'] };

function aParty(party: Partial<Party>): Party {
  return {
    role: 'to',
    position: 0,
    number: '+447700900001',
    numberClass: 'e164',
    address: null,
    name: null,
    ...party,
  };
}

const to = (id: string, rule: 'custom' | 'automatic' = 'automatic'): Route => ({
  mailbox: { id, rule, mappingVersion: null },
});
const none = (isInCustomMapping = false): Route => ({
  mailbox: null,
  reason: 'no-user',
  isInCustomMapping,
});

test('each mailbox gets one copy, by the rule of the first party that leads to it', () => {
  const parties = [aParty({ role: 'from' }), aParty({ position: 0 }), aParty({ position: 1 })];

  const { mailboxes, held } = routingOf(parties, [to('m1', 'custom'), to('m2'), to('m1')], OURS);

  assert.deepEqual(
    mailboxes.map(({ id, rule }) => [id, rule]),
    [
      ['m1', 'custom'],
      ['m2', 'automatic'],
    ],
  );
  assert.deepEqual(held, []);
});

test('who is ours and has no mailbox is held, also when another party was served', () => {
  const parties = [
    aParty({ role: 'from', address: 'ann@example.com' }),
    aParty({ role: 'to', position: 0, address: 'ben@example.com' }),
    aParty({ role: 'to', position: 1, address: 'cat@elsewhere.example' }),
    aParty({ role: 'to', position: 2 }),
  ];

  const { held } = routingOf(parties, [to('m1'), none(), none(), none(true)], OURS);

  assert.deepEqual(held, [
    { role: 'to', position: 0, reason: 'no-user' },
    { role: 'to', position: 2, reason: 'no-user' },
  ]);
});

test('an own domain is compared whole, not by its end', () => {
  const parties = [aParty({ role: 'from' }), aParty({ address: 'eve@notexample.com' })];

  assert.deepEqual(routingOf(parties, [to('m1'), none()], OURS).held, []);
});

test('an item that nobody has a mailbox for is held at least once', () => {
  const parties = [aParty({ role: 'from' }), aParty({ address: 'x@elsewhere.example' })];

  assert.deepEqual(routingOf(parties, [none(), none()], { owner: null, ownDomains: [] }).held, [
    { role: 'from', position: 0, reason: 'no-user' },
  ]);
  assert.equal(routingOf([], [], OURS).held.length, 1);
});
