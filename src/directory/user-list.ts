import type { AddressOwner, DirectoryPort } from './users.ts';
import {
  addressesOf,
  isRefusedQuestion,
  problemOf,
  USER_FIELDS,
  type GraphUser,
} from './graph-user.ts';

/** The most that Graph gives in one page of users. */
const PAGE_USERS = 999;
/** 50,000 users take some 20 MB; a larger tenant is asked address by address. */
const MAX_PAGES = 50;

/**
 * Who has each address, of the whole tenant; null when it has more users than are worth
 * listing, or does not list them.
 * @throws {RunError} `tenant-unavailable`, `tenant-refused`
 * @see https://learn.microsoft.com/en-us/graph/api/user-list
 */
export async function listOwners(port: DirectoryPort): Promise<Map<string, AddressOwner> | null> {
  const owners = new Map<string, AddressOwner>();
  let query: Readonly<Record<string, string>> | null = {
    $select: USER_FIELDS,
    $top: String(PAGE_USERS),
  };
  for (let page = 0; query !== null; page += 1) {
    if (page === MAX_PAGES) return null;
    const reading = await port.read('/users', query);
    const body = reading.body as { value?: unknown; '@odata.nextLink'?: unknown } | null;
    if (isRefusedQuestion(reading)) return null;
    if (reading.status !== 200 || !Array.isArray(body?.value)) throw problemOf(reading);
    for (const user of body.value as GraphUser[]) add(owners, user);
    query = nextQuery(body['@odata.nextLink']);
  }
  return owners;
}

function add(owners: Map<string, AddressOwner>, user: GraphUser): void {
  const id = String(user.id);
  for (const address of addressesOf(user)) {
    const known = owners.get(address);
    const isOther = known !== undefined && known.user !== id;
    owners.set(address, isOther ? { user: null, isAmbiguous: true } : { user: id });
  }
}

/** The next page is the same list with another query: only that is taken from the answer. */
function nextQuery(link: unknown): Record<string, string> | null {
  return typeof link === 'string' ? Object.fromEntries(new URL(link).searchParams) : null;
}
