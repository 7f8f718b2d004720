import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { MailboxRoute } from '../domain/routing.ts';
import { REASONS, type Reason } from '../domain/reason.ts';
import type { MailboxEntry } from '../domain/receipt.ts';
import type { Attempt, ImportEnd, Word } from '../mailbox/importer.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connectors } from './connector.ts';

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

    const read = await connector.items.read(input.item);
    if (read.problem !== null) throw failed('unreadable', 'The item cannot be read.');
    const compose = (omit: readonly number[]) =>
      connector.compose(read.item, {
        itemKey: input.item.itemKey,
        stagedAt: input.item.package,
        omit,
      });
    const end = await connector.importCopy(
      {
        connector: input.item.connector,
        run: input.run,
        mailboxId: input.mailbox.id,
        message: compose([]),
        recompose: compose,
        openAttachment: (position) => connector.items.open(input.item, position),
        isFresh,
        removed: known?.removed ?? [],
      },
      attemptOf(context, isFresh || (receipt !== null && !input.isReset)),
    );
    switch (end.end) {
      case 'done':
        return {
          copy: copyOf(input.mailbox, end, read.item.hasFilesRemovedAtSource),
          isMade: !end.adopted,
          attempts: attempt,
        };
      case 'again':
        throw again(end, context, connector.settings.parkMs);
      case 'failed':
        throw failed(end.reason, `${REASONS[end.reason]} (${end.detail})`);
    }
  };
}

function copyOf(
  { id, rule, mappingVersion }: MailboxRoute,
  { messageId, at, outcome, omitted, removed }: Extract<ImportEnd, { end: 'done' }>,
  hasFilesRemovedAtSource: boolean,
): MailboxEntry {
  return {
    id,
    messageId,
    rule,
    mappingVersion,
    at,
    outcome: hasFilesRemovedAtSource ? 'partial' : outcome,
    reason: null,
    ...(omitted.length === 0 ? {} : { omitted }),
    ...(removed.length === 0 ? {} : { removed }),
  };
}

/**
 * Whether an earlier attempt can still be sending: not before a fresh one, nor after a run that ended
 * with a receipt. A run that was ended by hand left none, and one that was reset none of its own: its
 * attempt may have sent until this one was scheduled.
 */
function attemptOf(context: Context, isFirst: boolean): Attempt {
  const { attempt, currentAttemptScheduledTimestampMs } = context.info;
  let word = context.info.heartbeatDetails as Word | undefined;
  return {
    number: attempt,
    lastWord: word,
    ...(isFirst && attempt === 1
      ? {}
      : { previousMayHaveSentUntilMs: currentAttemptScheduledTimestampMs }),
    leaveWord(next) {
      word = next;
      context.heartbeat(next);
    },
    // Heartbeat details are last-write: a bare beat would wipe the word out.
    heartbeat: () => context.heartbeat(word),
    signal: context.cancellationSignal,
  };
}

/** Told to wait: the slot is given back. Once it has waited `parkMs` altogether, the copy fails. */
function again(
  { afterMs, reason }: Extract<ImportEnd, { end: 'again' }>,
  { info }: Context,
  parkMs: number,
): ApplicationFailure {
  if (Date.now() + afterMs - info.scheduledTimestampMs > parkMs) {
    return failed(reason, `${REASONS[reason]} (limits.parkMinutes are over)`);
  }
  return ApplicationFailure.create({
    message: `The mailbox is told to wait. ${REASONS[reason]}`,
    type: reason,
    nextRetryDelay: afterMs,
    category: ApplicationFailureCategory.BENIGN,
  });
}

function failed(reason: Reason, message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: reason,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });
}
