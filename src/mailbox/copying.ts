import type { Message, MessageAttachment } from '../domain/message.ts';
import type { Reason } from '../domain/reason.ts';
import type { Breaker } from './breaker.ts';
import type { Clock } from './clock.ts';
import type { Cloud } from './cloud.ts';
import { CLOUDS } from './cloud.ts';
import type { Folders } from './folder.ts';
import type { GraphClient } from './graph-client.ts';
import type { Attempt, ImportEnd, ImportInput, Word } from './import-contract.ts';
import type { Lanes } from './lane.ts';
import type { Plan } from './rendering.ts';
import { planOf, SESSION_FROM_BYTES } from './rendering.ts';
import type { Writing } from './writer.ts';

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
  /** Of one range of an upload. */
  readonly rangeTimeoutMs: number;
}

/** More than a message can have is left out before the create (Exchange Online limits). */
const MAX_ATTACHMENTS = 250;
/** More files than the whole text of an item ever takes. */
const MAX_TEXT_FILES = 20;

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
  const omit = first.omit ?? leftOutBefore(deps.cloud, input.message);
  const message = omit.length === 0 ? input.message : input.recompose(omit);
  const copying: Copying = {
    deps,
    input,
    attempt,
    writing: {
      client: counting(deps.client),
      clock: deps.clock,
      mailbox: input.mailboxId,
      open: async (position) =>
        copying.plan.texts.get(position) ?? (await input.openAttachment(position)),
      createTimeoutMs: deps.createTimeoutMs,
      rangeTimeoutMs: deps.rangeTimeoutMs,
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

export function isoNow({ clock }: CopyingDeps): string {
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

/** What no mailbox of the cloud can take: the last of too many, the large where there are no sessions. */
function leftOutBefore(cloud: Cloud, message: Message): number[] {
  const { attachments } = message;
  const { hasUploadSessions } = CLOUDS[cloud];
  const isCrowded = attachments.length > MAX_ATTACHMENTS - MAX_TEXT_FILES;
  const most = MAX_ATTACHMENTS - (isCrowded ? planOf(message).texts.size : 0);
  return attachments
    .filter(({ sizeBytes }, index) => {
      return index >= most || (!hasUploadSessions && sizeBytes >= SESSION_FROM_BYTES);
    })
    .map(({ position }) => position);
}

/**
 * Leaves out the largest, and more of the largest until less is left than was refused. False when
 * there is nothing left to leave out.
 */
export function omitLargest(c: Copying, refusedBytes = Infinity): boolean {
  const left = c.message.attachments.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const omit = [...(c.word.omit ?? [])];
  do {
    const largest = left.shift();
    if (largest === undefined) return false;
    omit.push(largest.position);
  } while (bytesOf(left) >= refusedBytes);
  if (!isWorthIt(c.input, omit)) return false;
  c.message = c.input.recompose(omit);
  c.plan = planOf(c.message);
  c.leave({ ...c.word, omit });
  return true;
}

/** Whether a copy without these is one to make: in place of another one it must lack less. */
export function isWorthIt({ replaces }: ImportInput, omitted: readonly unknown[]): boolean {
  return replaces === undefined || omitted.length < replaces.omitted;
}

export function bytesOf(attachments: readonly MessageAttachment[]): number {
  return attachments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** What of a word holds whatever was sent since. */
export function lasting({ omit, removed }: Word): Omit<Word, 'sent'> {
  return { ...(omit === undefined ? {} : { omit }), ...(removed === undefined ? {} : { removed }) };
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
