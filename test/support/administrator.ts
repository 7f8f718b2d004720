import { createHash } from 'node:crypto';
import { ARCHIVE_KEY } from '../../src/mailbox/rendering.ts';
import type { Office } from './office.ts';
import { credentialFor, trust } from './test-tenant.ts';

const FOLDER = 'O2 SMS and Voice Network Archiver';

/** A message as an administrator finds it in a mailbox. */
export interface FoundMessage {
  /** As Graph gives it: `<key@domain>`. */
  readonly internetMessageId: string;
  readonly subject: string;
  readonly isDraft: boolean;
  readonly isRead: boolean;
  readonly receivedAt: string;
  readonly sentAt: string;
  readonly categories: readonly string[];
  /** Value of the named property. */
  readonly archiveKey: string | null;
  /** Whole, line ends LF. */
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly sha256: string }[];
}

/** What lies in one mailbox, everywhere in it. */
export interface FoundMailbox {
  /** Of the archive's folder; null without one at the top of the mailbox. */
  readonly folder: string | null;
  readonly messages: readonly FoundMessage[];
  /** Messages that lie anywhere but in the folder. */
  readonly elsewhere: number;
}

export interface Administrator {
  /**
   * The mailbox of a user by its object id, and what lies in a folder of it, the archive's unless
   * named; null when the tenant has none for it.
   */
  mailbox(user: string, folder?: string): Promise<FoundMailbox | null>;
  /** Object ids of all users. */
  users(): Promise<string[]>;
}

interface Listing<Entity> {
  readonly value: readonly Entity[];
  readonly '@odata.nextLink'?: string;
}

interface GraphMessage {
  readonly id: string;
  readonly internetMessageId: string;
  readonly subject: string;
  readonly isDraft: boolean;
  readonly isRead: boolean;
  readonly receivedDateTime: string;
  readonly sentDateTime: string;
  readonly categories: readonly string[];
  readonly parentFolderId: string;
  readonly body: { readonly content: string };
  readonly attachments: readonly { readonly id: string; readonly name: string }[];
  readonly singleValueExtendedProperties?: readonly { readonly value: string }[];
}

const SELECT =
  'id,internetMessageId,subject,isDraft,isRead,receivedDateTime,sentDateTime,categories,parentFolderId,body';

/** Reads the office's mailboxes over Graph and nothing else, with a token of the token endpoint. */
export function administrator(office: Office): Administrator {
  const { tenant, env } = office;
  trust(tenant.caFile);
  const credential = credentialFor(tenant, env['O2_GRAPH_SECRET']);
  const token = async () => (await credential.getToken(`${tenant.url}/.default`)).token;

  const get = async (url: string): Promise<Response> =>
    fetch(url.startsWith('https:') ? url : `${tenant.url}/v1.0${url}`, {
      headers: {
        authorization: `Bearer ${await token()}`,
        prefer: 'outlook.body-content-type="text"',
      },
    });
  const list = async <Entity>(path: string): Promise<Entity[] | null> => {
    const all: Entity[] = [];
    let url: string | undefined = path;
    while (url !== undefined) {
      const response: Response = await get(url);
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`${String(response.status)} for ${url}`);
      const page = (await response.json()) as Listing<Entity>;
      all.push(...page.value);
      url = page['@odata.nextLink'];
    }
    return all;
  };
  const digestOf = async (path: string): Promise<string> => {
    const bytes = await (await get(`${path}/$value`)).bytes();
    return createHash('sha256').update(bytes).digest('hex');
  };
  const found = async (user: string, message: GraphMessage): Promise<FoundMessage> => {
    const attachments: { name: string; sha256: string }[] = [];
    for (const { id, name } of message.attachments) {
      const path = `/users/${user}/messages/${encodeURIComponent(message.id)}`;
      const sha256 = await digestOf(`${path}/attachments/${encodeURIComponent(id)}`);
      attachments.push({ name, sha256 });
    }
    return {
      internetMessageId: message.internetMessageId,
      subject: message.subject,
      isDraft: message.isDraft,
      isRead: message.isRead,
      receivedAt: message.receivedDateTime,
      sentAt: message.sentDateTime,
      categories: message.categories,
      archiveKey: message.singleValueExtendedProperties?.[0]?.value ?? null,
      text: message.body.content.replaceAll('\r\n', '\n'),
      attachments,
    };
  };

  return {
    async users() {
      const users = await list<{ id: string }>('/users?$select=id&$top=999');
      return (users ?? []).map(({ id }) => id);
    },

    async mailbox(user, name = FOLDER) {
      const folders = await list<{ id: string; displayName: string }>(
        `/users/${user}/mailFolders?$top=100`,
      );
      if (folders === null) return null;
      const folder = folders.find(({ displayName }) => displayName === name)?.id ?? null;
      const expand = encodeURIComponent(
        `attachments($select=id,name),singleValueExtendedProperties($filter=id eq '${ARCHIVE_KEY}')`,
      );
      const all =
        (await list<GraphMessage>(
          `/users/${user}/messages?$top=500&$select=${SELECT}&$expand=${expand}`,
        )) ?? [];
      const messages: FoundMessage[] = [];
      for (const message of all) {
        if (message.parentFolderId === folder) messages.push(await found(user, message));
      }
      return { folder, messages, elsewhere: all.length - messages.length };
    },
  };
}

/** What a user or an administrator does to a mailbox, by Graph, with immutable ids. */
export interface Hands {
  /** The answer's JSON; null without one. Anything but success fails the test. */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Path of the user's copy of an item. */
  copyOf(user: string, itemKey: string): Promise<string>;
  /** Paths of a message's attachments, in their order. */
  attachmentsOf(message: string): Promise<string[]>;
}

export function handsOn({ tenant, env }: Office): Hands {
  trust(tenant.caFile);
  const credential = credentialFor(tenant, env['O2_GRAPH_SECRET']);
  const ask: Hands['ask'] = async (method, path, body) => {
    const { token } = await credential.getToken(`${tenant.url}/.default`);
    const response = await fetch(`${tenant.url}/v1.0${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        prefer: 'IdType="ImmutableId"',
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${String(response.status)} for ${method} ${path}: ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  };
  const idsAt = async (path: string): Promise<string[]> => {
    const { value } = (await ask('GET', path)) as Listing<{ id: string }>;
    return value.map(({ id }) => encodeURIComponent(id));
  };
  return {
    ask,
    async copyOf(user, itemKey) {
      const filter = `startswith(internetMessageId,'<${itemKey}')`;
      const [id] = await idsAt(`/users/${user}/messages?$filter=${encodeURIComponent(filter)}`);
      if (id === undefined) throw new Error(`${user} has no copy of ${itemKey}`);
      return `/users/${user}/messages/${id}`;
    },
    attachmentsOf: async (message) =>
      (await idsAt(`${message}/attachments?$select=id`)).map(
        (id) => `${message}/attachments/${id}`,
      ),
  };
}
