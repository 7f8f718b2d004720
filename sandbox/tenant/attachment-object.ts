import { Readable } from 'node:stream';
import type { FileAttachment } from '@microsoft/microsoft-graph-types';
import { GraphFailure } from './answer.ts';
import { newId } from './ids.ts';
import { StreamedText } from './json-stream.ts';
import { selected } from './odata.ts';
import { binaryOf, flagOf, objectOf, textOf } from './request-body.ts';
import type { Mailbox } from './store.ts';
import type { StoredAttachment } from './stored.ts';

/** Below this by POST, from this on by upload session. https://learn.microsoft.com/graph/outlook-large-attachments */
export const SESSION_FROM_BYTES = 3_000_000;

/** What Exchange adds to a file for the object around it. */
const OBJECT_BYTES = 260;

export interface GivenAttachment {
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly bytes: Buffer;
}

/** Reads a fileAttachment of a request. @throws {GraphFailure} 400, 413 */
export function readAttachment(given: unknown): GivenAttachment {
  const attachment = objectOf(given, 'attachment');
  if (textOf(attachment, '@odata.type') !== '#microsoft.graph.fileAttachment') {
    throw new GraphFailure(
      400,
      'UnableToDeserializePostBody',
      'Were unable to deserialize the attachment: only #microsoft.graph.fileAttachment is taken.',
    );
  }
  const name = textOf(attachment, 'name') ?? '';
  if (name === '') {
    throw new GraphFailure(400, 'ErrorRequiredPropertyMissing', 'Required property is missing.');
  }
  const bytes = binaryOf(attachment, 'contentBytes');
  if (bytes.length >= SESSION_FROM_BYTES) {
    throw new GraphFailure(
      413,
      'ErrorAttachmentSizeLimitExceeded',
      'The attachment size exceeds the maximum of a single request: use an upload session.',
    );
  }
  return {
    name,
    contentType: textOf(attachment, 'contentType') ?? 'application/octet-stream',
    isInline: flagOf(attachment, 'isInline') ?? false,
    contentId: textOf(attachment, 'contentId'),
    bytes,
  };
}

export function keepAttachment(mailbox: Mailbox, given: GivenAttachment): StoredAttachment {
  const { bytes, ...said } = given;
  const modifiedAt = `${new Date().toISOString().slice(0, 19)}Z`;
  return { ...said, id: newId('attachment'), modifiedAt, place: mailbox.keep(bytes) };
}

/** The attachment as Graph's JSON; `size` counts the whole object, more than the file. */
export function attachmentJson(
  mailbox: Mailbox,
  attachment: StoredAttachment,
  select: readonly string[] | null,
): Readonly<Record<string, unknown>> {
  const { id, name, contentType, isInline, contentId, modifiedAt, place } = attachment;
  const isWhole = select === null || select.includes('contentBytes');
  const head = {
    '@odata.type': '#microsoft.graph.fileAttachment',
    '@odata.mediaContentType': contentType,
    id,
    lastModifiedDateTime: modifiedAt,
    name,
    contentType,
    size: place.sizeBytes + OBJECT_BYTES + 2 * name.length,
    isInline,
    contentId,
    contentLocation: null,
  } satisfies FileAttachment & Readonly<Record<`@${string}`, string>>;
  const content = new StreamedText(() => base64Of(mailbox, attachment));
  const json = { ...head, ...(isWhole ? { contentBytes: content } : {}) };
  return selected(json, select, { type: 'fileAttachment', members: ['contentBytes'] });
}

function base64Of(mailbox: Mailbox, attachment: StoredAttachment): Readable {
  return Readable.from(base64Chunks(mailbox, attachment));
}

function* base64Chunks(mailbox: Mailbox, { place }: StoredAttachment): Generator<string> {
  // A multiple of three bytes, so that only the last chunk can have padding.
  const step = 3 * 2 ** 18;
  for (let start = 0; start < place.sizeBytes; start += step) {
    const end = Math.min(start + step, place.sizeBytes);
    yield mailbox.read(place, start, end).toString('base64');
  }
}
