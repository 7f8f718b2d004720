import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { User } from '@microsoft/microsoft-graph-types';
import { GraphFailure } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Call, TenantParts } from './call.ts';
import { partsOf } from './filter.ts';
import type { Filter } from './filter.ts';
import { matches } from './filter-match.ts';
import { page, readQuery, selected } from './odata.ts';

/** A user as the sandbox's `--users` file and the control API give it. */
export interface TenantUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly mail: string | null;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  /** With their scheme: `SMTP:` the primary one, `smtp:` the others. */
  readonly proxyAddresses?: readonly string[];
  /** "none": a user without a mailbox. */
  readonly mailbox?: 'none';
}

const DEFAULT_MEMBERS = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];
const PAGES = { pageSize: 100, maxPageSize: 999 };

/** The tenant's users: those of the file given at the start and those added since, which last. */
export class UserDirectory {
  readonly #users = new Map<string, TenantUser>();
  readonly #path: string;

  constructor(stateDirectory: string, users: readonly TenantUser[]) {
    this.#path = join(stateDirectory, 'added-users.jsonl');
    const lines = existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n') : [];
    const added = lines.filter(Boolean).map((line) => JSON.parse(line) as TenantUser);
    for (const user of [...users, ...added]) this.#users.set(user.id.toLowerCase(), user);
  }

  /** Adds the user, or puts it in the place of the one with its id. */
  add(user: TenantUser): void {
    appendFileSync(this.#path, `${JSON.stringify(user)}\n`);
    this.#users.set(user.id.toLowerCase(), user);
  }

  all(): TenantUser[] {
    return [...this.#users.values()];
  }

  /** By object id or user principal name, letter case apart. */
  find(idOrName: string): TenantUser | null {
    const wanted = idOrName.toLowerCase();
    return (
      this.#users.get(wanted) ??
      this.all().find((user) => user.userPrincipalName.toLowerCase() === wanted) ??
      null
    );
  }
}

/** `GET /users`: https://learn.microsoft.com/graph/api/user-list */
export function listUsers(call: Call, tenant: TenantParts): Answer {
  const query = readQuery(call.url.searchParams, PAGES);
  assertPlainQuery(call, query.filter);
  const users = tenant.users.all().map(userJson);
  const { filter } = query;
  const found = filter === null ? users : users.filter((user) => matches(filter, user));
  const request = { url: call.url, context: 'users', pageOption: '$skiptoken' };
  return { status: 200, body: page(found, query, request, (user) => shown(user, query.select)) };
}

/** `GET /users/$count`, an advanced query. */
export function countUsers(call: Call, tenant: TenantParts): Answer {
  if (call.headers['consistencylevel']?.toString().toLowerCase() !== 'eventual') throw advanced();
  const { filter } = readQuery(call.url.searchParams, PAGES);
  const users = tenant.users.all().map(userJson);
  const count = users.filter((user) => filter === null || matches(filter, user)).length;
  return { status: 200, headers: { 'content-type': 'text/plain' }, bytes: String(count) };
}

/** `GET /users/{id | userPrincipalName}` */
export function getUser(call: Call, tenant: TenantParts): Answer {
  const id = call.parameters['user'] ?? '';
  const user = tenant.users.find(id);
  if (user === null) {
    throw new GraphFailure(
      404,
      'Request_ResourceNotFound',
      `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    );
  }
  const { select } = readQuery(call.url.searchParams, PAGES);
  const context = `${call.url.origin}/v1.0/$metadata#users/$entity`;
  return { status: 200, body: { '@odata.context': context, ...shown(userJson(user), select) } };
}

/** Everything known about a user, under Graph's names. */
function userJson(user: TenantUser) {
  const [givenName = null, ...rest] = user.displayName.split(' ');
  const proxies = user.proxyAddresses ?? (user.mail === null ? [] : [`SMTP:${user.mail}`]);
  return {
    id: user.id,
    userPrincipalName: user.userPrincipalName,
    mail: user.mail,
    displayName: user.displayName,
    accountEnabled: user.accountEnabled,
    proxyAddresses: [...proxies],
    otherMails: [],
    userType: 'Member',
    businessPhones: [],
    mobilePhone: null,
    givenName,
    surname: rest.length > 0 ? rest.join(' ') : null,
    jobTitle: null,
    officeLocation: null,
    preferredLanguage: null,
    mailNickname: user.userPrincipalName.split('@')[0] ?? null,
    assignedPlans:
      user.mailbox === 'none' ? [] : [{ service: 'exchange', capabilityStatus: 'Enabled' }],
  } satisfies User;
}

function shown(user: Record<string, unknown>, select: readonly string[] | null) {
  const members = Object.keys(user);
  const all = selected(user, select ?? DEFAULT_MEMBERS, { type: 'user', members });
  if (select === null || select.includes('id')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'id'));
}

/** What Entra answers only with `ConsistencyLevel: eventual` and `$count=true`. */
function assertPlainQuery(call: Call, filter: Filter | null): void {
  const isAdvanced =
    call.url.searchParams.has('$search') ||
    (filter === null ? [] : partsOf(filter)).some(
      (part) =>
        part.op === 'not' ||
        (part.op === 'compare' && (part.by === 'ne' || part.path === 'mobilePhone')) ||
        (part.op === 'text' && part.by !== 'startswith') ||
        (part.op === 'any' && part.path === 'businessPhones'),
    );
  const level = call.headers['consistencylevel']?.toString().toLowerCase();
  const isCounted = call.url.searchParams.get('$count') === 'true';
  if (isAdvanced && !(level === 'eventual' && isCounted)) throw advanced();
}

function advanced(): GraphFailure {
  return new GraphFailure(
    400,
    'Request_UnsupportedQuery',
    "Unsupported query: it needs the header 'ConsistencyLevel: eventual' and $count=true.",
  );
}
