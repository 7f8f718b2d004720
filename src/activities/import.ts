import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { MailboxRoute } from '../domain/routing.ts';
import { REASONS, type Reason } from '../domain/reason.ts';
import type { MailboxEntry } from '../domain/receipt.ts';
import type { Attempt, ImportEnd } from '../mailbox/importer.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import { attemptOf, BEAT_EVERY_MS, waiting, type Again } from './attempt.ts';
import type { Connector, Connectors } from './connector.ts';

/** No older database of Temporal is restored in less. */
const FRESH_FOR_MS = 60_000;

export interface ImportActivityInput {
  /** Run id of the day: the scope of "once per run" checks. */
  readonly run: string;
  readonly item: ItemReference;
  readonly home: string;
  /** See convert: the import is fresh only when this is its own run's id, on attempt 1. */
  readonly createdInRun: string | null;
  /** When this run of the item began, by its history, ISO 8601 UTC; absent in what is older than it. */
  readonly startedAt?: string;
  /** This run goes on from the middle of another one, whose import may be at work. */
  readonly isReset: boolean;
  readonly mailbox: MailboxRoute;
  /** A copy that lacks what its mailbox did not take is made anew, whole. */
  readonly complete?: true;
}

export interface Imported {
  readonly copy: MailboxEntry;
  /**
   * Its receipt is the first to tell of the copy. So is one's that was found in the mailbox, sent by an
   * attempt that died: else the copies of all runs would not add up to the books of the day.
   */
  readonly isMade: boolean;
  readonly attempts: number;
  /** Why a copy that lacks something stands as it was: a reason, or Graph's code. */
  readonly notCompleted?: string;
}

/**
 * Puts the copy of a message into one mailbox: the rule book is mailbox/importer.ts. What is told to
 * wait gives its slot back and comes again by Temporal's own retry.
 */
export function importCopy(connectors: Connectors) {
  return async (input: ImportActivityInput): Promise<Imported> => {
    const context = Context.current();
    const { attempt, workflowExecution } = context.info;
    const connector = connectors.get(input.item.connector);
    const isOwn = attempt === 1 && input.createdInRun === workflowExecution?.runId;
    const isFresh = isOwn && isRecent(input.startedAt);
    const receipt = isFresh
      ? null
      : await connector.staging.receipts.find(input.home, input.item.itemKey);
    const known = receipt?.mailboxes.find((copy) => copy.id === input.mailbox.id);
    const partial = input.complete === true ? partialOf(known) : null;
    // A whole copy is never posted again, whatever the mailbox shows now.
    if (known !== undefined && known.outcome !== 'failed' && partial === null) {
      return { copy: known, isMade: false, attempts: attempt };
    }

    const { sending } = connector.staging;
    const copyKey = { itemKey: input.item.itemKey, mailbox: input.mailbox.id };
    const sentUntilMs = isFresh
      ? null
      : mayHaveSentUntilMs(context, {
          hasDied: receipt === null || input.isReset || (await sending.isMarked(copyKey)),
          gaveUpAt: known?.at ?? null,
        });
    if (receipt !== null) await sending.mark(copyKey);

    const current = attemptOf(context, sentUntilMs);
    const beat = setInterval(() => current.heartbeat(), BEAT_EVERY_MS);
    const { end, isCut } = await connector.memory
      .forItem(input.item.sizeBytes, context.cancellationSignal, () =>
        imported(connector, input, current, { isFresh, known, partial }),
      )
      .finally(() => clearInterval(beat));
    if (receipt !== null && end.end !== 'again') await sending.clear(copyKey);
    if (end.end === 'done') {
      const copy = copyOf(input.mailbox, end, isCut);
      return { copy, isMade: true, attempts: attempt };
    }
    const mayEnd = end.end === 'failed' || isOver(end, context, connector);
    if (known !== undefined && partial !== null) {
      // Half a better copy must not stay beside the one that is there.
      if (end.end === 'again' && (current.isHalfMade() || !mayEnd)) throw waiting(end);
      return { ...asItWas(known, end), attempts: attempt };
    }
    throw mayEnd ? gaveUp(end) : waiting(end);
  };
}

