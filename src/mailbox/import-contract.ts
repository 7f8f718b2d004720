import type { Message } from '../domain/message.ts';
import type { Reason } from '../domain/reason.ts';
import type { OpenAttachment } from './attachment-bytes.ts';

/** One copy to make: a message and one mailbox. */
export interface ImportInput {
  readonly connector: string;
  readonly run: string;
  /** Object id of the user. */
  readonly mailboxId: string;
  readonly message: Message;
  /** The same message without these attachments, by position. */
  recompose(omit: readonly number[]): Message;
  readonly openAttachment: OpenAttachment;
  /** The message blob was created by this very run and nobody can have sent the copy before. */
  readonly isFresh: boolean;
  /** Ids of messages that earlier runs removed: a plain DELETE only moves them. */
  readonly removed?: readonly string[];
  /** Imports into the folder of this year, `2026`, beside the usual one. */
  readonly year?: string;
  /** A copy of ours that lacks something: made anew with less left out, then removed. */
  readonly replaces?: { readonly messageId: string; readonly omitted: number };
  /** An earlier run was denied this mailbox already: that it still is says nothing about the app. */
  readonly isKnownDenied?: boolean;
}

/** What an attempt leaves to the next: heartbeat details. */
export interface Word {
  /** Null: surely nothing is on its way. Else when a create was sent, ISO 8601 UTC. */
  readonly sent: string | null;
  /** When its answer came, or did not come in time; absent while nobody knows. */
  readonly answered?: string;
  /** The message is there, perhaps not whole. */
  readonly messageId?: string;
  /** Positions left out because of a limit of the mailbox. */
  readonly omit?: readonly number[];
  /** Ids of messages removed on the way. */
  readonly removed?: readonly string[];
}

export interface Attempt {
  /** Counts from 1. */
  readonly number: number;
  /** The previous attempt's last word; undefined when it left none. */
  readonly lastWord: Word | undefined;
  /** Until when an earlier attempt, of this run or another, may have sent; absent: none can have. */
  readonly previousMayHaveSentUntilMs?: number;
  leaveWord(word: Word): void;
  heartbeat(): void;
  readonly signal: AbortSignal;
}

export type ImportEnd = {
  /** All ids that later look-ups are to ignore, earlier runs' too: kept in the receipt. */
  readonly removed: readonly string[];
} & (
  | {
      readonly end: 'done';
      /** Immutable id of the message. */
      readonly messageId: string;
      /** ISO 8601 UTC in seconds. */
      readonly at: string;
      readonly outcome: 'imported' | 'partial';
      /** Positions of the attachments that the copy lacks. */
      readonly omitted: readonly number[];
      /** It was there already. */
      readonly adopted: boolean;
      readonly requests: number;
    }
  /** To be tried again after a wait that is not spent in a slot. */
  | {
      readonly end: 'again';
      readonly afterMs: number;
      readonly reason: Reason;
      /** Nothing was tried yet: what an earlier run may have sent has time to show itself. */
      readonly isUntried?: true;
    }
  /** `detail`: Graph's code, no text. */
  | { readonly end: 'failed'; readonly reason: Reason; readonly detail: string }
);
