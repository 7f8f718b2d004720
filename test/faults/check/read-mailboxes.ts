import { createHash } from 'node:crypto';
import type { FoundMessage, Places } from './evidence.ts';
import { inTurns } from './read-staging.ts';

interface Listing<Entity> {
  readonly value: readonly Entity[];
  readonly '@odata.nextLink'?: string;
}

interface GraphFolder {
  readonly id: string;
  readonly displayName: string;
  readonly childFolderCount: number;
}

interface GraphMessage {
  readonly id: string;
  readonly internetMessageId: string;
  readonly isDraft: boolean;
  readonly receivedDateTime: string;
  readonly body: { readonly content: string };
  readonly attachments: readonly { readonly id: string; readonly name: string }[];
  readonly singleValueExtendedProperties?: readonly {
    readonly id: string;
    readonly value: string;
  }[];
}

/** What a user no longer sees and an investigator does. */
const BEYOND_SIGHT = 'recoverableitemsdeletions';
const SELECT = 'id,internetMessageId,isDraft,receivedDateTime,body';
/** The named property of docs/microsoft-365.md, written out: nothing of the product is imported. */
const ARCHIVE_KEY = 'String {8d6f2a54-1c3e-4b7a-9e15-6f0c2b9d4a71} Name ArchiveKey';

/** All messages of all mailboxes, folder by folder, by an administrator's Graph calls. */
export async function readMailboxes({ tenant }: Places): Promise<FoundMessage[]> {
  const users = (await list<{ id: string }>(tenant, '/users?$select=id&$top=999')) ?? [];
  const found: FoundMessage[] = [];
  for (const { id } of users) found.push(...(await readMailbox(tenant, id)));
  return found;
}

type Tenant = Places['tenant'];

async function readMailbox(tenant: Tenant, user: string): Promise<FoundMessage[]> {
  const top = await list<GraphFolder>(tenant, `/users/${user}/mailFolders?$top=200`);
  if (top === null) return [];
  const folders = await withChildren(tenant, user, top);
  const beyond = await get(tenant, `/users/${user}/mailFolders/${BEYOND_SIGHT}`);
  if (beyond.ok) folders.push((await beyond.json()) as GraphFolder);
  const found: FoundMessage[] = [];
  for (const folder of folders) {
    const expand = encodeURIComponent(
      `attachments($select=id,name),singleValueExtendedProperties($filter=id eq '${ARCHIVE_KEY}')`,
    );
    const path = `/users/${user}/mailFolders/${encodeURIComponent(folder.id)}/messages`;
    const messages = await list<GraphMessage>(
      tenant,
      `${path}?$top=500&$select=${SELECT}&$expand=${expand}`,
    );
    found.push(...(await inTurns(messages ?? [], (one) => shown(tenant, user, folder, one))));
  }
  return found;
}

async function withChildren(
  tenant: Tenant,
  user: string,
  folders: readonly GraphFolder[],
): Promise<GraphFolder[]> {
  const all: GraphFolder[] = [];
  for (const folder of folders) {
    all.push(folder);
    if (folder.childFolderCount === 0) continue;
    const path = `/users/${user}/mailFolders/${encodeURIComponent(folder.id)}/childFolders?$top=200`;
    const children = (await list<GraphFolder>(tenant, path)) ?? [];
    all.push(...(await withChildren(tenant, user, children)));
  }
  return all;
}

async function shown(
  tenant: Tenant,
  user: string,
  folder: GraphFolder,
  message: GraphMessage,
): Promise<FoundMessage> {
  const attachments: { name: string; sha256: string }[] = [];
  const path = `/users/${user}/messages/${encodeURIComponent(message.id)}/attachments`;
  for (const { id, name } of message.attachments) {
    const answer = await get(tenant, `${path}/${encodeURIComponent(id)}/$value`);
    if (!answer.ok) throw new Error(`${String(answer.status)} for the bytes of an attachment`);
    const sha256 = createHash('sha256')
      .update(await answer.bytes())
      .digest('hex');
    attachments.push({ name, sha256 });
  }
  return {
    user,
    id: message.id,
    internetMessageId: message.internetMessageId,
    archiveKey: message.singleValueExtendedProperties?.[0]?.value ?? null,
    folder: folder.displayName,
    isDraft: message.isDraft,
    receivedAt: message.receivedDateTime,
    text: message.body.content.replaceAll('\r\n', '\n'),
    attachments,
  };
}

/** All pages; null where there is no mailbox. */
async function list<Entity>(tenant: Tenant, path: string): Promise<Entity[] | null> {
  const all: Entity[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const answer = await get(tenant, next);
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`${String(answer.status)} for ${next}`);
    const page = (await answer.json()) as Listing<Entity>;
    all.push(...page.value);
    next = page['@odata.nextLink'];
  }
  return all;
}

async function get({ url, token }: Tenant, path: string): Promise<Response> {
  return fetch(path.startsWith('https:') ? path : `${url}/v1.0${path}`, {
    headers: {
      authorization: `Bearer ${await token()}`,
      prefer: 'IdType="ImmutableId", outlook.body-content-type="text"',
    },
  });
}
