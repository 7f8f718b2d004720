import { createHmac } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Item, Party } from '../domain/item.ts';
import type { HeldEntry } from '../domain/receipt.ts';
import { routingOf, type MailboxRoute, type Route } from '../domain/routing.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';

export interface Mapped {
  readonly mailboxes: readonly MailboxRoute[];
  readonly held: readonly HeldEntry[];
  readonly attempts: number;
}

/** Finds the mailboxes of an item's parties: custom mapping first, then the address. A look-up. */
export function map(connectors: Connectors) {
  return async (input: { run: string; item: ItemReference }): Promise<Mapped> => {
    const connector = connectors.get(input.item.connector);
    const { info, cancellationSignal } = Context.current();
    const attempts = info.attempt;
    if (input.item.problem !== null) return { mailboxes: [], held: [], attempts };
    const read = await connector.memory.forItem(input.item.sizeBytes, cancellationSignal, () =>
      connector.items.read(input.item),
    );
    if (read.problem !== null) return { mailboxes: [], held: [], attempts };
    const { parties, owner, at } = read.item;
    const routes = await Promise.all(parties.map((party) => connector.route(party, at, input.run)));
    const { mailboxes, held } = routingOf(parties, routes, {
      owner,
      ownDomains: connector.settings.ownDomains,
    });
    const key = held.length === 0 ? null : await connector.staging.state.personKey();
    return {
      mailboxes,
      held: held.map((entry) => ({
        ...entry,
        person: key === null ? '' : personOf(key, parties, entry),
      })),
      attempts,
    };
  };
}

/** Stands for a person in state and receipts: a keyed hash, so that nobody reads a number there. */
function personOf(
  key: Buffer,
  parties: readonly Party[],
  { role, position }: { role: string; position: number },
): string {
  const party = parties.find((other) => other.role === role && other.position === position);
  return createHmac('sha256', key)
    .update(`${party?.number ?? ''}\n${party?.address ?? ''}`)
    .digest('hex');
}

/** Asks anew where one party's copy would go; for the daily look at held people. */
export async function routeAgain(
  connector: Connector,
  { parties, at }: Item,
  party: { role: string; position: number },
  run: string,
): Promise<Route | null> {
  const found = parties.find(
    (other) => other.role === party.role && other.position === party.position,
  );
  return found === undefined ? null : connector.route(found, at, run);
}
