import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type { Item, ItemKind } from '../domain/item.ts';
import { RunError } from '../domain/run-error.ts';
import { inSmilOrder, readBody, unknownCharsetOf } from './body.ts';
import { readCall } from './call.ts';
import { readEvent } from './event.ts';
import { decodeWords, isOfEncryption, type ItemHeaders } from './headers.ts';
import { itemKey, KEY_COUNTRY, rawItemKey } from './key.ts';
import { readParties } from './parties.ts';
import { collectParts, walkParts, type ItemParts } from './parts.ts';
import { readTime } from './time.ts';

export { entryStream } from './entry.ts';

export interface ItemContext {
  readonly connector: string;
  /** The day of the package, `YYYY-MM-DD`: where an item without a usable time stands. */
  readonly day: string;
  /** Whose national numbers the parties' are, ISO 3166, two letters; that of the key when absent. */
  readonly defaultCountry?: string;
}

export interface ReadItem {
  readonly itemKey: string;
  readonly item: Item;
  /** Decoded bytes of attachments by position, as many as fit together into `keepBytes`. */
  readonly contents: ReadonlyMap<number, Buffer>;
}

export interface UnreadableItem {
  readonly problem: 'unreadable';
  /** By its raw bytes. */
  readonly itemKey: string;
}

/** How the vendor's sentence on what it dropped above its own limit of 25 MB begins and ends. */
const TOO_LARGE_AT_SOURCE = /\b(?:attachments|recording) size\b[^\n]{0,200}\bexceeds\b/iu;
const REMOVED_AT_SOURCE = 'were removed';
const NEEDED = ['From', 'To', 'RCPT_TO', 'Date'];

/**
 * Reads one `.eml` of the TeleMessage site in one pass and in bounded memory. Fields and their traps:
 * docs/source-format.md.
 *
 * @throws only what `eml` itself fails with; what cannot be read is a value.
 */
export async function readItem(
  eml: Readable,
  context: ItemContext & { readonly keepBytes: number },
): Promise<({ readonly problem: null } & ReadItem) | UnreadableItem> {
  const { parts, sha256 } = await collectParts(eml, context.keepBytes);
  if (parts === null || !isItem(parts.headers)) {
    return { problem: 'unreadable', itemKey: rawItemKey(context.connector, sha256) };
  }
  const { item, keyTime, keyParties } = toItem(parts, context);
  const key = itemKey({
    connector: context.connector,
    sourceId: item.sourceId,
    owner: item.owner,
    time: keyTime,
    parties: keyParties,
    text: item.text,
    attachments: item.attachments.map((attachment) => attachment.sha256),
  });
  return { problem: null, itemKey: key, item, contents: parts.contents };
}

/**
 * Opens the decoded bytes of one attachment, found in a second pass. The stream ends well only after
 * the whole of `eml` was read, so that a failed check of its digest fails the stream too.
 *
 * @throws {RunError} `staging-corrupt` when the item has no such attachment.
 */
export async function openAttachment(eml: Readable, position: number): Promise<Readable> {
  const opened = new PassThrough();
  const found = Promise.withResolvers<Readable>();
  opened.once('close', () => eml.destroy());
  // Who reads it hears of its errors all the same; before it was handed out nobody listens.
  opened.on('error', () => undefined);
  const reading = walkParts(eml, {
    headers: () => undefined,
    smil: () => undefined,
    text: () => undefined,
    attachment: async (_part, at, chunks) => {
      if (at !== position) return;
      found.resolve(opened);
      for await (const chunk of chunks) {
        if (opened.destroyed) return;
        if (!opened.write(chunk)) await Promise.race([once(opened, 'drain'), closed(opened)]);
      }
    },
  });
  const fail = (error: Error) => {
    found.reject(error);
    opened.destroy(error);
  };
  void reading.then(({ isReadable }) => {
    // A no-op once the attachment was found and sent.
    found.reject(new RunError('staging-corrupt', `The item has no attachment ${position}.`));
    if (isReadable) opened.end();
    else fail(new RunError('staging-corrupt', 'The staged item cannot be read a second time.'));
  }, fail);
  return found.promise;
}

async function closed(stream: PassThrough): Promise<void> {
  if (!stream.destroyed) await once(stream, 'close');
}

function isItem(headers: ItemHeaders): boolean {
  return NEEDED.some((name) => headers.text(name) !== null);
}

function toItem(
  parts: ItemParts,
  { day, defaultCountry = KEY_COUNTRY }: ItemContext,
): { item: Item; keyTime: string; keyParties: Item['parties'] } {
  const { headers } = parts;
  const vendor = (name: string) => headers.text(`X-TELEMESSAGE-${name}`);
  const messageType = vendor('MessageType');
  const sourceId = vendor('ArchiveMessageID');
  const subject = headers.text('Subject') ?? '';
  const { text, doubts } = readBody(parts);
  const attachments = inSmilOrder(parts).map(({ attachment }) => attachment);
  const kind = kindOf(messageType, attachments.length > 0);
  const dateAsSent = headers.text('Date');
  const { at, timeFlag, keyTime } = readTime(dateAsSent, day);
  const sourceHeaders = sourceHeadersOf(headers);
  const people = readParties(headers, defaultCountry);
  const item: Item = {
    kind,
    ...readEvent(messageType, sourceId, subject, text),
    at,
    timeFlag,
    dateAsSent,
    sourceId,
    threadId: vendor('THREAD_ID'),
    groupName: vendor('GROUP_NAME') ?? groupOf(subject),
    ...people,
    subject,
    text,
    unknownCharset: unknownCharsetOf(parts),
    textDoubts: doubts,
    call: kind === 'call' ? readCall(headers, messageType ?? '', subject, text) : null,
    attachments,
    isEncrypted: isEncrypted(parts),
    hasFilesRemovedAtSource: saysFilesRemoved(text),
    sourceHeaders,
  };
  const keyParties =
    defaultCountry === KEY_COUNTRY ? people.parties : readParties(headers, KEY_COUNTRY).parties;
  return { item, keyTime, keyParties };
}

/** By its headers, or by those of any part: the customer's tool encrypts part by part. */
function isEncrypted({ headers, texts, media, smil }: ItemParts): boolean {
  const parts = [...texts, ...media, ...(smil === null ? [] : [smil])];
  const isOwn = headers.fields.some(({ name }) => isOfEncryption(name));
  return isOwn || parts.some(({ part }) => part.isEncrypted);
}

function kindOf(messageType: string | null, hasMedia: boolean): ItemKind {
  const type = (messageType ?? '').toLowerCase();
  if (/\bcall\b|call-log|call_log|voice|video/u.test(type)) return 'call';
  if (/multimedia|\bmms\b/u.test(type)) return 'mms';
  if (/pager|\bsms\b/u.test(type)) return 'sms';
  return hasMedia ? 'mms' : 'sms';
}

function saysFilesRemoved(text: string): boolean {
  const from = text.search(TOO_LARGE_AT_SOURCE);
  return from >= 0 && text.toLowerCase().includes(REMOVED_AT_SOURCE, from);
}

function groupOf(subject: string): string | null {
  return / to (?:chat group|channel) (\S.*)$/u.exec(subject)?.[1]?.trim() ?? null;
}

function sourceHeadersOf(headers: ItemHeaders): Item['sourceHeaders'] {
  return headers.fields
    .filter(({ name }) => /^X-TELEMESSAGE-/iu.test(name))
    .map(({ name, value }) => ({ name, value: decodeWords(value) }));
}
