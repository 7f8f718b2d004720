/** What is compared, in the order in which the bytes went: from the package to the mailbox. */
export const STEPS = {
  packages: 'Deliveries: the staged bytes against the digest taken when they were received',
  items: 'Items: each where and as its index says, whole and with its digest',
  messages: 'Messages: the staged .eml against its own digest, and converted again from the item',
  receipts: 'Receipts: one for each item, without a gap, unaltered, of these very bytes',
  books: 'Books: made again from indexes and receipts, against the latest report',
  mailboxes: 'Copies: in the mailbox once, in the folder, as they were made',
  contents: 'Contents: attachments, subject, parties and visible text read back from the mailbox',
} as const;

export type Step = keyof typeof STEPS;

interface Meaning {
  readonly step: Step;
  readonly means: string;
  /** What a person does about it. */
  readonly next: string;
}

/** Never posted again: the receipt has it. What its user or a policy removed is theirs to answer for. */
const BRING_BACK =
  'The archiver does not put it back by itself, and "retry" does not either: a whole copy once on a receipt is never posted again. Ask who removed it. While it lies in Recoverable Items, an administrator restores it there (Restore-RecoverableItems); else hand the staged message over, messages/<first 2 of key>/<item key>.eml.';

/**
 * The closed list of what can differ, in words that a person can act on. Published in docs/proof.md.
 */
