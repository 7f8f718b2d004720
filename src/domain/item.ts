/**
 * An item: one SMS, MMS or call as the TeleMessage site delivered it, read and validated.
 * The unit of archiving. Fields and their traps: docs/source-format.md.
 */

export const ITEM_KINDS = ['sms', 'mms', 'call'] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** Seen from the owner of the item; `unknown` when neither side is the owner. */
export type Direction = 'inbound' | 'outbound' | 'unknown';

export type PartyRole = 'from' | 'to' | 'owner';

export type NumberClass = 'e164' | 'short-code' | 'alphanumeric' | 'withheld' | 'unparseable';

/** One who took part. A party named several times (same number and address) stands once. */
export interface Party {
  readonly role: PartyRole;
  /** Counts from 0 within the role. */
  readonly position: number;
  /** Normalised: `+447700900123`, `85500`, `BANK`; null when withheld or absent. */
  readonly number: string | null;
  readonly numberClass: NumberClass;
  /** The *User's Email address* property: lower case; null when the item has none for this party. */
  readonly address: string | null;
  readonly name: string | null;
}

export type ItemEvent = 'edit' | 'delete-for-me' | 'delete-for-all' | 'system';

export type CallStatus =
  | 'answered'
  | 'missed'
  | 'failed'
  | 'voicemail'
  | 'rejected'
  | 'busy'
  | 'blocked'
  | 'answered-externally'
  | 'unanswered';

export interface Call {
  readonly medium: 'voice' | 'video';
  /** Null when the vendor gave none that we know; `statusAsSent` keeps its words. */
  readonly status: CallStatus | null;
  readonly statusAsSent: string | null;
  readonly durationSeconds: number | null;
}

/** A part of the item that is media. Its bytes stay in the package and are streamed from there. */
export interface Attachment {
  /** Counts from 0 in the order of the MIME parts (SMIL is not counted: it gives the order only). */
  readonly position: number;
  /** As sent, decoded; hostile. */
  readonly name: string | null;
  readonly contentType: string;
  /** Decoded bytes. */
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Why the item stands at 00:00 UTC of its package's day and not at its own time. */
export type TimeFlag = 'missing' | 'unreadable' | 'thousandfold' | 'future';

/** Why the text may not be what was said, though all that came stands in it. */
export type TextDoubt =
  /** A multipart in which no part is found. */
  | 'unparted'
  /** No line that tells where the header of a part ends. */
  | 'no-blank-line'
  | 'not-base64'
  /** Markup that shows nothing, or hides without end. */
  | 'markup'
  /** HTML that says more than the plain text that it is an alternative to. */
  | 'alternatives';

export interface Item {
  readonly kind: ItemKind;
  /** Null for an ordinary message or call. */
  readonly event: ItemEvent | null;
  /** ISO 8601 UTC in whole seconds, `2026-11-23T09:15:42Z`. */
  readonly at: string;
  readonly timeFlag: TimeFlag | null;
  /** The `Date` header as sent; null when there was none. */
  readonly dateAsSent: string | null;
  /** `X-TELEMESSAGE-ArchiveMessageID`, prefixes such as `EDIT-` kept. */
  readonly sourceId: string | null;
  /** The source id that an edit or a deletion points at. */
  readonly originalSourceId: string | null;
  readonly threadId: string | null;
  readonly groupName: string | null;
  /** Address in `RCPT_TO`, lower case. */
  readonly owner: string | null;
  readonly direction: Direction;
  /** `from` first, then `to`; an owner who is none of them last, in the role `owner`. */
  readonly parties: readonly Party[];
  /** The vendor's own subject, decoded; may be empty. */
  readonly subject: string;
  /** The body as text, whole; may be empty. */
  readonly text: string;
  /** The character set of a text that nobody knows: its text is a guess. Null without one; hostile. */
  readonly unknownCharset: string | null;
  readonly textDoubts: readonly TextDoubt[];
  readonly call: Call | null;
  readonly attachments: readonly Attachment[];
  /** Body encrypted by the customer (`X-TELEMESSAGE-ENC-…`): kept as it is. */
  readonly isEncrypted: boolean;
  /** The vendor's text says that files "were removed" before we saw the item. */
  readonly hasFilesRemovedAtSource: boolean;
  /** `X-TELEMESSAGE-*` headers in their order, decoded, as they came (hostile). */
  readonly sourceHeaders: readonly { readonly name: string; readonly value: string }[];
}
