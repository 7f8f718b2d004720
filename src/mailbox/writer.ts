import type { Message, MessageAttachment } from '../domain/message.ts';
import type { OpenAttachment } from './attachment-bytes.ts';
import { readWhole } from './attachment-bytes.ts';
import type { GraphAnswer, GraphRequest } from './graph-client.ts';
import { segment } from './graph-client.ts';
import { GraphProblem } from './graph-problem.ts';
import { classify } from './problem-class.ts';
import type { Plan } from './rendering.ts';
import { fileAttachment, inOrderOfReading, render, SESSION_FROM_BYTES } from './rendering.ts';
import type { Upload } from './upload.ts';
import { sendRanges } from './upload.ts';
import { RunError } from '../domain/run-error.ts';

/** How a mailbox shows a message that was made a moment ago: by 404 for a while. */
const APPEARS_WITHIN_MS = 60_000;
const APPEARS_EVERY_MS = 1_000;
/** Exchange keeps whole seconds; ours are whole too. */
const MAX_TIME_SHIFT_MS = 2_000;

/** The target of a write, and what it needs. */
export interface Writing extends Upload {
  readonly mailbox: string;
  readonly open: OpenAttachment;
  readonly createTimeoutMs: number;
  readonly hasPermanentDelete: boolean;
}

/** The body of the create request, its small attachments read: everything that can fail before it. */
export async function prepare(plan: Plan, open: OpenAttachment): Promise<string> {
  const contents = new Map<number, Buffer>();
  for (const attachment of plan.inline.toSorted(inOrderOfReading)) {
    contents.set(attachment.position, await readWhole(attachment, open));
  }
  return render(plan, contents);
}

/**
 * Makes the message in one atomic request: right at once, for nothing of it can be changed later.
 * Gives its immutable id.
 *
 * @throws {GraphProblem} @throws {RunError} `platform-changed` when Graph made something else; that
 * is removed again.
 * @see https://learn.microsoft.com/en-us/graph/api/mailfolder-post-messages
 */
export async function createMessage(
  writing: Writing,
  folder: string,
  message: Message,
  json: string,
): Promise<string> {
  const { body } = await call(writing, {
    method: 'POST',
    path: `/users/${segment(writing.mailbox)}/mailFolders/${segment(folder)}/messages`,
    body: json,
    timeoutMs: writing.createTimeoutMs,
  });
  const made = body as Made;
  if (typeof made.id !== 'string') throw new GraphProblem(201, 'UnreadableAnswer');
  const difference =
    differenceOf(made, message) ?? (made.parentFolderId === folder ? null : 'it lies elsewhere');
  if (difference === null) return made.id;
  await removeMessage(writing, made.id);
  throw platformChanged(difference);
}

export interface Made {
  readonly id?: unknown;
  readonly isDraft?: unknown;
  readonly internetMessageId?: unknown;
  readonly parentFolderId?: unknown;
  readonly receivedDateTime?: unknown;
}

/** How a message in the mailbox differs from the one that was asked for; null when it does not. */
export function differenceOf(made: Made, message: Message): string | null {
  if (made.isDraft !== false) return 'it is a draft';
  if (made.internetMessageId !== message.messageId) return 'its Message-ID is another';
  const shiftMs = Math.abs(Date.parse(String(made.receivedDateTime)) - Date.parse(message.at));
  return shiftMs <= MAX_TIME_SHIFT_MS ? null : 'its time is another';
}

export function platformChanged(difference: string): RunError {
  return new RunError(
    'platform-changed',
    `Microsoft Graph no longer makes the message it is asked for: ${difference}. Nothing more is sent. Look for an update of the archiver before the next run.`,
  );
}

/**
 * Adds what the message does not have yet, one after the other, known by name: a size in Graph
 * counts the whole object and is never the file's. `added` is filled with what it has so far.
 *
 * @throws {GraphProblem} @throws {RunError} `staging-corrupt`
 */
