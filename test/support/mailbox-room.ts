import type { TestContext } from 'node:test';
import type { Message, MessageAttachment } from '../../src/domain/message.ts';
import type { Clock } from '../../src/mailbox/clock.ts';
import { systemClock } from '../../src/mailbox/clock.ts';
import type { Cloud } from '../../src/mailbox/cloud.ts';
import { breaker } from '../../src/mailbox/breaker.ts';
import { tokenSource } from '../../src/mailbox/credential.ts';
import { folders } from '../../src/mailbox/folder.ts';
import type { Folders } from '../../src/mailbox/folder.ts';
import { graphClient } from '../../src/mailbox/graph-client.ts';
import type { GraphClient } from '../../src/mailbox/graph-client.ts';
import type { Attempt, ImportEnd, ImportInput, Word } from '../../src/mailbox/import-contract.ts';
import { importCopy } from '../../src/mailbox/importer.ts';
import { lanes } from '../../src/mailbox/lane.ts';
import { reads } from '../../src/mailbox/reads.ts';
import type { Reads } from '../../src/mailbox/reads.ts';
import type { TenantOptions } from '../../sandbox/tenant/tenant.ts';
import { ALICE, CLIENT, testTenant } from './test-tenant.ts';
import type { TestTenant } from './test-tenant.ts';

export const FOLDER = 'O2 SMS and Voice Network Archiver';
export const SETTLE_MS = 90_000;
export const CREATE_TIMEOUT_MS = 2_000;
const RANGE_TIMEOUT_MS = 1_000;
/** In which the tenant does what it does late. */
const A_MOMENT_MS = 40;

/** A clock that jumps over all but a moment of every wait: what the code would have waited is in `waits`. */
export function jumpingClock(): Clock & { readonly waits: number[]; pass(ms: number): void } {
  let aheadMs = 0;
  const waits: number[] = [];
  return {
    waits,
    pass(ms) {
      aheadMs += ms;
    },
    nowMs: () => Date.now() + aheadMs,
    async sleep(ms) {
      waits.push(ms);
      aheadMs += ms;
      await systemClock.sleep(Math.min(ms, A_MOMENT_MS));
    },
  };
}

/** The room mailbox/ as the worker puts it together. */
export interface Mailboxes {
  readonly client: GraphClient;
  readonly reads: Reads;
  readonly folders: Folders;
  importCopy(input: ImportInput, attempt: Attempt): Promise<ImportEnd>;
}

export interface Room extends TestTenant {
  readonly mailboxes: Mailboxes;
  readonly clock: ReturnType<typeof jumpingClock>;
  /** A worker of its own: nothing remembered. */
  another(): Mailboxes;
}

/** The real room against a tenant of the test's own. */
export async function mailboxRoom(
  context: Pick<TestContext, 'after'>,
  options: Partial<TenantOptions> & {
    readonly cloud?: Cloud;
    readonly createTimeoutMs?: number;
  } = {},
): Promise<Room> {
  const { cloud = 'global', createTimeoutMs = CREATE_TIMEOUT_MS, ...tenantOptions } = options;
  const test = await testTenant(context, tenantOptions);
  const clock = jumpingClock();
  const another = (): Mailboxes => mailboxesOf(test, { clock, cloud, createTimeoutMs });
  return { ...test, clock, another, mailboxes: another() };
}

function mailboxesOf(
  { tenant }: TestTenant,
  own: { readonly clock: Clock; readonly cloud: Cloud; readonly createTimeoutMs: number },
): Mailboxes {
  const { clock } = own;
  const { clientId, clientSecret, tenantId } = CLIENT;
  const getToken = tokenSource({
    tenantId,
    credential: { type: 'secret', clientId, secret: clientSecret },
    graphEndpoint: tenant.url,
    authorityHost: tenant.url,
    isOwnAuthority: true,
  });
  const client = graphClient({ baseUrl: tenant.url, getToken });
  const reading = reads(client, clock);
  const top = folders({ client, reads: reading, clock, name: FOLDER });
  const deps = {
    client,
    folders: top,
    lanes: lanes({ clock }),
    breaker: breaker(),
    settleMs: SETTLE_MS,
    rangeTimeoutMs: RANGE_TIMEOUT_MS,
    ...own,
  };
  return {
    client,
    reads: reading,
    folders: top,
    importCopy: (input, attempt) => importCopy(deps, input, attempt),
  };
}

const KEY = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8';

