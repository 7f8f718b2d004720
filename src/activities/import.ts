import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { MailboxRoute } from '../domain/routing.ts';
import { REASONS, type Reason } from '../domain/reason.ts';
import type { MailboxEntry } from '../domain/receipt.ts';
import type { Attempt } from '../mailbox/importer.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';

export interface ImportActivityInput {
  /** Run id of the day: the scope of "once per run" checks. */
  readonly run: string;
  readonly item: ItemReference;
  readonly home: string;
  /** See convert: the import is fresh only when this is its own run's id, on attempt 1. */
  readonly createdInRun: string | null;
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
    const isFresh = attempt === 1 && input.createdInRun === (workflowExecution?.runId ?? '');
    const known = isFresh ? null : await knownCopy(connector, input);
    if (known !== null) return { copy: known, isMade: false, attempts: attempt };

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
      },
      attemptOf(context),
    );
    switch (end.end) {
      case 'done': {
        const isPartial = end.outcome === 'partial' || read.item.hasFilesRemovedAtSource;
        const outcome = isPartial ? 'partial' : 'imported';
        const { id, rule, mappingVersion } = input.mailbox;
        const { messageId, at } = end;
        return {
          copy: { id, messageId, rule, mappingVersion, at, outcome, reason: null },
          isMade: !end.adopted,
          attempts: attempt,
        };
      }
      case 'again':
        if (Date.now() + end.afterMs - context.info.scheduledTimestampMs > connector.settings.parkMs) {
          throw failed(end.reason, `${REASONS[end.reason]} (waited limits.parkMinutes)`);
        }
        throw ApplicationFailure.create({
          message: `The mailbox is told to wait. ${REASONS[end.reason]}`,
          type: end.reason,
          nextRetryDelay: end.afterMs,
          category: ApplicationFailureCategory.BENIGN,
        });
      case 'failed':
        throw failed(end.reason, `${REASONS[end.reason]} (${end.detail})`);
    }
  };
}

/** The copy that an earlier receipt records; once made, it is never posted again. */
async function knownCopy(
  { staging }: Connector,
  { home, item, mailbox }: ImportActivityInput,
): Promise<MailboxEntry | null> {
  const receipt = await staging.receipts.find(home, item.itemKey);
  const copy = receipt?.mailboxes.find((entry) => entry.id === mailbox.id);
  return copy === undefined || copy.outcome === 'failed' ? null : copy;
}

function attemptOf(context: Context): Attempt {
  const { attempt, heartbeatDetails } = context.info;
  let word = heartbeatDetails as { sent: string | null } | undefined;
  return {
    number: attempt,
    lastWord: word,
    leaveWord(next) {
      word = next;
      context.heartbeat(next);
    },
    // Heartbeat details are last-write: a bare beat would wipe the word out.
    heartbeat: () => context.heartbeat(word),
    signal: context.cancellationSignal,
  };
}

function failed(reason: Reason, message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: reason,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });
}
