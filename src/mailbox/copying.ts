import { toSeconds } from '../domain/archive-day.ts';
import type { Message } from '../domain/message.ts';
import type { Reason } from '../domain/reason.ts';
import { RunError } from '../domain/run-error.ts';
import type { Breaker } from './breaker.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { CLOUDS } from './cloud.ts';
import type { Folders } from './folder.ts';
import type { GraphClient } from './graph-client.ts';
import { GraphProblem } from './graph-problem.ts';
import type { Attempt, ImportEnd, ImportInput, Word } from './import-contract.ts';
import type { Lanes } from './lane.ts';
import { lookUp } from './look-up.ts';
import type { ProblemClass } from './problem-class.ts';
import { classify } from './problem-class.ts';
import type { Plan } from './rendering.ts';
import { planOf, SESSION_FROM_BYTES } from './rendering.ts';
import type { Writing } from './writer.ts';
import {
  addMissing,
  createMessage,
  differenceOf,
  platformChanged,
  prepare,
  removeMessage,
} from './writer.ts';

export interface CopyingDeps {
  readonly client: GraphClient;
  readonly folders: Folders;
  readonly lanes: Lanes;
  readonly breaker: Breaker;
  readonly clock: Clock;
  readonly cloud: Cloud;
  /** How late a create may still appear after its answer was lost. */
  readonly settleMs: number;
  /** Of the create request. MUST be shorter than the heartbeat timeout. */
  readonly createTimeoutMs: number;
}

/** For a copy that somebody may have sent long ago: look at once. */
const LONG_AGO = new Date(0).toISOString();

/** One attempt at one copy: what is known, and the word that the next attempt must have. */
export interface Copying {
  readonly deps: CopyingDeps;
  readonly input: ImportInput;
  readonly attempt: Attempt;
  readonly writing: Writing;
  word: Word;
  message: Message;
  plan: Plan;
  /** This attempt has begun to add attachments to a message that is there. */
  isAdding: boolean;
  leave(word: Word): void;
  again(afterMs: number, reason: Reason): ImportEnd;
  failed(reason: Reason, detail: string): ImportEnd;
  /** Ids of messages that were removed, by this run or before: a plain DELETE only moves them. */
  removed(): readonly string[];
  /** Milliseconds until a create, whose answer is not known, must have shown itself. */
  unsettledMs(): number;
  /** The message that was there is gone: look for it before making it anew. */
  forgetMessage(): void;
}

export function beginCopy(deps: CopyingDeps, input: ImportInput, attempt: Attempt): Copying {
  const first = firstWord(deps, input, attempt);
  const omit = first.omit ?? tooLargeForCloud(deps.cloud, input.message);
  const message = omit.length === 0 ? input.message : input.recompose(omit);
  const copying: Copying = {
    deps,
    input,
    attempt,
    writing: {
      client: counting(deps.client),
      clock: deps.clock,
      mailbox: input.mailboxId,
      open: (position) => input.openAttachment(position),
      createTimeoutMs: deps.createTimeoutMs,
      hasPermanentDelete: CLOUDS[deps.cloud].hasPermanentDelete,
      signal: attempt.signal,
      heartbeat: () => attempt.heartbeat(),
    },
    word: omit.length === 0 ? first : { ...first, omit },
    message,
    plan: planOf(message),
    isAdding: false,
    leave(word) {
      copying.word = word;
      attempt.leaveWord(word);
    },
    again(afterMs, reason) {
      if (copying.isAdding) copying.word = { ...copying.word, answered: isoNow(deps) };
      attempt.leaveWord(copying.word);
      const waitMs = Math.ceil(Math.max(afterMs, copying.unsettledMs()));
      return { end: 'again', afterMs: waitMs, reason, removed: copying.removed() };
    },
    failed: (reason, detail) => ({ end: 'failed', reason, detail, removed: copying.removed() }),
    removed: () => [...new Set([...(input.removed ?? []), ...(copying.word.removed ?? [])])],
    unsettledMs: () => Math.max(0, settledAtMs(copying) - deps.clock.nowMs()),
    forgetMessage() {
      const { messageId: _gone, ...word } = copying.word;
      copying.word = word;
      copying.isAdding = false;
    },
  };
  return copying;
}

function firstWord(deps: CopyingDeps, input: ImportInput, attempt: Attempt): Word {
  const { lastWord, number, previousMayHaveSentUntilMs: untilMs } = attempt;
  if (lastWord !== undefined && !Number.isNaN(sentMs(lastWord))) return lastWord;
  if (number === 1 && input.isFresh) return { sent: null };
  if (untilMs !== undefined) return { sent: new Date(untilMs).toISOString() };
  return { sent: number === 1 ? LONG_AGO : isoNow(deps) };
}

function isoNow({ clock }: CopyingDeps): string {
  return new Date(clock.nowMs()).toISOString();
}

function sentMs({ sent }: Word): number {
  return sent === null ? 0 : Date.parse(sent);
}

/**
 * When what was sent, and whose answer is not known, must have shown itself: the message, or an
 * attachment of the message that is there.
 */
function settledAtMs({ word, plan, attempt, deps }: Copying): number {
  if (word.sent === null) return 0;
  const isThere = word.messageId !== undefined;
  if (isThere && plan.later.length === 0) return 0;
  const answeredMs = word.answered === undefined ? NaN : Date.parse(word.answered);
  if (!Number.isNaN(answeredMs)) return answeredMs + deps.settleMs;
  const lastMs = isThere ? (attempt.previousMayHaveSentUntilMs ?? 0) : 0;
  return Math.max(lastMs, sentMs(word) + deps.createTimeoutMs) + deps.settleMs;
}

