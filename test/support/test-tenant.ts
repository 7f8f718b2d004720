import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import type { FileAttachment, MailFolder, Message, User } from '@microsoft/microsoft-graph-types';
import { startTenant } from '../../sandbox/tenant/tenant.ts';
import type { Tenant, TenantOptions } from '../../sandbox/tenant/tenant.ts';
import type { TenantUser } from '../../sandbox/tenant/users.ts';

export const CLIENT = {
  tenantId: '7f3cf4b5-5a3c-4d0b-9d5c-2f6a3f0e1d11',
  clientId: '11111111-2222-3333-4444-555555555555',
  clientSecret: 'a-secret-of-the-sandbox',
} as const;

export const ALICE: TenantUser = {
  id: 'a11ce000-0000-4000-8000-000000000001',
  userPrincipalName: 'alice@example.com',
  mail: 'alice@example.com',
  displayName: 'Alice Example',
  accountEnabled: true,
};
export const BOB: TenantUser = {
  id: 'b0b00000-0000-4000-8000-000000000002',
  userPrincipalName: 'bob@example.com',
  mail: 'Bob.Builder@example.com',
  displayName: 'Bob Builder',
  accountEnabled: false,
  proxyAddresses: ['SMTP:Bob.Builder@example.com', 'smtp:bobby@example.org'],
};
export const NOBODY: TenantUser = {
  id: 'd0d00000-0000-4000-8000-000000000003',
  userPrincipalName: 'guest@example.com',
  mail: null,
  displayName: 'Guest',
  accountEnabled: true,
  mailbox: 'none',
};

type Present<T> = { [Member in keyof T]-?: NonNullable<T[Member]> };

/** What Graph's answers hold, all kinds in one; a test asks only for what its answer has. */
export type GraphJson = Present<
  Pick<
    Message,
    'conversationId' | 'isDraft' | 'isRead' | 'subject' | 'bodyPreview' | 'hasAttachments'
  > &
    Pick<Message, 'receivedDateTime' | 'sentDateTime' | 'internetMessageId' | 'categories'> &
    Pick<Message, 'internetMessageHeaders' | 'singleValueExtendedProperties'> &
    Pick<MailFolder, 'displayName' | 'parentFolderId' | 'totalItemCount'> &
    Pick<FileAttachment, 'name' | 'size' | 'contentBytes' | 'contentType'> &
    Pick<User, 'mail'>
> & {
  readonly id: string;
  readonly value: GraphJson[];
  readonly body: { readonly content: string };
  readonly from: { readonly emailAddress: { readonly address: string } };
  readonly attachments: GraphJson[];
  readonly uploadUrl: string;
  readonly nextExpectedRanges: readonly string[];
  readonly NextExpectedRanges: readonly string[];
  readonly responses: readonly {
    readonly id: string;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: GraphJson;
  }[];
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly innerError: { readonly code?: string };
  };
  readonly '@odata.type': string;
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: GraphJson;
}

/** The first of an answer's values; the test fails when there is none. */
export function firstOf(answer: Reply): GraphJson {
  const [first] = answer.json.value;
  if (first === undefined) throw new Error('the answer holds no values');
  return first;
}

export interface TestTenant {
  readonly tenant: Tenant;
  readonly stateDirectory: string;
  readonly token: () => Promise<string>;
  /** One Graph request below `/v1.0`, or to a whole URL, with the app's token. */
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Reply>;
}

/** A tenant of the test's own, gone when the test ends. */
export async function testTenant(
  context: Pick<TestContext, 'after'>,
  options: Partial<TenantOptions> = {},
): Promise<TestTenant> {
  const stateDirectory = options.stateDirectory ?? mkdtempSync(join(tmpdir(), 'tenant-'));
  const { clientId, clientSecret } = CLIENT;
  const users = [ALICE, BOB, NOBODY];
  const tenant = await startTenant({ users, clientId, clientSecret, ...options, stateDirectory });
  trust(tenant.caFile);
  const credential = credentialFor(tenant);
  context.after(async () => {
    await tenant.close();
    if (options.stateDirectory === undefined) rmSync(stateDirectory, { recursive: true });
  });
  const token = async () => (await credential.getToken(`${tenant.url}/.default`)).token;
  return {
    tenant,
    stateDirectory,
    token,
    ask: async (method, path, body, headers = {}) => {
      const response = await fetch(path.startsWith('https:') ? path : `${tenant.url}/v1.0${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return reply(response);
    },
  };
}

export function credentialFor(tenant: Tenant, clientSecret: string = CLIENT.clientSecret) {
  return new ClientSecretCredential(CLIENT.tenantId, CLIENT.clientId, clientSecret, {
    authorityHost: tenant.url,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  });
}

/** Makes every TLS client of this process trust the tenant's CA, as NODE_EXTRA_CA_CERTS does at a start. */
export function trust(caFile: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
}

export async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  const json = (isJson ? JSON.parse(text) : {}) as GraphJson;
  return { status: response.status, headers: response.headers, text, json };
}