export const DIFFERENCES = {
  'package-missing': {
    step: 'packages',
    means:
      'A delivery has an index, or stands in the report of its day, and its bytes are not in staging.',
    next: 'Restore the blob (soft delete or an earlier version), and find out who could delete it.',
  },
  'package-bytes-differ': {
    step: 'packages',
    means: 'The staged bytes of a delivery are not those that were received.',
    next: 'Restore the earlier version of the blob, or have TeleMessage deliver the package again; find out who could write it.',
  },
  'package-not-as-reported': {
    step: 'packages',
    means:
      'The latest report of the day has another digest of a delivery than it was received with.',
    next: 'Compare the two with the SHA-256 of the staged bytes; restore whichever was changed.',
  },
  'index-missing': {
    step: 'packages',
    means:
      'A delivery is staged, or stands in the report of its day, and has no index that can be read.',
    next: 'Does the report of the day name the delivery? Then restore the index (soft delete or an earlier version). Else nothing of it is archived yet, run the day: o2-archiver run --day DAY --wait',
  },
  'index-of-other-bytes': {
    step: 'packages',
    means: 'The index was made of other bytes than the delivery was received with.',
    next: 'Compare index and package; restore whichever was changed.',
  },
  'count-differs': {
    step: 'packages',
    means: 'The manifest in the package counts other items than its index has.',
    next: 'Restore the index; when it was never right, report it with the package.',
  },
  'index-differs': {
    step: 'items',
    means: 'The index tells another time, kind or source of an item than its staged bytes do.',
    next: 'Restore the earlier version of the index: its times decide which items --sent covers. Find out who could write it.',
  },
  'item-bytes-differ': {
    step: 'items',
    means: 'What lies where the index says does not inflate to the size and SHA-256 of the item.',
    next: 'Restore the package, or have it delivered again. The message made of the item is not touched by this.',
  },
  'message-missing': {
    step: 'messages',
    means: 'A receipt names a message that is not in staging.',
    next: 'Restore the blob (soft delete or an earlier version).',
  },
  'message-bytes-differ': {
    step: 'messages',
    means: 'The staged message does not have the digest that was noted when it was written.',
    next: 'Restore the earlier version of the blob, and find out who could write it.',
  },
  'message-differs-from-item': {
    step: 'messages',
    means: 'The item, converted again by the same converter, gives another message.',
    next: 'Compare the two; report it: the same converter must give the same bytes.',
  },
  'receipt-missing': {
    step: 'receipts',
    means: 'An item of the index has no receipt: nobody knows what became of it.',
    next: 'Run the day again: o2-archiver run --day DAY --wait',
  },
  'receipt-hole': {
    step: 'receipts',
    means: 'The receipts of an item are not numbered 1, 2, 3 …: one is gone.',
    next: 'Restore the blob (soft delete or an earlier version).',
  },
  'receipt-unreadable': {
    step: 'receipts',
    means: 'A receipt is no longer what was written: it cannot be read.',
    next: 'Restore the earlier version of the blob.',
  },
  'receipt-differs': {
    step: 'receipts',
    means: 'A receipt names other bytes, or another home, than package, item and message have.',
    next: 'Compare the receipt with what it names; restore whichever was changed.',
  },
  'receipt-altered': {
    step: 'receipts',
    means:
      'A receipt is not what was noted beside it when it was written (its digest, outcome, copies), or contradicts itself.',
    next: 'Restore the earlier version of the blob, and find out who could write it.',
  },
  'receipt-lost-copy': {
    step: 'receipts',
    means:
      'A receipt lacks a copy that an earlier one of the item tells of, or tells of it otherwise; a copy once made stays in all later ones.',
    next: 'Look for the copy in the mailbox that the earlier receipt names; restore the receipt, and find out who could write it.',
  },
  'receipt-of-nothing': {
    step: 'receipts',
    means: 'A receipt belongs to an item that no index of its day has.',
    next: 'Restore the index that had it.',
  },
  'report-missing': {
    step: 'books',
    means: 'The day has no report.',
    next: 'Run the day: o2-archiver run --day DAY --wait',
  },
  'books-differ': {
    step: 'books',
    means: 'The books made again from indexes and receipts are not those of the latest report.',
    next: 'Is a run of the day going on? Then wait for its end. Else run the day: it writes the next report and names what changed.',
  },
  'removed-from-mailbox': {
    step: 'mailboxes',
    means: 'A copy that was made is not in the mailbox any more: its user or a policy removed it.',
    next: `${BRING_BACK} A mailbox with an online archive may have moved it there, where Graph does not see it: search there first.`,
  },
  'moved-in-mailbox': {
    step: 'mailboxes',
    means: 'A copy lies in another folder of the mailbox.',
    next: 'It is whole and is found by every search. Have its user move it back; from Deleted Items it goes for good when they are emptied.',
  },
  'doubled-in-mailbox': {
    step: 'mailboxes',
    means: 'More than one message with the Message-ID of the item lies in the mailbox.',
    next: 'Did its user copy it? Then it is theirs. Else report it with the receipts of the item (o2-archiver item KEY).',
  },
  'back-in-mailbox': {
    step: 'mailboxes',
    means:
      'A message that the archiver had removed while it made the copy is in the mailbox again.',
    next: 'Its user or an administrator restored it. It is incomplete: remove it, the copy beside it counts.',
  },
  'unrecorded-in-mailbox': {
    step: 'mailboxes',
    means: 'The mailbox has a copy that its receipt does not know of.',
    next: 'Let the receipt take it up: o2-archiver retry --item KEY --wait',
  },
  'half-in-mailbox': {
    step: 'mailboxes',
    means: 'A copy lacks attachments that it was made with.',
    next: 'Its user may have removed them. They are in the staged message and package; see removed-from-mailbox for how to hand it over.',
  },
  'attachments-added': {
    step: 'mailboxes',
    means: 'A copy has attachments that the item does not have.',
    next: 'Somebody changed the message in the mailbox. The staged message has what was archived.',
  },
  'changed-in-mailbox': {
    step: 'mailboxes',
    means:
      'A copy is there and is not as it was made: a draft, of another time, class, key or Message-ID.',
    next: 'Somebody changed the message, or mailbox.itemClass was changed since. The staged message has what was archived.',
  },
  'mailbox-gone': {
    step: 'mailboxes',
    means: 'The mailbox of a copy does not exist any more, or has no licence.',
    next: 'Was it on hold? Then it lives on as an inactive mailbox, and a content search finds the copy there.',
  },
  'mailbox-not-permitted': {
    step: 'mailboxes',
    means: 'The app may not read the mailbox of a copy.',
    next: 'Widen its scope in Exchange (RBAC for applications); a change takes up to two hours. Then verify again.',
  },
  'attachment-differs': {
    step: 'contents',
    means: 'An attachment in the mailbox has other bytes than the item has.',
    next: 'Somebody changed the message in the mailbox. The staged message has what was archived.',
  },
  'head-differs': {
    step: 'contents',
    means:
      'Subject, From or To of the message in the mailbox are not those of the message that was made.',
    next: 'Is it an address of one of your own users, shown as another one of theirs? Then it is the directory’s doing. Else somebody changed the message in the mailbox. The staged message has what was archived.',
  },
  'text-differs': {
    step: 'contents',
    means:
      'The visible text of the message in the mailbox is not that of the message that was made.',
    next: 'Somebody changed the message in the mailbox. The staged message has what was archived.',
  },
} as const satisfies Readonly<Record<string, Meaning>>;

export type DifferenceKind = keyof typeof DIFFERENCES;

/** Where one difference was found. What does not apply is null. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Blob path. */
  readonly path: string | null;
  readonly itemKey: string | null;
  /** Object id of the mailbox's user. */
  readonly mailbox: string | null;
  /** Immutable id of the message in the mailbox. */
  readonly messageId: string | null;
  /** Digests, numbers, names of fields: no text, number, name or address of an item. */
  readonly detail: string | null;
}

/** What is worth knowing and no difference. */
export const NOTICES = {
  'not-archived':
    'Items that are held, failed or waived: their receipts say so, and the report lists them.',
  'by-digest-only':
    'Messages made by another converter, or from another delivery: compared by their digests alone.',
  'other-key-today':
    'Items whose key would be another one today: the key of the index holds for ever.',
  'found-by-message-id': 'Copies with another id than on their receipt, found by their Message-ID.',
  'text-contained':
    'Copies of another converter: their visible text was searched for the text of the item.',
} as const;

export type NoticeKind = keyof typeof NOTICES;