export async function addMissing(
  writing: Writing,
  messageId: string,
  attachments: readonly MessageAttachment[],
  { isNew, added }: { readonly isNew: boolean; readonly added: MessageAttachment[] },
): Promise<void> {
  const untilMs = writing.clock.nowMs() + APPEARS_WITHIN_MS;
  const there = isNew
    ? new Set<string>()
    : await whenVisible(writing, untilMs, () => namesOf(writing, messageId));
  for (const attachment of attachments) {
    if (!there.has(attachment.name)) await add(writing, messageId, attachment, untilMs);
    added.push(attachment);
  }
}

async function add(
  writing: Writing,
  messageId: string,
  attachment: MessageAttachment,
  untilMs: number,
): Promise<void> {
  writing.heartbeat();
  if (attachment.sizeBytes < SESSION_FROM_BYTES) {
    const body = fileAttachment(attachment, await readWhole(attachment, writing.open));
    const path = attachmentsOf(writing, messageId);
    await whenVisible(writing, untilMs, () => call(writing, { method: 'POST', path, body }));
  } else {
    const url = await whenVisible(writing, untilMs, () =>
      openSession(writing, messageId, attachment),
    );
    await sendRanges(writing, url, attachment, writing.open);
  }
}

/**
 * Removes a message of ours: for good where the cloud can, else to where its user's Deleted Items
 * go. Gone already is gone.
 * @throws {GraphProblem}
 */
export async function removeMessage(writing: Writing, messageId: string): Promise<void> {
  const path = `/users/${segment(writing.mailbox)}/messages/${segment(messageId)}`;
  const request: GraphRequest = writing.hasPermanentDelete
    ? { method: 'POST', path: `${path}/permanentDelete` }
    : { method: 'DELETE', path };
  try {
    await call(writing, request);
  } catch (error) {
    if (!(error instanceof GraphProblem) || error.status !== 404) throw error;
  }
}

/** More than a message can have (Exchange Online limits: 250). */
const NAMES_PER_PAGE = 300;

async function namesOf(writing: Writing, messageId: string): Promise<Set<string>> {
  const { body } = await call(writing, {
    method: 'GET',
    path: attachmentsOf(writing, messageId),
    query: { $select: 'id,name,size', $top: String(NAMES_PER_PAGE) },
  });
  const list = (body as { value?: unknown }).value;
  if (!Array.isArray(list)) throw new GraphProblem(200, 'UnreadableAnswer');
  return new Set((list as ({ name?: unknown } | null)[]).map((one) => String(one?.name)));
}

async function openSession(
  writing: Writing,
  messageId: string,
  { name, sizeBytes, contentType }: MessageAttachment,
): Promise<string> {
  const { body } = await call(writing, {
    method: 'POST',
    path: `${attachmentsOf(writing, messageId)}/createUploadSession`,
    body: {
      AttachmentItem: {
        attachmentType: 'file',
        name,
        size: sizeBytes,
        contentType,
        isInline: false,
      },
    },
  });
  const url = (body as { uploadUrl?: unknown }).uploadUrl;
  if (typeof url === 'string' && url.startsWith('https://')) return url;
  throw new GraphProblem(201, 'UnreadableAnswer');
}

function attachmentsOf({ mailbox }: Writing, messageId: string): string {
  return `/users/${segment(mailbox)}/messages/${segment(messageId)}/attachments`;
}

/** Repeats while the message that was just made is not to be seen yet. */
async function whenVisible<T>(
  { clock, signal, heartbeat }: Writing,
  untilMs: number,
  step: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const isHidden = error instanceof GraphProblem && classify(error).kind === 'folder-gone';
      if (!isHidden || clock.nowMs() >= untilMs) throw error;
      heartbeat();
      await clock.sleep(APPEARS_EVERY_MS, signal);
    }
  }
}

function call({ client, signal }: Writing, request: GraphRequest): Promise<GraphAnswer> {
  return client.request({ ...request, ...(signal === undefined ? {} : { signal }) });
}