/** `isCut`: the item's text says that files were removed before it was delivered. */
async function imported(
  connector: Connector,
  { run, item, mailbox }: ImportActivityInput,
  attempt: Attempt,
  { isFresh, known, partial }: Before,
): Promise<{ end: ImportEnd; isCut: boolean }> {
  const read = await connector.items.read(item);
  if (read.problem !== null) throw failed('unreadable', 'The item cannot be read.');
  const compose = (omit: readonly number[]) =>
    connector.compose(read.item, { itemKey: item.itemKey, stagedAt: item.package, omit });
  const attachments = connector.items.attachments(item);
  const copying = connector.importCopy(
    {
      connector: item.connector,
      run,
      mailboxId: mailbox.id,
      message: compose([]),
      recompose: compose,
      openAttachment: (position) => attachments.open(position),
      isFresh,
      isKnownDenied: known?.reason === 'not-permitted',
      removed: known?.removed ?? [],
      ...(mailbox.rule === 'unmatched' ? { year: read.item.at.slice(0, 4) } : {}),
      ...(partial === null ? {} : { replaces: partial }),
    },
    attempt,
  );
  const end = await copying.finally(() => attachments.close());
  return { end, isCut: read.item.hasFilesRemovedAtSource };
}

interface Before {
  readonly isFresh: boolean;
  readonly known: MailboxEntry | undefined;
  readonly partial: ReturnType<typeof partialOf>;
}

/** What a copy lacks because of its mailbox; null for one that lacks nothing that we left out. */
function partialOf(known: MailboxEntry | undefined) {
  const { messageId = null, omitted = [] } = known ?? {};
  return messageId === null || omitted.length === 0 ? null : { messageId, omitted: omitted.length };
}

/** A better copy that was begun and taken back may lie in Deleted Items: look-ups must ignore it. */
function asItWas(known: MailboxEntry, end: Again | Failed): Omit<Imported, 'attempts'> {
  const { removed } = end;
  const copy = removed.length === 0 ? known : { ...known, removed };
  return { copy, isMade: false, notCompleted: end.end === 'again' ? end.reason : end.detail };
}

/**
 * A Temporal that was restored from an older copy of its database runs an item's steps again as if
 * they had never been, under the same run id and as the first attempt. Its history tells its age.
 */
function isRecent(startedAt: string | undefined): boolean {
  if (startedAt === undefined) return true;
  return Date.now() - Date.parse(startedAt) < FRESH_FOR_MS;
}

function copyOf(
  { id, rule, mappingVersion }: MailboxRoute,
  { messageId, at, outcome, omitted, removed }: Extract<ImportEnd, { end: 'done' }>,
  isCut: boolean,
): MailboxEntry {
  return {
    id,
    messageId,
    rule,
    mappingVersion,
    at,
    outcome: isCut ? 'partial' : outcome,
    reason: null,
    ...(omitted.length === 0 ? {} : { omitted }),
    ...(removed.length === 0 ? {} : { removed }),
  };
}

/**
 * Until when an earlier attempt may have sent. One of this run, or of a run that was ended by hand or
 * reset: until this attempt was scheduled. One that gave up: until its receipt says so. Null when no
 * attempt can be on its way, for then nothing is waited for.
 */
function mayHaveSentUntilMs(
  { info }: Context,
  earlier: { hasDied: boolean; gaveUpAt: string | null },
): number | null {
  if (info.attempt > 1 || earlier.hasDied) return info.currentAttemptScheduledTimestampMs;
  return earlier.gaveUpAt === null ? null : Date.parse(earlier.gaveUpAt);
}

function gaveUp(end: Again | Failed): ApplicationFailure {
  const why = end.end === 'again' ? 'limits.parkMinutes are over' : end.detail;
  return failed(end.reason, `${REASONS[end.reason]} (${why})`, end.removed);
}

type Failed = Extract<ImportEnd, { end: 'failed' }>;

/**
 * It has waited `parkMs` altogether: a limit on what the mailbox makes us wait for, not on the time that
 * we give to what an earlier run may have sent, or a retry soon after a failure would try nothing.
 */
function isOver(
  { afterMs, isUntried }: Again,
  { info }: Context,
  { settings }: Connector,
): boolean {
  if (isUntried === true) return false;
  return Date.now() + afterMs - info.scheduledTimestampMs > settings.parkMs;
}

/** What a copy that was given up leaves for its receipt. */
export interface GivenUp {
  /** Ids of messages that were removed on the way and that later look-ups ignore. */
  readonly removed: readonly string[];
}

function failed(
  reason: Reason,
  message: string,
  removed: readonly string[] = [],
): ApplicationFailure {
  const details: GivenUp = { removed };
  return ApplicationFailure.create({
    message,
    type: reason,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
    details: [details],
  });
}
