import type { IncomingHttpHeaders } from 'node:http';
import { GraphFailure } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Counters } from './counters.ts';
import type { Faults } from './faults.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Settings } from './settings.ts';
import type { Mailbox } from './store.ts';
import type { Throttle } from './throttle.ts';
import type { UploadSessions } from './upload-session.ts';
import type { TenantUser, UserDirectory } from './users.ts';

/** One Graph request, or one step of a batch, as a handler sees it. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; null without a body. */
  readonly body: unknown;
  readonly sizeBytes: number;
  /** Of the app that holds the token. */
  readonly appId: string;
  /** From the path, percent-decoded, by the names in the route's pattern. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What the tenant consists of; handlers get all of it. */
export interface TenantParts {
  readonly users: UserDirectory;
  readonly mailboxes: Mailboxes;
  readonly uploads: UploadSessions;
  readonly settings: Settings;
  readonly throttle: Throttle;
  readonly counters: Counters;
  readonly faults: Faults;
}

export type Handler = (call: Call, tenant: TenantParts) => Answer;

/** The mailbox a path names. @throws {GraphFailure} ErrorInvalidUser, or what its state answers. */
export function mailboxOf(call: Call, tenant: TenantParts): { user: TenantUser; mailbox: Mailbox } {
  const name = call.parameters['user'] ?? '';
  const user = tenant.users.find(name);
  if (user === null) {
    throw new GraphFailure(404, 'ErrorInvalidUser', `The requested user '${name}' is invalid.`);
  }
  return { user, mailbox: tenant.mailboxes.enter(user) };
}

/** Whether the client asked for ids that survive a move. */
export function wantsImmutableIds(headers: IncomingHttpHeaders): boolean {
  return /IdType\s*=\s*"ImmutableId"/i.test(headers['prefer']?.toString() ?? '');
}
