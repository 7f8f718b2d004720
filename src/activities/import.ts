import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { MailboxRoute } from '../domain/routing.ts';
import { REASONS, type Reason } from '../domain/reason.ts';
import type { MailboxEntry } from '../domain/receipt.ts';
import type { Attempt, ImportEnd, Word } from '../mailbox/importer.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';

/** Its beats repeat the word. */
const BEAT_EVERY_MS = 10_000;
/** Of the import (workflows/proxies.ts): a killed worker has sent nothing later than this after a beat. */
const HEARTBEAT_TIMEOUT_MS = 45_000;

export interface ImportActivityInput {
  /** Run id of the day: the scope of "once per run" checks. */
  readonly run: string;
  readonly item: ItemReference;
  readonly home: string;
  /** See convert: the import is fresh only when this is its own run's id, on attempt 1. */
  readonly createdInRun: string | null;
  /** This run goes on from the middle of another one, whose import may be at work. */
  readonly isReset: boolean;
  readonly mailbox: MailboxRoute;
}

export interface Imported {
  readonly copy: MailboxEntry;
  /** False when an earlier run had made the copy. */
  readonly isMade: boolean;
  readonly attempts: number;
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
    const isFresh = attempt === 1 && input.createdInRun === workflowExecution?.runId;
    const receipt = isFresh
      ? null
      : await connector.staging.receipts.find(input.home, input.item.itemKey);
    const known = receipt?.mailboxes.find((copy) => copy.id === input.mailbox.id);
    // A copy once made is never posted again, whatever the mailbox shows now.
    if (known !== undefined && known.outcome !== 'failed') {
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
        imported(connector, input, current, { isFresh, known }),
      )
      .finally(() => clearInterval(beat));
    if (receipt !== null && end.end !== 'again') await sending.clear(copyKey);
    switch (end.end) {
      case 'done':
        return {
          copy: copyOf(input.mailbox, end, isCut),
          isMade: !end.adopted,
          attempts: attempt,
        };
      case 'again':
        throw again(end, context, connector.settings.parkMs);
      case 'failed':
        throw failed(end.reason, `${REASONS[end.reason]} (${end.detail})`, end.removed);
    }
  };
}

/** `isCut`: the item's text says that files were removed before it was delivered. */
async function imported(
  connector: Connector,
  { run, item, mailbox }: ImportActivityInput,
  attempt: Attempt,
  { isFresh, known }: { isFresh: boolean; known: MailboxEntry | undefined },
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
    },
    attempt,
  );
  const end = await copying.finally(() => attachments.close());
  return { end, isCut: read.item.hasFilesRemovedAtSource };
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

function attemptOf(context: Context, sentUntilMs: number | null): Attempt {
  const { attempt } = context.info;
  let word = context.info.heartbeatDetails as Word | undefined;
  return {
    number: attempt,
    lastWord: word,
    ...(sentUntilMs === null ? {} : { previousMayHaveSentUntilMs: sentUntilMs }),
    leaveWord(next) {
      word = next;
      context.heartbeat(next);
    },
    heartbeat: () => context.heartbeat(repeated(word)),
    signal: context.cancellationSignal,
  };
}

/**
 * Heartbeat details are last-write: a bare beat would wipe the word out. But after a beat the SDK holds
 * the next ones back for up to 36 s, and a worker that is killed meanwhile leaves this one: so a beat
 * never says that surely nothing was sent, for something may be sent right after it.
 */
function repeated(word: Word | undefined): Word | undefined {
  if (word?.sent !== null) return word;
  return { ...word, sent: new Date(Date.now() + HEARTBEAT_TIMEOUT_MS).toISOString() };
}

/** Told to wait: the slot is given back. Once it has waited `parkMs` altogether, the copy fails. */
function again(
  { afterMs, reason, removed }: Extract<ImportEnd, { end: 'again' }>,
  { info }: Context,
  parkMs: number,
): ApplicationFailure {
  if (Date.now() + afterMs - info.scheduledTimestampMs > parkMs) {
    return failed(reason, `${REASONS[reason]} (limits.parkMinutes are over)`, removed);
  }
  return ApplicationFailure.create({
    message: `The mailbox is told to wait. ${REASONS[reason]}`,
    type: reason,
    nextRetryDelay: afterMs,
    category: ApplicationFailureCategory.BENIGN,
  });
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
