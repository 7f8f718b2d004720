import { ApplicationFailure, type Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { REASONS } from '../domain/reason.ts';
import type { Attempt, ImportEnd, Word } from '../mailbox/importer.ts';

/** A dead worker is noticed after the heartbeat timeout of 45 s; this leaves three beats to lose. */
export const BEAT_EVERY_MS = 10_000;
/** Of the import (workflows/proxies.ts): a killed worker has sent nothing later than this after a beat. */
const HEARTBEAT_TIMEOUT_MS = 45_000;

/** An attempt of Temporal as the importer sees it: its word are the heartbeat details. */
export function attemptOf(
  context: Context,
  sentUntilMs: number | null,
): Attempt & { isHalfMade(): boolean } {
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
    isHalfMade: () => word?.messageId !== undefined,
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

export type Again = Extract<ImportEnd, { end: 'again' }>;

/** Told to wait: the slot is given back. */
export function waiting({ afterMs, reason }: Again): ApplicationFailure {
  return ApplicationFailure.create({
    message: `The mailbox is told to wait. ${REASONS[reason]}`,
    type: reason,
    nextRetryDelay: afterMs,
    category: ApplicationFailureCategory.BENIGN,
  });
}
