import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { GraphFailure } from './answer.ts';
import type { Call, TenantParts } from './call.ts';
import { findRoute } from './graph-routes.ts';
import type { Route } from './graph-routes.ts';

/** A request whose head has been read: it is counted and takes its place in its mailbox's lane. */
export interface Begun {
  readonly kind: string;
  readonly call: Omit<Call, 'body' | 'sizeBytes'>;
  readonly handle: Route['handle'];
  /** Object id of the user whose mailbox it is about; null for the directory. */
  readonly mailbox: string | null;
}

/** @throws {GraphFailure} for a path or method that Graph does not have */
export function beginCall(
  head: {
    readonly method: string;
    readonly url: URL;
    readonly headers: IncomingHttpHeaders;
    readonly appId: string;
    readonly isStep?: boolean;
  },
  tenant: TenantParts,
): Begun {
  const { route, parameters } = findRoute(head.method, head.url.pathname.slice('/v1.0'.length));
  const isOfMailbox = route.pattern.startsWith('users/:user/');
  const user = isOfMailbox ? tenant.users.find(parameters['user'] ?? '') : null;
  const { method, url, headers, appId } = head;
  return enterLane(
    {
      kind: head.isStep === true ? `batch.${route.kind}` : route.kind,
      call: { method, url, headers, appId, parameters },
      handle: route.handle,
      mailbox: user?.id ?? null,
    },
    tenant,
  );
}

/** Counts the request and takes a place in the lane, until `endCall`. */
export function enterLane(begun: Begun, tenant: TenantParts): Begun {
  tenant.counters.requested(begun.kind);
  if (begun.mailbox !== null) {
    const atOnce = tenant.throttle.enter(laneOf(begun));
    tenant.counters.atOnce(begun.mailbox, atOnce);
  }
  return begun;
}

/** Answers a begun request: throttle first, then the faults on tap, then the work itself. */
export async function finishCall(
  begun: Begun,
  content: { readonly body: unknown; readonly sizeBytes: number; readonly clientGone: AbortSignal },
  tenant: TenantParts,
): Promise<Answer> {
  const { body, sizeBytes, clientGone } = content;
  tenant.counters.received(begun.kind, sizeBytes);
  if (begun.mailbox !== null) tenant.throttle.admit(laneOf(begun), sizeBytes);
  if (tenant.settings.latencyMs > 0) await sleep(tenant.settings.latencyMs);
  const call = { ...begun.call, body, sizeBytes };
  return tenant.faults.meet(begun, () => begun.handle(call, tenant), clientGone);
}

/** Gives the place in the lane back. */
export function endCall(begun: Begun, tenant: TenantParts): void {
  if (begun.mailbox !== null) tenant.throttle.leave(laneOf(begun));
}

export function tooLongRequest(): GraphFailure {
  return new GraphFailure(400, 'BadRequest', 'The maximum request length supported is 4MB.');
}

function laneOf(begun: Begun): string {
  return `${begun.call.appId} ${begun.mailbox ?? ''}`;
}
