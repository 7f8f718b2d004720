/**
 * The message made from an item: pure, the same for the same item on any machine. The `.eml` in
 * staging and the JSON that is sent to Microsoft Graph are two renderings of it.
 */
export interface Message {
  readonly itemKey: string;
  /** `<<item key>@<messageIdDomain>>`, angle brackets included. */
  readonly messageId: string;
  /** Sent and received time, ISO 8601 UTC in seconds. */
  readonly at: string;
  /** Lies unread in its folder; absent, and so for every item's copy: read. */
  readonly isUnread?: true;
  /** MAPI message class, `IPM.Note` unless configured. */
  readonly itemClass: string;
  /** "O2 SMS", "O2 MMS" or "O2 call". */
  readonly category: string;
  /** At most 255 characters, no control characters. */
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly from: MessageParty;
  readonly to: readonly MessageParty[];
  /**
   * In the form of Message-IDs: what all messages of one conversation refer to, then the item that
   * this one is, or that an edit or a deletion points at. Empty when neither is known.
   */
  readonly references: readonly string[];
  /** The last of `references` when this is an edit or a deletion of that item. */
  readonly inReplyTo: string | null;
  /** Null for what belongs to no conversation. */
  readonly conversation: Conversation | null;
  readonly attachments: readonly MessageAttachment[];
  /** What was left out, the largest first. The body names each. */
  readonly omitted: readonly MessageAttachment[];
  /** `X-TELEMESSAGE-*` as they came and our own `X-O2-Archive-*`; values may hold any Unicode. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** What makes Outlook and Exchange show the messages of one conversation as one thread. */
export interface Conversation {
  /** The same for all its messages, at most 255 characters. */
  readonly topic: string;
  /** PidTagConversationIndex, base64 of 22 bytes: 1, the time, and what is the same for all. */
  readonly index: string;
}

export interface MessageParty {
  readonly name: string;
  /** Always of RFC 5321's form; a party without one gets `<digits>@number.invalid`. */
  readonly address: string;
}

export interface MessageAttachment {
  /** Of the item's attachment, by which its bytes are found in the package. */
  readonly position: number;
  /** Safe and unique within the message. */
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}
