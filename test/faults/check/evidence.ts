/** What a trial left behind, as anybody may read it. The checker shares no code with the product. */
export interface Evidence {
  readonly staged: Staged;
  readonly messages: readonly FoundMessage[];
  /** Everything people read to see what happened: histories and logs. */
  readonly traces: readonly Trace[];
}

export interface Staged {
  readonly content: readonly StagedBlob[];
  readonly books: readonly StagedBlob[];
  readonly state: readonly StagedBlob[];
}

export interface StagedBlob {
  readonly path: string;
  readonly etag: string;
  readonly sha256: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Empty for a package: its digest is enough. */
  readonly bytes: Buffer;
}

/** A message in a mailbox, wherever in it. */
export interface FoundMessage {
  /** Object id of the mailbox's user. */
  readonly user: string;
  /** Immutable. */
  readonly id: string;
  /** `<key@domain>` */
  readonly internetMessageId: string;
  /** Of our named property; null for a message that is not ours. */
  readonly archiveKey: string | null;
  /** Display name of the folder. */
  readonly folder: string;
  readonly isDraft: boolean;
  readonly receivedAt: string;
  /** Line ends LF. */
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly sha256: string }[];
}

export interface Trace {
  readonly where: string;
  readonly text: string;
}

/** Where to look. */
export interface Places {
  readonly connectionString: string;
  /** Of the content; the other two are named after it. */
  readonly container: string;
  readonly tenant: { readonly url: string; readonly token: () => Promise<string> };
  readonly histories: () => Promise<readonly Trace[]>;
  readonly logs: () => readonly Trace[];
}