/** In clouds without upload sessions the decision falls before the create. */
function tooLargeForCloud(cloud: Cloud, { attachments }: Message): number[] {
  if (CLOUDS[cloud].hasUploadSessions) return [];
  return attachments
    .filter(({ sizeBytes }) => sizeBytes >= SESSION_FROM_BYTES)
    .map(({ position }) => position);
}

/** @throws {GraphProblem} @throws {RunError} */
export async function makeCopy(c: Copying): Promise<ImportEnd> {
  const { deps, input, attempt } = c;
  const unsettledMs = c.unsettledMs();
  if (unsettledMs > 0) return c.again(unsettledMs, 'tenant-unavailable');
  await deps.folders.ensure(input.mailboxId, input.run);
  const entry = await deps.lanes.enter(input.mailboxId, c.plan.bytes, attempt.signal);
  if ('waitMs' in entry) return c.again(entry.waitMs, entry.reason);
  try {
    const there = c.word.messageId ?? (await find(c));
    return there === null ? await create(c) : await finish(c, there, { isAdopted: true });
  } finally {
    entry.release(c.writing.client.requests());
  }
}

/** Looks for the copy, unless surely nothing was sent. */
async function find(c: Copying): Promise<string | null> {
  const { input, message, word, writing } = c;
  if (word.sent === null) return null;
  const copy = await lookUp(writing.client, input.mailboxId, message, {
    ignore: c.removed(),
    signal: c.attempt.signal,
  });
  if (copy === null) {
    c.word = { ...lasting(word), sent: null };
    return null;
  }
  const difference = differenceOf(copy, message);
  if (difference !== null) throw platformChanged(difference);
  c.word = { ...word, messageId: copy.id };
  return copy.id;
}

async function create(c: Copying, isSecondFolder = false): Promise<ImportEnd> {
  const { deps, input, writing } = c;
  const folder = await deps.folders.ensure(input.mailboxId, input.run);
  const json = await prepare(c.plan, writing.open);
  deps.breaker.check(input.connector, input.run);
  const sent = isoNow(deps);
  c.leave({ ...lasting(c.word), sent });
  let messageId: string;
  try {
    messageId = await createMessage(writing, folder, c.message, json);
  } catch (error) {
    c.leave({ ...lasting(c.word), ...sentAfter(error, sent, isoNow(deps)) });
    if (kindOf(error) === 'too-large-for-mailbox' && omitLargest(c)) return create(c);
    if (kindOf(error) !== 'folder-gone' || isSecondFolder) throw error;
    deps.folders.forget(input.mailboxId, input.run);
    return create(c, true);
  }
  c.leave({ ...lasting(c.word), sent, messageId });
  return finish(c, messageId, { isAdopted: false });
}

/** What may be on its way after a create that failed. */
function sentAfter(error: unknown, sent: string, answered: string): Word {
  // No token was to be had, or what was made is removed again.
  if (error instanceof RunError) return { sent: null };
  switch (kindOf(error)) {
    case null:
      return { sent };
    case 'ambiguous':
    case 'mailbox-state':
      return { sent, answered };
    default:
      return { sent: null };
  }
}

/** Adds what the message lacks, and makes it anew without its largest when the mailbox minds. */
async function finish(
  c: Copying,
  messageId: string,
  { isAdopted }: { readonly isAdopted: boolean },
): Promise<ImportEnd> {
  const { message, plan, writing } = c;
  if (plan.later.length > 0) {
    const wanted = isAdopted ? message.attachments : plan.later;
    try {
      c.isAdding = true;
      await addMissing(writing, messageId, wanted, { isNew: !isAdopted });
    } catch (error) {
      if (kindOf(error) !== 'too-large-for-mailbox') throw error;
      await removeMessage(writing, messageId);
      c.isAdding = false;
      const moved = writing.hasPermanentDelete ? [] : [messageId];
      c.leave({ ...lasting(c.word), removed: [...(c.word.removed ?? []), ...moved], sent: null });
      if (!omitLargest(c)) throw error;
      return create(c);
    }
  }
  return {
    end: 'done',
    messageId,
    at: toSeconds(c.deps.clock.nowMs()),
    outcome: message.omitted.length === 0 ? 'imported' : 'partial',
    omitted: message.omitted.map(({ position }) => position),
    adopted: isAdopted,
    removed: c.removed(),
    requests: writing.client.requests(),
  };
}

/** False when there is nothing left to leave out. */
function omitLargest(c: Copying): boolean {
  const [largest] = c.message.attachments.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  if (largest === undefined) return false;
  const omit = [...(c.word.omit ?? []), largest.position];
  c.message = c.input.recompose(omit);
  c.plan = planOf(c.message);
  c.leave({ ...c.word, omit });
  return true;
}

/** What of a word holds whatever was sent since. */
function lasting({ omit, removed }: Word): Omit<Word, 'sent'> {
  return { ...(omit === undefined ? {} : { omit }), ...(removed === undefined ? {} : { removed }) };
}

/** Null for what is no answer of Graph: a cancellation, a defect. */
function kindOf(error: unknown): ProblemClass['kind'] | null {
  return error instanceof GraphProblem ? classify(error).kind : null;
}

/** The client with a count of this copy's own requests. */
function counting(client: GraphClient): GraphClient {
  let made = 0;
  return {
    request(request) {
      made += 1;
      return client.request(request);
    },
    bare(request) {
      made += 1;
      return client.bare(request);
    },
    requests: () => made,
  };
}
