import { RunError } from '../domain/run-error.ts';
import type { DirectoryReading } from './users.ts';

/** A user as Graph gives it; nothing of it is believed before it is looked at. */
export interface GraphUser {
  readonly id?: unknown;
  readonly userPrincipalName?: unknown;
  readonly mail?: unknown;
  readonly proxyAddresses?: unknown;
}

export const USER_FIELDS = 'id,userPrincipalName,mail,proxyAddresses';

/** All addresses that a user bears, lower case. */
export function addressesOf({ userPrincipalName, mail, proxyAddresses }: GraphUser): Set<string> {
  const proxies = Array.isArray(proxyAddresses) ? (proxyAddresses as unknown[]) : [];
  const all = [userPrincipalName, mail, ...proxies.map(withoutScheme)];
  return new Set(all.flatMap((one) => (typeof one === 'string' ? [one.toLowerCase()] : [])));
}

/** The one that people know the user by; null where there is none. */
export function mainAddress({ userPrincipalName, mail }: GraphUser): string | null {
  const [main = null] = [mail, userPrincipalName].filter((one) => typeof one === 'string');
  return main;
}

/** `SMTP:` marks the main one; other kinds (`X500:`, `SIP:`) are no mail addresses. */
function withoutScheme(proxy: unknown): string | null {
  return typeof proxy === 'string' && /^smtp:/i.test(proxy) ? proxy.slice(5) : null;
}

/** Answers to the app as it is, or to the moment, and not to what was asked. */
const OF_RIGHTS_OR_TIME = [401, 403, 408, 429];

/** Whether the answer is to this one question, so that another may well get a list. */
export function isRefusedQuestion({ status }: DirectoryReading): boolean {
  return status !== null && status >= 400 && status < 500 && !OF_RIGHTS_OR_TIME.includes(status);
}

/** The tenant refuses whatever it is asked: our fault or its own, and nobody's address. */
export function refusesAll({ status, code }: DirectoryReading): RunError {
  return new RunError(
    'tenant-refused',
    `Microsoft 365 refuses every look-up of a user (${String(status)}${code === null ? '' : ` ${code}`}), so nothing is decided by it. Check tenant.cloud and tenant.graphEndpoint; if they are right, report this line.`,
  );
}

/** What an answer that is no list means for the run. It tells no address. */
export function problemOf({ status, code, retryAfterMs }: DirectoryReading): RunError {
  const answer = status === null ? 'no answer' : `${status}${code === null ? '' : ` ${code}`}`;
  if (status === 401 || status === 403) {
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
