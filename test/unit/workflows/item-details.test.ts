import assert from 'node:assert/strict';
import test from 'node:test';
import type { ItemReference } from '../../../src/workflows/contracts.ts';
import {
  endedDetails,
  runningDetails,
  whyNotArchived,
} from '../../../src/workflows/item-details.ts';

const KEY = 'a'.repeat(64);
const ITEM: ItemReference = {
  connector: 'o2',
  day: '2026-11-23',
  package: 'packages/2026/11/23/202611230000-TeleMessage_1_20261124000101/1.zip',
  packageSha256: 'b'.repeat(64),
  itemKey: KEY,
  kind: 'sms',
  at: '2026-11-23T08:47:52Z',
  sizeBytes: 1_053,
  offset: 0,
  dataOffset: 70,
  compressedBytes: 1_053,
  method: 0,
  sha256: 'c'.repeat(64),
  problem: null,
};
const PATH = `receipts/2026/11/23/${KEY}/1.json`;

const copy = (position: number) => ({
  id: `0f8e2a64-5b1c-4d3e-8a00-${String(position).padStart(12, '0')}`,
  messageId: 'AAkA',
  rule: 'custom' as const,
  mappingVersion: null,
  at: '2026-11-25T19:49:48Z',
  outcome: 'imported' as const,
  reason: null,
});
const held = { role: 'from', position: 0, reason: 'no-user', person: 'p'.repeat(8) } as const;

test('the page of an item shows its kind, size and package while it runs', () => {
  const details = runningDetails(ITEM);

  assert.match(details, /\| kind \| sms of 2026-11-23T08:47:52Z \|/);
  assert.match(details, /\| size \| 2 kB \|/);
  assert.match(details, /\| package \| `202611230000-TeleMessage_1_20261124000101\/1\.zip` \|/);
});

test('a held item shows its reason with the cure, its mailboxes by id, its receipt and what to type', () => {
  const end = { outcome: 'unmapped', reason: 'no-user', path: PATH } as const;
  const details = endedDetails(ITEM, { ...end, mailboxes: [copy(111)], held: [held, held] });

  assert.match(details, /^\*\*unmapped: no-user\*\*\n\nNo Microsoft 365 user has this number/);
  assert.match(details, /\| mailbox \| `0f8e2a64-5b1c-4d3e-8a00-000000000111` imported, custom/);
  assert.match(details, /\| held \| 2: no-user \|/);
  assert.match(details, new RegExp(`Receipt: \`${PATH}\``));
  assert.match(details, /`o2-archiver report --connector o2 --day 2026-11-23`/);
  assert.match(details, new RegExp(`\`o2-archiver retry --connector o2 --item ${KEY}\``));
  assert.match(details, new RegExp(`\`o2-archiver item --connector o2 ${KEY}\``));
});

test('an archived item asks for nothing, and one of thousands names twenty mailboxes', () => {
  const mailboxes = Array.from({ length: 2_000 }, (_, position) => copy(position));
  const details = endedDetails(ITEM, {
    ...{ outcome: 'imported', reason: null, path: PATH },
    ...{ mailboxes, held: [] },
  });

  assert.doesNotMatch(details, /retry|Who it is/);
  assert.equal(details.match(/\| mailbox \|/g)?.length, 20);
  assert.match(details, /\| mailboxes beside \| 1980 \|/);
});

test('the failure of an item names the report only when somebody must be mapped', () => {
  assert.equal(
    whyNotArchived(ITEM, 'mailbox-full'),
    `Not archived for everyone: mailbox-full. The mailbox takes nothing more. Raise its quota or let its owner tidy up. After the cure: o2-archiver retry --connector o2 --item ${KEY}`,
  );
  assert.match(
    whyNotArchived(ITEM, 'no-mailbox'),
    /Who it is: o2-archiver report --connector o2 --day 2026-11-23\. After the cure: o2-archiver retry/,
  );
});
