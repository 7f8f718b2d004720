import { dayOf } from '../domain/archive-day.ts';
import type { Party, PartyRole } from '../domain/item.ts';
import type { Reason } from '../domain/reason.ts';
import { RunError } from '../domain/run-error.ts';
import type { CaseItem } from '../staging/case-requests.ts';
import type { HeldItem, HeldKey } from '../staging/held.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import { batchesOf, MAX_KEYS, type ComingHome } from './cases.ts';
import type { Connector, Connectors } from './connector.ts';

/** Why one item is held for one person, and where to read it again. */
export interface HeldRecord {
  readonly item: ItemReference;
  readonly role: PartyRole;
  readonly position: number;
  readonly reason: Reason;
}

/** Items of one person that are read until one tells who they are; the others may be spoilt. */
const MAX_READS = 10;

/**
 * Names the items, whatever their age, that have a chance now. Of held people those whose answer
 * changed: a mapping, a user or a licence came; each is looked up once, so that an item is red once and
 * not daily. Of days beyond the window also those that a mailbox's state blocks, once a day. What does
 * not go into one answer comes home with the next run.
 */
export function revisitHeld(connectors: Connectors) {
  return async (input: {
    connector: string;
    run: string;
    /** The window: its blocked items are started by its slices. */
    days?: readonly string[];
  }): Promise<ComingHome[]> => {
    const connector = connectors.get(input.connector);
    const home = await blockedItems(connector, input.days ?? []);
    for (const items of (await heldPeople(connector)).values()) {
      if (home.length >= MAX_KEYS) break;
      home.push(...(await changedItems(connector, items, input.run)));
    }
    return batchesOf(connector.staging, home.slice(0, MAX_KEYS));
  };
}

async function heldPeople({ staging }: Connector): Promise<Map<string, HeldItem[]>> {
  const people = new Map<string, HeldItem[]>();
  for await (const item of staging.held.list()) {
    const known = people.get(item.person);
    if (known === undefined) people.set(item.person, [item]);
    else known.push(item);
  }
  return people;
}

async function blockedItems({ staging }: Connector, days: readonly string[]): Promise<CaseItem[]> {
  const today = dayOf(Date.now());
  const items: CaseItem[] = [];
  for await (const { triedAt, ...item } of staging.blocked.list()) {
    if (items.length >= MAX_KEYS) break;
    if (!days.includes(item.day) && !triedAt.startsWith(today)) items.push(item);
  }
  return items;
}

/** A mapping holds for a time: each item is asked about at its own. */
async function changedItems(
  connector: Connector,
  items: readonly HeldItem[],
  run: string,
): Promise<CaseItem[]> {
  const party = await partyOf(connector, items);
  if (party === null) return [];
  const changed: CaseItem[] = [];
  for (const item of items) {
    if (changed.length >= MAX_KEYS) break;
    const route = await connector.route(party, item.at, run);
    if (route.mailbox === null && route.reason === item.reason) continue;
    const record = await heldRecord(connector, item);
    if (record === null) continue;
    const { day, package: path } = record.item;
    changed.push({ itemKey: item.itemKey, day, package: path });
  }
  return changed;
}

/** Who it is that the items are held for, read from one of them; null when none can be read. */
export async function partyOf(
  connector: Pick<Connector, 'staging' | 'items'>,
  items: readonly HeldKey[],
): Promise<Party | null> {
  for (const item of items.slice(0, MAX_READS)) {
    const record = await heldRecord(connector, item);
    const read = record === null ? null : await readOrNull(connector.items, record.item);
    if (record === null || read?.problem !== null) continue;
    const party = read.item.parties.find(
      ({ role, position }) => role === record.role && position === record.position,
    );
    if (party !== undefined) return party;
  }
  return null;
}

async function heldRecord(
  { staging }: Pick<Connector, 'staging'>,
  { person, itemKey }: HeldKey,
): Promise<HeldRecord | null> {
  return (await staging.held.read({ person, itemKey })) as HeldRecord | null;
}

/**
 * The item; null when its bytes are spoilt or gone. One such item must not keep a day from its books:
 * it is held already, and its own workflow says what is wrong.
 */
async function readOrNull(items: Connector['items'], item: ItemReference) {
  try {
    return await items.read(item);
  } catch (error) {
    if (error instanceof RunError && error.code === 'staging-corrupt') return null;
    throw error;
  }
}