export function keyOf(number: number): string {
  return number.toString(16).padStart(8, '0') + KEY.slice(8);
}

export function aMessage(changes: Partial<Message> = {}): Message {
  const itemKey = changes.itemKey ?? KEY;
  return {
    itemKey,
    messageId: `<${itemKey}@o2-archive.example.com>`,
    at: '2026-11-21T09:15:42Z',
    itemClass: 'IPM.Note',
    category: 'O2 SMS',
    subject: 'SMS message from Alice to Bob',
    html: '<p>See you at nine &amp; bring the plan</p>',
    text: 'See you at nine & bring the plan',
    from: { name: 'Alice Example', address: 'alice@example.com' },
    to: [{ name: 'Bob Builder', address: 'bob@example.com' }],
    references: [],
    inReplyTo: null,
    conversation: null,
    attachments: [],
    omitted: [],
    headers: [
      { name: 'X-TELEMESSAGE-MessageType', value: 'SMS' },
      { name: 'X-O2-Archive-Key', value: itemKey },
    ],
    ...changes,
  };
}

export function anAttachment(position: number, sizeBytes: number): MessageAttachment {
  const name = `${String(position).padStart(2, '0')}-recording.wav`;
  return { position, name, contentType: 'audio/wav', sizeBytes, sha256: '0'.repeat(64) };
}

export function contentOf({ position, sizeBytes }: MessageAttachment): Buffer {
  return Buffer.alloc(sizeBytes, `${position}-0123456789abcdef`);
}

export function anInput(message: Message, changes: Partial<ImportInput> = {}): ImportInput {
  return {
    connector: 'o2',
    run: 'run-1',
    mailboxId: ALICE.id,
    message,
    recompose: (omit) => ({
      ...message,
      attachments: message.attachments.filter(({ position }) => !omit.includes(position)),
      omitted: message.attachments.filter(({ position }) => omit.includes(position)),
    }),
    openAttachment: async (position) => {
      const attachment = message.attachments.find((one) => one.position === position);
      if (attachment === undefined) throw new Error('no such attachment');
      return contentOf(attachment);
    },
    isFresh: true,
    ...changes,
  };
}

/** An attempt with the words that it leaves, the last one for the next attempt. */
export function anAttempt(changes: Partial<Attempt> = {}): Attempt & { readonly words: Word[] } {
  const words: Word[] = [];
  return {
    number: 1,
    lastWord: undefined,
    leaveWord: (word) => void words.push(word),
    heartbeat: () => undefined,
    signal: new AbortController().signal,
    ...changes,
    words,
  };
}

export interface Driven {
  readonly end: ImportEnd;
  /** The waits on the way. */
  readonly agains: readonly Extract<ImportEnd, { end: 'again' }>[];
}

/** Drives attempts as Temporal does: waits as told, the last word handed on, at most `attempts`. */
export async function drive(
  room: Room,
  input: ImportInput,
  { attempts = 8, first = {} }: { attempts?: number; first?: Partial<Attempt> } = {},
): Promise<Driven> {
  const agains: Extract<ImportEnd, { end: 'again' }>[] = [];
  let attempt = anAttempt(first);
  for (;;) {
    const end = await room.mailboxes.importCopy(input, attempt);
    if (end.end !== 'again' || agains.length + 1 >= attempts) return { end, agains };
    agains.push(end);
    room.clock.pass(end.afterMs);
    await systemClock.sleep(A_MOMENT_MS);
    const lastWord = attempt.words.at(-1);
    attempt = anAttempt({ number: attempt.number + 1, lastWord });
  }
}

export interface ShownCopy {
  readonly id: string;
  readonly isDraft: boolean;
  readonly isRead: boolean;
  readonly receivedDateTime: string;
  readonly sentDateTime: string;
  readonly parentFolderId: string;
  readonly categories: readonly string[];
  readonly from: { readonly emailAddress: { readonly name: string; readonly address: string } };
  readonly attachments: readonly { readonly id: string; readonly name: string }[];
}

/** Every message of the user that bears the Message-ID, wherever it lies. */
export async function copiesOf(
  room: Room,
  message: Message,
  user: string = ALICE.id,
): Promise<ShownCopy[]> {
  const filter = encodeURIComponent(`internetMessageId eq '${message.messageId}'`);
  const path = `/users/${user}/messages?$filter=${filter}&$expand=attachments`;
  const { json } = await room.ask('GET', path, undefined, { prefer: 'IdType="ImmutableId"' });
  return json.value as unknown as ShownCopy[];
}
