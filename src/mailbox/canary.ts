import { createHash, randomUUID } from 'node:crypto';
import { toSeconds } from '../domain/archive-day.ts';
import type { Message } from '../domain/message.ts';
import { RunError } from '../domain/run-error.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { CLOUDS } from './cloud.ts';
import type { GraphClient } from './graph-client.ts';
import { literal, segment } from './graph-client.ts';
import { GraphProblem } from './graph-problem.ts';
import { lookUp } from './look-up.ts';
import type { ProblemClass } from './problem-class.ts';
import { classify } from './problem-class.ts';
import { planOf } from './rendering.ts';
import type { Made, Writing } from './writer.ts';
import {
  addMissing,
  createMessage,
  differenceOf,
  platformChanged,
  prepare,
  removeMessage,
} from './writer.ts';

export interface CanaryOptions {
  readonly client: GraphClient;
  readonly clock: Clock;
  readonly cloud: Cloud;
  readonly createTimeoutMs: number;
  /** Address or object id. */
  readonly mailbox: string;
  readonly itemClass: string;
  readonly messageIdDomain: string;
  readonly signal?: AbortSignal;
}

/** What nobody promises and the importer is better off knowing. */
export interface CanaryFindings {
  /** A message that is no draft still takes attachments (in question from 2026-12-31 on). */
  readonly takesAttachments: boolean;
  /** The look-up by Message-ID sees a message made a moment ago. */
  readonly isFoundAtOnce: boolean;
}

const CONTENT = Buffer.from(
  'Made and removed by the archiver to see that the tenant does as before.',
);
/** As old as an item that comes late: a message dated now would prove nothing. */
const AGE_MS = 3 * 86_400_000;

/**
 * Makes a message, reads it back, compares and removes it, so that a tenant that has begun to behave
 * otherwise is noticed before the first import. It lies below Deleted Items for that moment: no
 * folder is made, and nothing stays that its user sees.
 *
 * @throws {RunError} `platform-changed`; `configuration` when the mailbox cannot serve for it;
 * `tenant-unavailable`, `tenant-refused`
 */
export async function runCanary(o: CanaryOptions): Promise<CanaryFindings> {
  try {
    return await tryOut(o);
  } catch (error) {
    throw error instanceof GraphProblem ? runErrorOf(error) : error;
  }
}

async function tryOut(o: CanaryOptions): Promise<CanaryFindings> {
  const message = canaryMessage(o);
  const writing: Writing = {
    ...o,
    open: () => Promise.resolve(CONTENT),
    hasPermanentDelete: CLOUDS[o.cloud].hasPermanentDelete,
    heartbeat: () => undefined,
    rangeTimeoutMs: o.createTimeoutMs,
  };
  const folder = await deletedItems(o);
  const json = await prepare(planOf({ ...message, attachments: [] }), writing.open);
  const id = await createMessage(writing, folder, message, json);
  try {
    const difference = await differenceReadBack(o, id, message);
    if (difference !== null) throw platformChanged(difference);
    return {
      takesAttachments: await takesAttachments(writing, id, message),
      isFoundAtOnce: (await lookUp(o.client, o.mailbox, message, { ignore: [] })) !== null,
    };
  } finally {
    await removeMessage(writing, id);
  }
}

/** MUST NOT name the mailbox: its address is a person's, perhaps. */
function runErrorOf(cause: GraphProblem): RunError {
  const problem = classify(cause);
  switch (problem.kind) {
    case 'no-mailbox':
      return new RunError(
        'configuration',
        `There is no such mailbox for the test message (${cause.detail}). Give tenant.canaryMailbox, or check --canary, the user principal name of a user, with which they sign in: another address of theirs does not do.`,
        { cause },
      );
    case 'not-permitted':
      return unfit(cause);
    case 'mailbox-state':
      return problem.reason === 'mailbox-full' ? unfit(cause) : unavailable(cause);
    case 'throttled':
    case 'ambiguous':
    case 'folder-gone':
      return unavailable(cause);
    case 'token':
      return new RunError(
        'tenant-refused',
        'Microsoft Graph refuses the token of the app. Check tenantId, cloud and the app registration, then run again.',
        { cause },
      );
    case 'too-large-for-mailbox':
    case 'permanent':
      return platformChanged(`it answers ${cause.detail}`);
  }
}

