import {
  addressesOf,
  isRefusedQuestion,
  mainAddress,
  problemOf,
  refusesAll,
  USER_FIELDS,
  type GraphUser,
} from './graph-user.ts';
import { KeptAnswers } from './kept-answers.ts';
import { listOwners } from './user-list.ts';

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
  /** An address of the user, for people to read; null where the tenant tells none. Not kept. */
  addressOf(user: string): Promise<string | null>;
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
/**
 * So many addresses of a run are asked one by one, then the tenant's users are listed once: a day of
 * 1,000 items has some 200 strangers, each of whom would cost a look-up (1.4 requests a copy; 1.03
 * with the list).
 */
const ASKED_SINGLY = 20;
const MAX_RUNS_LISTED = 4;
/** Looked up when another address was refused: nobody has it (RFC 2606), and nothing is wrong with it. */
const CONTROL_ADDRESS = 'nobody@example.com';
const CONTROL_KEPT_MS = 60_000;
const NOBODY: AddressOwner = { user: null, isAmbiguous: false };
/** RFC 5321 4.1.2 `Dot-string "@" Domain`, 4.5.3.1 for the lengths; what else is no user's address. */
const ADDRESS =
  /^(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/i;
const MAX_ADDRESS_CHARACTERS = 254;

export function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS_CHARACTERS && ADDRESS.test(text);
}

export function users(port: DirectoryPort, nowMs: () => number = Date.now): Users {
  const kept = new KeptAnswers<AddressOwner>(MAX_KEPT, nowMs);
  const listed = new KeptAnswers<Map<string, AddressOwner> | null>(MAX_RUNS_LISTED, nowMs);
  const asked = new Map<string, number>();
  const controls = new KeptAnswers<void>(MAX_RUNS_LISTED, nowMs);

  const look = async (address: string, run: string): Promise<AddressOwner> => {
    const reading = await lookUp(port, address);
    const list = (reading.body as { value?: unknown } | null)?.value;
    if (reading.status === 200 && Array.isArray(list)) return ownerOf(list as GraphUser[], address);
    if (!isRefusedQuestion(reading)) throw problemOf(reading);
    // What the tenant does not take as an address is nobody's: one such item must not stop the run.
    // A tenant that takes none says nothing about any, and would make a day of nobodies.
    await controls.get(
      run,
      () => takesLookUps(port),
      () => CONTROL_KEPT_MS,
    );
    return NOBODY;
  };
  const ask = async (address: string, run: string): Promise<AddressOwner> => {
    const count = (asked.get(run) ?? 0) + 1;
    asked.delete(run);
    asked.set(run, count);
    const [oldest] = asked.keys();
    if (asked.size > MAX_RUNS_LISTED && oldest !== undefined) asked.delete(oldest);
    if (count > ASKED_SINGLY) {
      const owners = await listed.get(
        run,
        () => listOwners(port),
        () => Infinity,
      );
      if (owners !== null) return owners.get(address) ?? NOBODY;
    }
    return look(address, run);
  };

  return {
    find(address, run) {
      const key = address.trim().toLowerCase();
      if (!isAddress(key)) return Promise.resolve(NOBODY);
      return kept.get(
        `${run} ${key}`,
        () => ask(key, run),
        ({ user }) => (user === null ? NOT_FOUND_KEPT_MS : FOUND_KEPT_MS),
      );
    },
    hasMailbox: (user, run) => port.answers(user, run),
    async addressOf(user) {
      const path = `/users/${encodeURIComponent(user)}`;
      const { status, body } = await port.read(path, { $select: USER_FIELDS });
      return status === 200 ? mainAddress(body as GraphUser) : null;
    },
  };
}

/** @throws {RunError} `tenant-refused` when the tenant refuses an address that nothing is wrong with */
async function takesLookUps(port: DirectoryPort): Promise<void> {
  const reading = await lookUp(port, CONTROL_ADDRESS);
  if (isRefusedQuestion(reading)) throw refusesAll(reading);
  if (reading.status !== 200) throw problemOf(reading);
}

/** @see https://learn.microsoft.com/en-us/graph/api/user-list */
function lookUp(port: DirectoryPort, address: string): Promise<DirectoryReading> {
  const quoted = address.replaceAll("'", "''");
  return port.read('/users', {
    $filter: `userPrincipalName eq '${quoted}' or mail eq '${quoted}' or proxyAddresses/any(p:p eq 'smtp:${quoted}')`,
    $select: USER_FIELDS,
  });
}

/** Only those that bear the address count, whatever the answer lists beside them. */
function ownerOf(list: readonly GraphUser[], address: string): AddressOwner {
  const owners = new Set(
    list.filter((user) => addressesOf(user).has(address)).map(({ id }) => String(id)),
  );
  const [only] = owners;
  if (only === undefined || owners.size > 1) return { user: null, isAmbiguous: owners.size > 1 };
  return { user: only };
}
