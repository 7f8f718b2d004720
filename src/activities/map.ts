import { createHmac } from 'node:crypto';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { toSeconds } from '../domain/archive-day.ts';
import type { Party } from '../domain/item.ts';
import type { HeldEntry, MailboxEntry, Receipt } from '../domain/receipt.ts';
import { REASONS, type Reason } from '../domain/reason.ts';
import { routingOf, type MailboxRoute, type Route } from '../domain/routing.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';

export interface Mapped {
  readonly mailboxes: readonly MailboxRoute[];
  readonly held: readonly HeldEntry[];
  /** The copy of an unmatched mailbox that is not there: nothing can be tried on it. */
  readonly failed?: readonly MailboxEntry[];
  readonly attempts: number;
}

/** Each takes some 130 bytes of a payload, of which Temporal takes 2 MB. */
const MAX_COPIES = 10_000;

export interface MapInput {
  readonly run: string;
  readonly item: ItemReference;
  /** The item's latest receipt closes the case of some copy: such a copy is not made. */
  readonly hasWaivers?: boolean;
}

/**
 * Finds the mailboxes of an item's parties: custom mapping first, then the address. An item that
 * nobody has a mailbox for goes to the unmatched mailbox, where one is configured. A look-up.
 */
export function map(connectors: Connectors) {
  return async (input: MapInput): Promise<Mapped> => {
    const connector = connectors.get(input.item.connector);
    const { info, cancellationSignal } = Context.current();
    const attempts = info.attempt;
    if (input.item.problem !== null) return { mailboxes: [], held: [], attempts };
    const read = await connector.memory.forItem(input.item.sizeBytes, cancellationSignal, () =>
      connector.items.read(input.item),
    );
    if (read.problem !== null) return { mailboxes: [], held: [], attempts };
    const { parties, owner, at } = read.item;
    const closed = input.hasWaivers === true ? await closedCopies(connector, input.item) : NONE;
    const key = closed.people.size === 0 ? null : await connector.staging.state.personKey();
    const routes = await Promise.all(
      parties.map(async (party): Promise<Route> => {
        const known = key === null ? undefined : closed.people.get(personOf(key, party));
        return known ?? (await connector.route(party, at, input.run));
      }),
    );
    const { mailboxes, held } = routingOf(parties, routes, {
      owner,
      ownDomains: connector.settings.ownDomains,
    });
    if (mailboxes.length + held.length > MAX_COPIES) throw tooManyParties();
    return {
      mailboxes: mailboxes.filter(({ id }) => !closed.mailboxes.has(id)),
      held: await namedByHash(connector, parties, held),
      ...(mailboxes.length === 0 ? await unmatched(connector, input.run) : {}),
      attempts,
    };
  };
}

function tooManyParties(): ApplicationFailure {
  const type = 'too-many-parties' satisfies Reason;
  return ApplicationFailure.nonRetryable(REASONS[type], type);
}

/** Where what is nobody's goes: nothing to change where no such mailbox is configured. */
async function unmatched(
  { routeUnmatched }: Connector,
  run: string,
): Promise<Partial<Pick<Mapped, 'mailboxes' | 'failed'>>> {
  if (routeUnmatched === null) return {};
  const route = await routeUnmatched(run);
  const rule = { rule: 'unmatched', mappingVersion: null } as const;
  if (route.mailbox !== null) return { mailboxes: [{ id: route.mailbox.id, ...rule }] };
  const at = toSeconds(Date.now());
  const ending = { messageId: null, at, outcome: 'failed', reason: route.reason } as const;
  return { failed: [{ id: '', ...rule, ...ending }] };
}

interface Closed {
  /** Who is not looked up any more, as held for the reason that the waiver closed. */
  readonly people: ReadonlyMap<string, Route>;
  readonly mailboxes: ReadonlySet<string>;
}

const NONE: Closed = { people: new Map(), mailboxes: new Set() };

async function closedCopies({ staging }: Connector, item: ItemReference): Promise<Closed> {
  const receipt: Receipt | null = await staging.receipts.find(item.day, item.itemKey);
  const people = new Map<string, Route>();
  for (const { waived, person, reason } of receipt?.held ?? []) {
    if (waived === undefined) continue;
    people.set(person, { mailbox: null, reason, isInCustomMapping: true });
  }
  const copies = receipt?.mailboxes ?? [];
  return {
    people,
    mailboxes: new Set(copies.filter(({ waived }) => waived !== undefined).map(({ id }) => id)),
  };
}

async function namedByHash(
  { staging }: Connector,
  parties: readonly Party[],
  held: readonly Omit<HeldEntry, 'person'>[],
): Promise<HeldEntry[]> {
  if (held.length === 0) return [];
  const key = await staging.state.personKey();
  const placed = new Map(parties.map((party) => [placeOf(party), party]));
  return held.map((entry) => ({ ...entry, person: personOf(key, placed.get(placeOf(entry))) }));
}

function placeOf({ role, position }: Pick<Party, 'role' | 'position'>): string {
  return `${role} ${String(position)}`;
}

/** Stands for a person in state and receipts: a keyed hash, so that nobody reads a number there. */
function personOf(
  key: Buffer,
  party: Pick<Party, 'number' | 'address'> = { number: null, address: null },
): string {
  return createHmac('sha256', key)
    .update(`${party.number ?? ''}\n${party.address ?? ''}`)
    .digest('hex');
}
