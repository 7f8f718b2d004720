import { toSeconds } from '../domain/archive-day.ts';
import type { MessageAttachment } from '../domain/message.ts';
import { RunError } from '../domain/run-error.ts';
import type { Copying } from './copying.ts';
import { bytesOf, isoNow, isWorthIt, lasting, omitLargest } from './copying.ts';
import { GraphProblem } from './graph-problem.ts';
import type { ImportEnd, Word } from './import-contract.ts';
import { lookUp } from './look-up.ts';
import type { ProblemClass } from './problem-class.ts';
import { classify } from './problem-class.ts';
import {
  addMissing,
  createMessage,
  differenceOf,
  platformChanged,
  prepare,
  removeMessage,
} from './writer.ts';

/**
 * One attempt at a copy: looks for it where it may have been sent, makes it, adds what it lacks.
 * @throws {GraphProblem} @throws {RunError}
 */
export async function makeCopy(c: Copying): Promise<ImportEnd> {
  const { deps, input, attempt } = c;
  const unsettledMs = c.unsettledMs();
  if (unsettledMs > 0) {
    return Object.assign(c.again(unsettledMs, 'tenant-unavailable'), { isUntried: true as const });
  }
  if (!isWorthIt(input, c.message.omitted)) return c.failed('refused-by-tenant', 'NothingToAdd');
  await deps.folders.ensure(input.mailboxId, input.run, input.year);
  const entry = await deps.lanes.enter(input.mailboxId, c.plan.bytes, attempt.signal);
  if ('waitMs' in entry) return c.again(entry.waitMs, entry.reason);
  try {
    const there = c.word.messageId ?? (await find(c));
    const end = there === null ? await create(c) : await finish(c, there, { isAdopted: true });
    return await withoutReplaced(c, end);
  } finally {
    entry.release(c.writing.client.requests());
  }
}

/** The one before goes when the better one stands, so that at no time there is none. */
async function withoutReplaced(c: Copying, end: ImportEnd): Promise<ImportEnd> {
  const { replaces } = c.input;
  if (replaces === undefined || end.end !== 'done') return end;
  await removeMessage(c.writing, replaces.messageId);
  return { ...end, removed: [...end.removed, replaces.messageId] };
}

/** Looks for the copy, unless surely nothing was sent. */
async function find(c: Copying): Promise<string | null> {
  const { input, message, word, writing } = c;
  if (word.sent === null) return null;
  const copy = await lookUp(writing.client, input.mailboxId, message, {
    ignore: [...c.removed(), ...(input.replaces === undefined ? [] : [input.replaces.messageId])],
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
  const folder = await deps.folders.ensure(input.mailboxId, input.run, input.year);
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
    deps.folders.forget(input.mailboxId, input.run, input.year);
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
    const wanted = isAdopted ? plan.attachments : plan.later;
    const added: MessageAttachment[] = [];
    try {
      c.isAdding = true;
      await addMissing(writing, messageId, wanted, { isNew: !isAdopted, added });
    } catch (error) {
      if (!isFinal(error)) throw error;
      await takeBack(c, messageId);
      const tried = [...(isAdopted ? [] : plan.inline), ...wanted.slice(0, added.length + 1)];
      if (kindOf(error) !== 'too-large-for-mailbox' || !omitLargest(c, bytesOf(tried))) throw error;
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

/** Nothing more can be added, now or later: half a message must not stay behind. */
function isFinal(error: unknown): boolean {
  if (error instanceof RunError) return error.code === 'staging-corrupt';
  const kind = kindOf(error);
  return kind === 'too-large-for-mailbox' || kind === 'permanent';
}

async function takeBack(c: Copying, messageId: string): Promise<void> {
  await removeMessage(c.writing, messageId);
  c.isAdding = false;
  const moved = c.writing.hasPermanentDelete ? [] : [messageId];
  c.leave({ ...lasting(c.word), removed: [...(c.word.removed ?? []), ...moved], sent: null });
}

/** Null for what is no answer of Graph: a cancellation, a defect. */
function kindOf(error: unknown): ProblemClass['kind'] | null {
  return error instanceof GraphProblem ? classify(error).kind : null;
}
