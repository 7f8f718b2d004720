/** Where bytes lie on disk: a file below the mailbox's folder and a range in it. */
export interface Place {
  readonly file: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface StoredFolder {
  readonly id: string;
  readonly displayName: string;
  /** Null for the two roots: the top of the mailbox and what lies beyond its user's sight. */
  readonly parentId: string | null;
  readonly wellKnownName: string | null;
}

export interface StoredAttachment {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly modifiedAt: string;
  readonly place: Place;
}

export interface Party {
  readonly name: string;
  readonly address: string;
}

export type Importance = 'low' | 'normal' | 'high';

export interface StoredProperty {
  /** As Graph prints it: `Integer 0xe07`. */
  readonly id: string;
  readonly value: string;
}

export interface StoredMessage {
  readonly immutableId: string;
  /** The classic id; another one after each move. */
  readonly classicId: string;
  readonly folderId: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  readonly receivedAt: string;
  readonly sentAt: string;
  readonly isDraft: boolean;
  readonly isRead: boolean;
  readonly internetMessageId: string;
  readonly conversationId: string;
  readonly subject: string;
  readonly preview: string;
  readonly body: { readonly contentType: 'html' | 'text'; readonly place: Place };
  readonly importance: Importance;
  readonly categories: readonly string[];
  readonly from: Party | null;
  readonly sender: Party | null;
  readonly to: readonly Party[];
  readonly cc: readonly Party[];
  readonly bcc: readonly Party[];
  readonly replyTo: readonly Party[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly properties: readonly StoredProperty[];
  readonly attachments: readonly StoredAttachment[];
}
