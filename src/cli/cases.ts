import { WorkflowNotFoundError } from '@temporalio/common';

import type { HeldRecord } from '../activities/held.ts';
import type { ConnectorConfig } from '../config/config.ts';
import { itemWorkflowId } from '../domain/ids.ts';
import type { Party } from '../domain/item.ts';
import { normalisePhoneNumber } from '../domain/phone-number.ts';
import { isArchived, type Receipt } from '../domain/receipt.ts';
import { hasWaivedCopies } from '../domain/receipt-chain.ts';
import type { CaseItem, CaseRequest } from '../staging/case-requests.ts';
import type { Held, HeldItem } from '../staging/held.ts';
import type { Staging } from '../staging/staging.ts';
import { UsageError } from './exit.ts';
import { findItem } from './find-item.ts';
import { partiesOf, partyOf } from './held-party.ts';
import type { Session } from './session.ts';

/** What an operator's words are about, found in staging. */
export interface Cases {
  /** Keyed hashes of whose copies are meant; null: everything of the items. */
  readonly people: readonly string[] | null;
  readonly items: readonly CaseItem[];
  /** Whom the operator's reason must not name. */
  readonly parties: readonly Party[];
  /** What to say when there is no item, and whether all is as it was asked for all the same. */
  readonly nothing: { readonly words: string; readonly isAsWanted: boolean };
}

export interface CaseSearch {
  readonly session: Session;
  readonly connector: ConnectorConfig;
  readonly staging: Staging;
  readonly what: CaseRequest['action'];
}

/** Each reads one item out of its package. */
const PEOPLE_AT_ONCE = 8;

/** @throws {UsageError} when the item has no end yet or runs now, {Error} when there is nothing to close */
export async function casesOfItem(
  { session, connector, staging, what }: CaseSearch,
  itemKey: string,
  day: string | undefined,
): Promise<Cases> {
  const { home, index, entry } = await findItem(staging, itemKey, day);
  const path = staging.packages.pathOf(index);
  const { packageSha256 } = await staging.packages.readIndex(index.path);
  const reader = await session.openItems(connector);
  const { name: _name, source: _source, ...place } = entry;
  const facts = { connector: connector.id, day: home, package: path, packageSha256 };
  const parties = await partiesOf(reader, { ...place, ...facts });
  const receipt = await staging.receipts.find(home, itemKey);
  await refuseRunning(session, itemWorkflowId(connector.id, itemKey));
  if (receipt === null) {
    throw new UsageError(
      `the item has no end yet. Archive its day first: o2-archiver run --connector ${connector.id} --day ${home} --wait`,
    );
  }
  const nothing = nothingToDo(receipt, what);
  const items = nothing === null ? [{ itemKey, day: home, package: path }] : [];
  return { people: null, items, parties, nothing: nothing ?? { words: '', isAsWanted: true } };
}

/** What to say of an item that needs nothing; null for one that does. */
function nothingToDo(receipt: Receipt, what: CaseRequest['action']): Cases['nothing'] | null {
  const { outcome, waived } = receipt;
  if (what === 'unwaive') {
    const words = `No case of the item is closed: it is ${outcome}.`;
    return hasWaivedCopies(receipt) ? null : { words, isAsWanted: false };
  }
  if (!isArchived(outcome)) return null;
  if (waived !== null) {
    const words = `Waived already, by ${waived.by} at ${waived.at}: ${waived.reason}`;
    return { words, isAsWanted: true };
  }
  throw new Error(`the item is archived (${outcome}): it has no case to close.`);
}

async function refuseRunning(session: Session, workflowId: string): Promise<void> {
  const { client } = await session.temporal();
  const status = await client.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      (found) => found.status.name,
      (error: unknown) => {
        // Long after its retention Temporal knows it no more.
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      },
    );
  if (status !== 'RUNNING') return;
  throw new UsageError(`${workflowId} works on the item now. Wait for its end, then try again.`);
}

/** Everything that waits for a person now, or that was closed for them; what comes later is a case of its own. */
export async function casesOfPerson(
  { session, connector, staging, what }: CaseSearch,
  person: string,
): Promise<Cases> {
  const list = what === 'waive' ? staging.held : staging.waived;
  const isMeant = matching(person, connector.mapping.defaultCountry);
  const reader = await session.openItems(connector);
  const byPerson = new Map<string, HeldItem[]>();
  for await (const item of list.list()) {
    const known = byPerson.get(item.person);
    if (known === undefined) byPerson.set(item.person, [item]);
    else known.push(item);
  }
  const found: { reference: string; party: Party; items: CaseItem[] }[] = [];
  const open = byPerson.entries();
  const look = async (): Promise<void> => {
    for (const [reference, items] of open) {
      const party = await firstParty(list, items, (record) => partyOf(reader, record));
      if (party !== null && isMeant(party)) {
        found.push({ reference, party, items: await placesOf(list, items) });
      }
    }
  };
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, look));
  const [word, otherwise] = what === 'waive' ? ['waits', 'held'] : ['is closed', 'waived'];
  return {
    people: found.map(({ reference }) => reference),
    items: found.flatMap(({ items }) => items),
    parties: found.map(({ party }) => party),
    nothing: {
      words: `Nothing ${word} for this person. Who is ${otherwise}: o2-archiver report --connector ${connector.id} --day DAY`,
      isAsWanted: false,
    },
  };
}

function matching(person: string, defaultCountry: string): (party: Party) => boolean {
  const address = person.trim().toLowerCase();
  if (address.includes('@')) return (party) => party.address === address;
  const { number } = normalisePhoneNumber(person, defaultCountry);
  if (number === null) {
    throw new UsageError(`"${person}" is neither a number nor an address.`);
  }
  return (party) => party.number === number;
}

/** Who they are, from the first of their items that can be read. */
async function firstParty(
  list: Held,
  items: readonly HeldItem[],
  read: (record: HeldRecord) => Promise<Party | null>,
): Promise<Party | null> {
  for (const item of items) {
    const record = (await list.read(item)) as HeldRecord | null;
    const party = record === null ? null : await read(record);
    if (party !== null) return party;
  }
  return null;
}

async function placesOf(list: Held, items: readonly HeldItem[]): Promise<CaseItem[]> {
  const places: CaseItem[] = [];
  for (const item of items) {
    const record = (await list.read(item)) as HeldRecord | null;
    if (record === null) continue;
    places.push({ itemKey: item.itemKey, day: record.item.day, package: record.item.package });
  }
  return places;
}
