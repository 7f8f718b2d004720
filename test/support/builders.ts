import type { IndexEntry, PackageIndex } from '../../src/domain/index-entry.ts';
import type { Item, Party } from '../../src/domain/item.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import type { ItemReference } from '../../src/workflows/contracts.ts';

/** Things of the domain with defaults, for tests that are about one member of them. */
export const DAY = '2026-11-23';
const PACKAGE = '202611230000-TeleMessage_1_20261124010000';

export function keyOf(number: number): string {
  return number.toString(16).padStart(64, '0');
}

export function anEntry(itemKey = keyOf(1), over: Partial<IndexEntry> = {}): IndexEntry {
  return {
    name: `${itemKey}.eml`,
    offset: 0,
    dataOffset: 40,
    compressedBytes: 100,
    sizeBytes: 200,
    method: 8,
    sha256: 'aa',
    itemKey,
    kind: 'sms',
    at: `${DAY}T09:00:00Z`,
    problem: null,
    ...over,
  };
}

export function anIndex(
  items: readonly IndexEntry[],
  over: Partial<PackageIndex> = {},
): PackageIndex {
  return {
    version: 1,
    connector: 'o2',
    day: DAY,
    package: PACKAGE,
    delivery: 1,
    packageSha256: 'bb',
    outcome: 'taken',
    reason: null,
    notes: [],
    items,
    ...over,
  };
}

export function aReference(itemKey = keyOf(1)): ItemReference {
  const { name: _, ...entry } = anEntry(itemKey);
  const path = `packages/2026/11/23/${PACKAGE}/1.zip`;
  return { ...entry, connector: 'o2', day: DAY, package: path, packageSha256: 'bb' };
}

export function aRead(over: Partial<Item> = {}) {
  const party = (role: 'from' | 'to', number: string): Party => ({
    role,
    position: 0,
    number,
    numberClass: 'e164',
    address: `${role}@example.com`,
    name: null,
  });
  const item: Item = {
    kind: 'sms',
    event: null,
    at: `${DAY}T09:00:00Z`,
    timeFlag: null,
    dateAsSent: null,
    sourceId: null,
    originalSourceId: null,
    threadId: null,
    groupName: null,
    owner: null,
    direction: 'unknown',
    parties: [party('from', '+447700900123'), party('to', '+447700900124')],
    subject: '',
    text: '',
    call: null,
    attachments: [],
    isEncrypted: false,
    hasFilesRemovedAtSource: false,
    unknownCharset: null,
    textDoubts: [],
    sourceHeaders: [],
    ...over,
  };
  return { itemKey: keyOf(1), item, contents: new Map<number, Buffer>() };
}

export function aReceipt(over: Partial<Receipt> = {}): Receipt {
  return {
    version: 1,
    itemKey: keyOf(1),
    home: DAY,
    package: `packages/2026/11/23/${PACKAGE}/1.zip`,
    packageSha256: 'aa',
    itemSha256: 'bb',
    messageSha256: 'cc',
    outcome: 'imported',
    reason: null,
    mailboxes: [],
    held: [],
    waived: null,
    flags: [],
    steps: [],
    writtenAt: '2026-11-24T02:00:00Z',
    ...over,
  };
}
