import { randomUUID } from 'node:crypto';
import { GraphFailure, tooLarge, unreadableBody } from './answer.ts';
import type { Answer } from './answer.ts';
import { keepAttachment, readAttachment } from './attachment-object.ts';
import { mailboxOf } from './call.ts';
import type { Call, TenantParts } from './call.ts';
import { folderOf } from './folders.ts';
import { newId } from './ids.ts';
import { previewOf, readBody } from './message-body.ts';
import { entityAnswer } from './message-view.ts';
import { conversationOf, readProperties } from './properties.ts';
import { flagOf, isObject, listOf, objectOf, textOf, textsOf } from './request-body.ts';
import type { JsonObject } from './request-body.ts';
import type { Importance, Party, StoredMessage } from './stored.ts';

/** https://learn.microsoft.com/office365/servicedescriptions (Exchange Online limits). */
const MAX_ATTACHMENTS = 250;
const MAX_SUBJECT_LENGTH = 255;
const MAX_CUSTOM_HEADERS = 5;
const MAX_HEADER_LENGTH = 995;

/**
 * `POST …/messages` and `POST …/mailFolders/{id}/messages` with JSON. The dates and `isDraft` of the
 * body are ignored: only extended properties say when a message was received and that it is no draft.
 */
export function createMessage(call: Call, tenant: TenantParts): Answer {
  const { user, mailbox } = mailboxOf(call, tenant);
  const folder = folderOf(mailbox, call.parameters['folder'] ?? 'drafts');
  if (!(call.headers['content-type'] ?? '').startsWith('application/json')) {
    const message = 'Were unable to deserialize the body of the POST request.';
    throw new GraphFailure(400, 'UnableToDeserializePostBody', message);
  }
  const request = objectOf(call.body, 'message');
  const attachments = listOf(request, 'attachments').map(readAttachment);
  const draft = readMessage(request, folder.id);
  const body = readBody(request);
  const bodyBytes = Buffer.from(body.content);
  tenant.mailboxes.assertRoom(user, 'message');
  const sizeBytes = attachments.reduce((sum, { bytes }) => sum + bytes.length, bodyBytes.length);
  const limit = tenant.mailboxes.maxMessageBytesOf(user) ?? tenant.settings.maxMessageBytes;
  if (attachments.length > MAX_ATTACHMENTS || sizeBytes > limit) throw tooLarge();
  const message: StoredMessage = {
    ...draft,
    isDraft: draft.isDraft || tenant.settings.makesDrafts,
    preview: previewOf(body),
    body: { contentType: body.contentType, place: mailbox.keep(bodyBytes) },
    attachments: attachments.map((attachment) => keepAttachment(mailbox, attachment)),
  };
  mailbox.putMessage(message);
  tenant.mailboxes.born(message.immutableId);
  tenant.counters.created(user.id);
  return entityAnswer(201, call, { userId: user.id, mailbox, message });
}

/** The members a create and an update have in common. @throws {GraphFailure} 400 */
export function readMembers(request: JsonObject) {
  const subject = (textOf(request, 'subject') ?? '').replaceAll(/[\r\n]+/g, ' ');
  if (subject.length > MAX_SUBJECT_LENGTH) {
    const message = `The subject exceeds ${MAX_SUBJECT_LENGTH} characters.`;
    throw new GraphFailure(400, 'ErrorInvalidPropertySet', message);
  }
  const from = readParty(request['from'] ?? null);
  return {
    subject,
    importance: readImportance(request),
    categories: textsOf(request, 'categories'),
    from,
    sender: readParty(request['sender'] ?? null) ?? from,
    to: readParties(request, 'toRecipients'),
    cc: readParties(request, 'ccRecipients'),
    bcc: readParties(request, 'bccRecipients'),
    replyTo: readParties(request, 'replyTo'),
  };
}

function readMessage(
  request: JsonObject,
  folderId: string,
): Omit<StoredMessage, 'preview' | 'body' | 'attachments'> {
  const effects = readProperties(request);
  const createdAt = `${new Date().toISOString().slice(0, 19)}Z`;
  const isDraft = effects.isUnsent ?? true;
  return {
    ...readMembers(request),
    immutableId: newId('immutableMessage'),
    classicId: newId('message'),
    folderId,
    createdAt,
    modifiedAt: createdAt,
    receivedAt: effects.receivedAt ?? createdAt,
    sentAt: effects.sentAt ?? createdAt,
    isDraft,
    isRead: flagOf(request, 'isRead') ?? effects.isRead ?? isDraft,
    internetMessageId: textOf(request, 'internetMessageId') ?? `<${randomUUID()}@tenant.invalid>`,
    conversationId: conversationIdOf(effects.properties),
    headers: readHeaders(request),
    properties: effects.properties,
  };
}

/** The same for all messages of one conversation; one of its own for a message without. */
function conversationIdOf(properties: StoredMessage['properties']): string {
  const conversation = conversationOf(properties);
  return conversation === null
    ? newId('message')
    : `AAQk${conversation.toString('base64url')}${'A'.repeat(10)}=`;
}

function readImportance(request: JsonObject): Importance {
  const importance = (textOf(request, 'importance') ?? 'normal').toLowerCase();
  if (importance === 'low' || importance === 'normal' || importance === 'high') return importance;
  throw unreadableBody(`Requested value '${importance}' was not found.`);
}

function readHeaders(request: JsonObject): { name: string; value: string }[] {
  if ((request['internetMessageHeaders'] ?? null) === null) return [];
  const headers = listOf(request, 'internetMessageHeaders').map((given) => {
    const header = objectOf(given, 'internetMessageHeaders');
    return { name: textOf(header, 'name') ?? '', value: textOf(header, 'value') ?? '' };
  });
  const invalid = headers.find(
    ({ name, value }) => !/^x-[\w-]+$/i.test(name) || value.length > MAX_HEADER_LENGTH,
  );
  if (invalid !== undefined) {
    throw invalidHeader(
      `The internet message header name '${invalid.name}' should start with 'x-' or 'X-'.`,
    );
  }
  if (headers.length === 0) throw invalidHeader('The internet message headers must not be empty.');
  if (headers.length > MAX_CUSTOM_HEADERS) {
    throw invalidHeader(`Maximum number of headers in one message is ${MAX_CUSTOM_HEADERS}.`);
  }
  return headers;
}

function invalidHeader(message: string): GraphFailure {
  return new GraphFailure(400, 'InvalidInternetMessageHeader', message);
}

function readParties(request: JsonObject, member: string): Party[] {
  return listOf(request, member).flatMap((given) => readParty(given) ?? []);
}

function readParty(given: unknown): Party | null {
  if (given === null) return null;
  const email = isObject(given) ? given['emailAddress'] : null;
  if (!isObject(email)) throw unreadableBody("A recipient needs an 'emailAddress'.");
  const address = textOf(email, 'address') ?? '';
  const name = textOf(email, 'name') ?? address;
  if (address === '' && name === '') {
    throw new GraphFailure(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  }
  return { name, address };
}
