import type { MediaName } from './media.ts';
import type { PersonId } from './people.ts';

/** A time of the sample day, `HH:MM` of UTC. */
export type Clock = `${number}:${number}`;

/** What is peculiar about how one line travels. Each is a trap that real deliveries set. */
export interface Wire {
  readonly charset?: 'iso-8859-1' | 'utf-16' | 'gb18030';
  /** The day before: captured in time, delivered late. */
  readonly isOfEveBefore?: true;
  /** The `Date` header has a thousand times the right number of seconds. */
  readonly isThousandfold?: true;
  /** The `Date` header stands in London summer time, `+0100`. */
  readonly hasOffset?: true;
  /** The same item comes again in the last package, in other clothes. */
  readonly isDeliveredTwice?: true;
  /** The customer's own key encrypted the body. */
  readonly isEncrypted?: true;
  /** The header's name ends with a stray colon. */
  readonly hasStrayColon?: true;
  /** No `X-TELEMESSAGE-MessageType` at all. */
  readonly hasNoType?: true;
  /** The vendor's fallback id `<ms>_<from>_0`, with a stated millisecond, so that two collide. */
  readonly collidesAtMs?: number;
  /** `event` in place of the message's own type. */
  readonly isSystemEvent?: true;
  /** The owner stands in `RCPT_TO` only, not among the parties. */
  readonly isOwnerNotListed?: true;
}

/** One message: when, by whom, its text, its media (media make an MMS) and its wire. */
type Line = readonly [
  at: Clock,
  by: PersonId,
  text: string,
  media?: readonly MediaName[],
  wire?: Wire,
];

/** Messages between the same people, in order. */
export interface Conversation {
  readonly id: string;
  /** All who take part; a message goes from its speaker to the others. */
  readonly between: readonly PersonId[];
  /** Whose phone is archived: each captures every line as an item of its own. */
  readonly captures: readonly PersonId[];
  readonly group?: string;
  readonly lines: readonly Line[];
}

/** One call. The recording lasts as long as the call unless `recording` says otherwise. */
export interface CallEntry {
  readonly at: Clock;
  readonly from: PersonId;
  readonly to: readonly PersonId[];
  readonly captures: readonly PersonId[];
  readonly status:
    | 'Call OK'
    | 'Missed Call'
    | 'Failed Call'
    | 'Voice Mail'
    | 'Rejected Call'
    | 'Busy Call'
    | 'Blocked Call'
    | 'Answered Externally'
    // A code that the vendor's list does not know comes through as the bare number.
    | '11';
  readonly seconds: number;
  readonly isVideo?: true;
  /** False: the call was connected and nothing was recorded. */
  readonly isRecorded: boolean;
}

/** An edit or a deletion: an item of its own that points at an earlier line of the conversation. */
export interface Change {
  readonly at: Clock;
  readonly of: { readonly conversation: string; readonly line: number };
  readonly as: 'edit' | 'delete-for-all' | 'delete-for-me';
  /** The text after the edit; empty for a deletion. */
  readonly text: string;
}
