import type { Message, MessageAttachment, MessageParty } from '../domain/message.ts';
import type { TextFile } from './whole-text.ts';
import { shortFormOf } from './whole-text.ts';

/**
 * The set of our named properties, and the names in it. They MUST NOT change: a mailbox has room for
 * a limited number of named properties, and look-ups of old copies ask for this one.
 */
const PROPERTY_SET = '{8d6f2a54-1c3e-4b7a-9e15-6f0c2b9d4a71}';
export const ARCHIVE_KEY = `String ${PROPERTY_SET} Name ArchiveKey`;

/**
 * Sizes of Graph: 4 MB a request, so base64 and all 3.5 MB of JSON; attachments from 3,000,000 bytes
 * on go by upload session.
 * @see https://learn.microsoft.com/en-us/graph/outlook-large-attachments
 */
export const MAX_JSON_BYTES = 3_500_000;
export const SESSION_FROM_BYTES = 3_000_000;
/** A longer message is sent in its short form. */
const MAX_ENVELOPE_BYTES = 3_000_000;

/** @see https://learn.microsoft.com/en-us/graph/api/resources/internetmessageheader: five at most */
const MAX_HEADERS = 5;
const MAX_HEADER_CHARACTERS = 995;
const HEADER_NAME = /^x-o2-archive-[a-z0-9-]{1,50}$/i;
const PRINTABLE = /^[\x20-\x7e]+$/;

export interface Plan {
  /** JSON of the message without attachments. */
  readonly envelope: string;
  /** Everything that is attached: the item's own, before them the whole text of a short form. */
  readonly attachments: readonly MessageAttachment[];
  /** Go with the message in one request. */
  readonly inline: readonly MessageAttachment[];
  /** Are added one by one afterwards, in the order in which they are read. */
  readonly later: readonly MessageAttachment[];
  /** Contents that lie in no package, by position. */
  readonly texts: ReadonlyMap<number, Buffer>;
  /** Bytes that all its requests will send, about. */
  readonly bytes: number;
}

/** What of a message goes in the one atomic request, and what after it. Reads no attachment. */
export function planOf(message: Message): Plan {
  const { envelope, files } = envelopeIn(message);
  const attachments = [...files, ...message.attachments];
  let bytes = Buffer.byteLength(envelope) + Buffer.byteLength(listOf([]));
  const inline: MessageAttachment[] = [];
  const later: MessageAttachment[] = [];
  for (const attachment of attachments) {
    const encodedBytes = encodedSize(attachment);
    const isSmall = attachment.sizeBytes < SESSION_FROM_BYTES;
    if (isSmall && bytes + encodedBytes <= MAX_JSON_BYTES) {
      inline.push(attachment);
      bytes += encodedBytes;
    } else {
      later.push(attachment);
    }
  }
  for (const { sizeBytes } of later) {
    bytes += sizeBytes < SESSION_FROM_BYTES ? (sizeBytes * 4) / 3 : sizeBytes;
  }
  const texts = new Map(files.map(({ position, content }) => [position, content]));
  later.sort(inOrderOfReading);
  return { envelope, attachments, inline, later, texts, bytes: Math.ceil(bytes) };
}

/** As they lie in the package, where going on is cheap and going back begins anew. */
export function inOrderOfReading(a: MessageAttachment, b: MessageAttachment): number {
  return a.position - b.position;
}

/** The message as its mailbox shows it: a longer one in its short form, its whole text attached. */
export function sentForm(message: Message): Message {
  const { sent, files } = envelopeIn(message);
  return { ...sent, attachments: [...files, ...message.attachments] };
}

function envelopeIn(message: Message): {
  envelope: string;
  sent: Message;
  files: readonly TextFile[];
} {
  const envelope = JSON.stringify(envelopeOf(message));
  if (Buffer.byteLength(envelope) <= MAX_ENVELOPE_BYTES) {
    return { envelope, sent: message, files: [] };
  }
  const { message: sent, files } = shortFormOf(message);
  return { envelope: JSON.stringify(envelopeOf(sent)), sent, files };
}

