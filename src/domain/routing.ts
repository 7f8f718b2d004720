import type { Party, PartyRole } from './item.ts';
import type { Reason } from './reason.ts';
import type { MappingRule } from './receipt.ts';

/** Where the copy of one party goes, or why there is none. */
export type Route =
  | {
      readonly mailbox: {
        readonly id: string;
        readonly rule: MappingRule;
        readonly mappingVersion: string | null;
      };
    }
  | {
      readonly mailbox: null;
      readonly reason: Reason;
      readonly isInCustomMapping: boolean;
    };

export interface MailboxRoute {
  readonly id: string;
  readonly rule: MappingRule;
  readonly mappingVersion: string | null;
}

export interface HeldParty {
  readonly role: PartyRole;
  readonly position: number;
  readonly reason: Reason;
}

export interface Routing {
  /** Each mailbox once, in the order of the parties; the first party's rule stands. */
  readonly mailboxes: readonly MailboxRoute[];
  /** One failed copy each. */
  readonly held: readonly HeldParty[];
}

export interface Ownership {
  /** The item's owner, lower case. */
  readonly owner: string | null;
  /** Lower case. */
  readonly ownDomains: readonly string[];
}

/**
 * Who gets a copy, and who is ours and cannot. Ours is the item's owner, a number in the custom
 * mapping and an address in one of our domains; other parties without a mailbox are not our concern,
 * unless nobody has one: then the item is held for its first party.
 */
export function routingOf(
  parties: readonly Party[],
  routes: readonly Route[],
  ownership: Ownership,
): Routing {
  const mailboxes = new Map<string, MailboxRoute>();
  const held: HeldParty[] = [];
  parties.forEach((party, at) => {
    const route = routes[at];
    if (route === undefined) return;
    if (route.mailbox !== null) {
      if (!mailboxes.has(route.mailbox.id)) mailboxes.set(route.mailbox.id, route.mailbox);
    } else if (route.isInCustomMapping || isOurs(party, ownership)) {
      held.push(heldFor(party, route.reason));
    }
  });
  if (mailboxes.size === 0 && held.length === 0) held.push(firstHeld(parties, routes));
  return { mailboxes: [...mailboxes.values()], held };
}

function isOurs(party: Party, { owner, ownDomains }: Ownership): boolean {
  if (party.address === null) return false;
  if (party.address === owner) return true;
  const domain = party.address.slice(party.address.lastIndexOf('@') + 1);
  return ownDomains.includes(domain);
}

function heldFor({ role, position }: Party, reason: Reason): HeldParty {
  return { role, position, reason };
}

function firstHeld(parties: readonly Party[], routes: readonly Route[]): HeldParty {
  const [party] = parties;
  const [route] = routes;
  if (party === undefined) return { role: 'from', position: 0, reason: 'no-user' };
  return heldFor(party, route?.mailbox === null ? route.reason : 'no-user');
}
