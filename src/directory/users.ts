import { RunError } from '../domain/run-error.ts';
import { KeptAnswers } from './kept-answers.ts';

/** Who has an address: one user, nobody, or more than one. */
export type AddressOwner =
  { readonly user: string } | { readonly user: null; readonly isAmbiguous: boolean };

export interface Users {
  /**
   * The user that has the address as userPrincipalName, mail or one of proxyAddresses, letter case
   * apart. Answers are kept within a run, a user for 10 minutes, nobody for one: a new run is what
   * people start when they have added the user.
   * @throws {RunError} `tenant-unavailable`, `tenant-refused`
   */
  find(address: string, run: string): Promise<AddressOwner>;
  /** Whether the user's mailbox answers. @throws {RunError} as above */
  hasMailbox(user: string, run: string): Promise<boolean>;
}

/** What it needs of Microsoft Graph. */
export interface DirectoryPort {
  /** One GET; `status` null when no answer came. */
  read(path: string, query: Readonly<Record<string, string>>): Promise<DirectoryReading>;
  answers(user: string, run: string): Promise<boolean>;
}

export interface DirectoryReading {
  readonly status: number | null;
  readonly body: unknown;
  readonly code: string | null;
  readonly retryAfterMs: number | null;
}

const FOUND_KEPT_MS = 600_000;
const NOT_FOUND_KEPT_MS = 60_000;
const MAX_KEPT = 100_000;
/** RFC 5321 4.1.2 `Dot-string "@" Domain`, 4.5.3.1 for the lengths; what else is no user's address. */
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i;
const MAX_ADDRESS_CHARACTERS = 254;

export function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_CHARACTERS && ADDRESS.test(text);
}

export function users(port: DirectoryPort, nowMs: () => number = Date.now): Users {
  const kept = new KeptAnswers<AddressOwner>(MAX_KEPT, nowMs);
  return {
    find(address, run) {
      const key = address.trim().toLowerCase();
      if (!isAddress(key)) return Promise.resolve({ user: null, isAmbiguous: false });
      return kept.get(
        `${run} ${key}`,
        () => look(port, key),
        ({ user }) => (user === null ? NOT_FOUND_KEPT_MS : FOUND_KEPT_MS),
      );
    },
    hasMailbox: (user, run) => port.answers(user, run),
  };
}

/** @see https://learn.microsoft.com/en-us/graph/api/user-list */
async function look(port: DirectoryPort, address: string): Promise<AddressOwner> {
  const quoted = address.replaceAll("'", "''");
  const reading = await port.read('/users', {
    $filter: `userPrincipalName eq '${quoted}' or mail eq '${quoted}' or proxyAddresses/any(p:p eq 'smtp:${quoted}')`,
    $select: 'id,userPrincipalName,mail,proxyAddresses',
  });
  const list = (reading.body as { value?: unknown } | null)?.value;
  if (reading.status === 200 && Array.isArray(list)) return ownerOf(list as GraphUser[], address);
  if (reading.status === 404) return { user: null, isAmbiguous: false };
  throw problemOf(reading);
}

interface GraphUser {
  readonly id?: unknown;
  readonly userPrincipalName?: unknown;
  readonly mail?: unknown;
  readonly proxyAddresses?: unknown;
}

/** Only those that bear the address count, whatever the answer lists beside them. */
function ownerOf(list: readonly GraphUser[], address: string): AddressOwner {
  const owners = new Set(
    list.filter((user) => hasAddress(user, address)).map(({ id }) => String(id)),
  );
  const [only] = owners;
  if (only === undefined || owners.size > 1) return { user: null, isAmbiguous: owners.size > 1 };
  return { user: only };
}

function hasAddress({ userPrincipalName, mail, proxyAddresses }: GraphUser, address: string) {
  const proxies = Array.isArray(proxyAddresses) ? (proxyAddresses as unknown[]) : [];
  return [userPrincipalName, mail, ...proxies.map(withoutScheme)].some(
    (one) => typeof one === 'string' && one.toLowerCase() === address,
  );
}

/** `SMTP:` marks the main one; other kinds (`X500:`, `SIP:`) are no mail addresses. */
function withoutScheme(proxy: unknown): string | null {
  return typeof proxy === 'string' && /^smtp:/i.test(proxy) ? proxy.slice(5) : null;
}

function problemOf({ status, code, retryAfterMs }: DirectoryReading): RunError {
  const answer = status === null ? 'no answer' : `${status}${code === null ? '' : ` ${code}`}`;
  const isRefusal =
    status !== null && status >= 400 && status < 500 && status !== 429 && status !== 408;
  if (isRefusal) {
    return new RunError(
      'tenant-refused',
      `Microsoft 365 does not let the app look up users (${answer}). Give it the application permission User.Read.All with an administrator's consent.`,
    );
  }
  return new RunError(
    'tenant-unavailable',
    `Microsoft 365 does not answer the look-up of a user (${answer}). It is tried again.`,
    retryAfterMs === null ? {} : { retryAfterMs },
  );
}