function unfit(cause: GraphProblem): RunError {
  return new RunError(
    'configuration',
    `The mailbox for the test message does not take it (${cause.detail}). Give tenant.canaryMailbox, or check --canary, one that has room and that the app may write to, or leave it out.`,
    { cause },
  );
}

/** A message that was made a moment ago may be answered by 404: that passes too. */
function unavailable(cause: GraphProblem): RunError {
  const { detail, retryAfterMs } = cause;
  return new RunError(
    'tenant-unavailable',
    `Microsoft Graph does not take the test message now (${detail}). It is tried again.`,
    { cause, ...(retryAfterMs === null ? {} : { retryAfterMs }) },
  );
}

const CANARY_SUBJECT = 'Test of the O2 Network Archiver';

/** Of the form of PidTagConversationIndex, so that a tenant which refuses it is found out here. */
function canaryIndex(itemKey: string): string {
  return Buffer.concat([Buffer.from([1]), Buffer.from(itemKey, 'hex').subarray(0, 21)]).toString(
    'base64',
  );
}

function canaryMessage({ clock, itemClass, messageIdDomain }: CanaryOptions): Message {
  const itemKey = createHash('sha256').update(randomUUID()).digest('hex');
  const party = { name: 'O2 Network Archiver', address: `canary@${messageIdDomain}` };
  const sha256 = createHash('sha256').update(CONTENT).digest('hex');
  const file = { position: 0, name: 'canary.txt', contentType: 'text/plain', sha256 };
  return {
    itemKey,
    messageId: `<${itemKey}@${messageIdDomain}>`,
    at: toSeconds(clock.nowMs() - AGE_MS),
    itemClass,
    category: 'O2 SMS',
    subject: CANARY_SUBJECT,
    html: '<p>Made and removed by the archiver.</p>',
    text: 'Made and removed by the archiver.',
    from: party,
    to: [party],
    references: [`<canary@${messageIdDomain}>`],
    inReplyTo: null,
    conversation: { topic: CANARY_SUBJECT, index: canaryIndex(itemKey) },
    attachments: [{ ...file, sizeBytes: CONTENT.length }],
    omitted: [],
    headers: [],
  };
}

async function deletedItems({ client, mailbox }: CanaryOptions): Promise<string> {
  const path = `/users/${segment(mailbox)}/mailFolders/deleteditems`;
  const { body } = await client.request({ method: 'GET', path, query: { $select: 'id' } });
  const id = (body as { id?: unknown }).id;
  if (typeof id === 'string') return id;
  throw new GraphProblem(200, 'UnreadableAnswer');
}

const ITEM_CLASS = 'String 0x1a';

async function differenceReadBack(
  { client, mailbox }: CanaryOptions,
  id: string,
  message: Message,
): Promise<string | null> {
  const { body } = await client.request({
    method: 'GET',
    path: `/users/${segment(mailbox)}/messages/${segment(id)}`,
    query: {
      $select: 'id,internetMessageId,isDraft,parentFolderId,receivedDateTime',
      $expand: `singleValueExtendedProperties($filter=id eq ${literal(ITEM_CLASS)})`,
    },
  });
  const difference = differenceOf(body as Made, message);
  if (difference !== null) return difference;
  const properties = (body as { singleValueExtendedProperties?: unknown })
    .singleValueExtendedProperties;
  const [itemClass] = Array.isArray(properties) ? (properties as { value?: unknown }[]) : [];
  return itemClass?.value === message.itemClass ? null : 'its class is another';
}

/** What says that a message takes no attachments, and not that the moment is a bad one. */
const REFUSALS: readonly ProblemClass['kind'][] = [
  'not-permitted',
  'folder-gone',
  'too-large-for-mailbox',
  'permanent',
];

async function takesAttachments(
  writing: Writing,
  id: string,
  { attachments }: Message,
): Promise<boolean> {
  try {
    await addMissing(writing, id, attachments, { isNew: true, added: [] });
    return true;
  } catch (error) {
    if (error instanceof GraphProblem && REFUSALS.includes(classify(error).kind)) return false;
    throw error;
  }
}