/** JSON of the create request; `contents` has the bytes of each inline attachment by position. */
export function render(plan: Plan, contents: ReadonlyMap<number, Buffer>): string {
  if (plan.inline.length === 0) return plan.envelope;
  const attachments = plan.inline.map((attachment) =>
    fileAttachment(attachment, contents.get(attachment.position) ?? Buffer.alloc(0)),
  );
  return `${plan.envelope.slice(0, -1)}${listOf(attachments)}}`;
}

function listOf(attachments: readonly string[]): string {
  return `,"attachments":[${attachments.join(',')}]`;
}

/** JSON of one attachment. Base64 has nothing to escape: megabytes need not be looked through. */
export function fileAttachment({ name, contentType }: MessageAttachment, content: Buffer): string {
  const frame = JSON.stringify({
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    contentType,
    isInline: false,
  });
  return `${frame.slice(0, -1)},"contentBytes":"${content.toString('base64')}"}`;
}

function encodedSize(attachment: MessageAttachment): number {
  const frame = fileAttachment(attachment, Buffer.alloc(0));
  return Buffer.byteLength(frame) + 1 + Math.ceil(attachment.sizeBytes / 3) * 4;
}

function envelopeOf(message: Message): Record<string, unknown> {
  const internetMessageHeaders = headersOf(message);
  return {
    internetMessageId: message.messageId,
    subject: message.subject,
    body: { contentType: 'html', content: message.html },
    from: recipient(message.from),
    sender: recipient(message.from),
    toRecipients: message.to.map(recipient),
    isRead: message.isUnread !== true,
    categories: [message.category],
    // An empty list is refused (msgraph-sdk-dotnet issue 2208).
    ...(internetMessageHeaders.length === 0 ? {} : { internetMessageHeaders }),
    singleValueExtendedProperties: propertiesOf(message),
  };
}

function recipient({ name, address }: MessageParty): object {
  return { emailAddress: { name, address } };
}

function headersOf({ headers }: Message): { name: string; value: string }[] {
  return headers
    .filter(
      ({ name, value }) =>
        HEADER_NAME.test(name) && value.length <= MAX_HEADER_CHARACTERS && PRINTABLE.test(value),
    )
    .slice(0, MAX_HEADERS)
    .map(({ name, value }) => ({ name: name.toLowerCase(), value }));
}

/**
 * MAPI properties, the only way to set these: Graph ignores isDraft, sentDateTime and
 * receivedDateTime of the body, and flags cannot be changed later.
 * @see [MS-OXPROPS] PidTagMessageFlags 0x0E07, PidTagMessageDeliveryTime 0x0E06,
 * PidTagClientSubmitTime 0x0039, PidTagMessageClass 0x001A, PidTagInternetReferences 0x1039,
 * PidTagInReplyToId 0x1042, PidTagConversationTopic 0x0070, PidTagConversationIndex 0x0071,
 * PidTagConversationIndexTracking 0x3016
 */
function propertiesOf(message: Message): { id: string; value: string }[] {
  const { at, itemClass, references, inReplyTo, conversation, itemKey } = message;
  return [
    // MSGFLAG_READ (1) or nothing, and not MSGFLAG_UNSENT (8): so it is no draft.
    { id: 'Integer 0x0E07', value: message.isUnread === true ? '0' : '1' },
    { id: 'SystemTime 0x0E06', value: at },
    { id: 'SystemTime 0x0039', value: at },
    ...(itemClass === 'IPM.Note' ? [] : [{ id: 'String 0x001A', value: itemClass }]),
    ...(references.length === 0 ? [] : [{ id: 'String 0x1039', value: references.join(' ') }]),
    ...(inReplyTo === null ? [] : [{ id: 'String 0x1042', value: inReplyTo }]),
    ...(conversation === null
      ? []
      : [
          { id: 'String 0x0070', value: conversation.topic },
          { id: 'Binary 0x0071', value: conversation.index },
          // Without it Exchange makes the conversation of the topic's words alone.
          { id: 'Boolean 0x3016', value: 'true' },
        ]),
    { id: ARCHIVE_KEY, value: itemKey },
  ];
}
