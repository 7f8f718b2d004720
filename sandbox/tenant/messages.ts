import { GraphFailure, itemNotFound } from './answer.ts';
import type { Answer } from './answer.ts';
import { mailboxOf } from './call.ts';
import type { Call, TenantParts } from './call.ts';
import { partsOf, requiredText } from './filter.ts';
import type { Filter } from './filter.ts';
import { matches } from './filter-match.ts';
import { folderOf } from './folders.ts';
import { assertWellFormed, newId } from './ids.ts';
import { previewOf, readBody, shownBody } from './message-body.ts';
import { readMembers } from './message-create.ts';
import { MESSAGE_PAGES, entityAnswer, filterableJson, messageJson } from './message-view.ts';
import type { Found } from './message-view.ts';
import { page, readQuery } from './odata.ts';
import type { Query } from './odata.ts';
import { MESSAGE_FLAGS, canonicalPropertyId, readProperties, sizeOf } from './properties.ts';
import { flagOf, objectOf, textOf } from './request-body.ts';
import { searchTest } from './search.ts';
import type { Searched } from './search.ts';
import type { Mailbox } from './store.ts';
import type { StoredMessage } from './stored.ts';

/** https://devblogs.microsoft.com/microsoft365dev/graph-api-updates-to-sensitive-email-properties */
const SENSITIVE_MEMBERS = [
  'subject',
  'body',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'internetMessageId',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
];

const MAX_SEARCH_RESULTS = 1_000;

/** `GET …/messages` (every normal folder) and `GET …/mailFolders/{id}/messages`. */
export function listMessages(call: Call, tenant: TenantParts): Answer {
  const { user, mailbox } = mailboxOf(call, tenant);
  const query = readQuery(call.url.searchParams, MESSAGE_PAGES);
  const found = search(call, tenant, mailbox, query);
  const context = `users('${user.id}')/messages`;
  const request = { url: call.url, context, pageOption: '$skip' };
  const show = (message: StoredMessage) =>
    messageJson(call, { userId: user.id, mailbox, message }, query);
  return { status: 200, body: page(found, query, request, show) };
}

export function countMessages(call: Call, tenant: TenantParts): Answer {
  const { mailbox } = mailboxOf(call, tenant);
  const query = readQuery(call.url.searchParams, MESSAGE_PAGES);
  const count = search(call, tenant, mailbox, query).length;
  return { status: 200, headers: { 'content-type': 'text/plain' }, bytes: String(count) };
}

export function getMessage(call: Call, tenant: TenantParts): Answer {
  return entityAnswer(200, call, messageOf(call, tenant));
}

/**
 * `PATCH …/messages/{id}`. The message flags never change; from 2026-12-31 the sensitive members of a
 * message that is no draft do not either.
 */
export function updateMessage(call: Call, tenant: TenantParts): Answer {
  const found = messageOf(call, tenant);
  const { mailbox, message } = found;
  const request = objectOf(call.body, 'message');
  const isSensitive = SENSITIVE_MEMBERS.some((member) => member in request);
  if (tenant.settings.refusesSensitiveUpdates && isSensitive && !message.isDraft) {
    throw new GraphFailure(
      403,
      'ErrorAccessDenied',
      'Access is denied. Mail-Advanced.ReadWrite is needed to update this property of a message that is not a draft.',
    );
  }
  const changed = changedMessage(mailbox, message, request);
  mailbox.putMessage(changed);
  return entityAnswer(200, call, { ...found, message: changed });
}

/** `POST …/messages/{id}/move`: another classic id, the same immutable one. */
export function moveMessage(call: Call, tenant: TenantParts): Answer {
  const found = messageOf(call, tenant);
  const destination = textOf(objectOf(call.body, 'body'), 'destinationId') ?? '';
  const moved = inFolder(found.message, folderOf(found.mailbox, destination).id);
  found.mailbox.putMessage(moved);
  return entityAnswer(201, call, { ...found, message: moved });
}

/** `DELETE …/messages/{id}`: goes where its user no longer sees it, and stays there. */
export function deleteMessage(call: Call, tenant: TenantParts): Answer {
  const { mailbox, message } = messageOf(call, tenant);
  const beyond = folderOf(mailbox, 'recoverableitemsdeletions').id;
  if (message.folderId === beyond) throw itemNotFound();
  mailbox.putMessage(inFolder(message, beyond));
  return { status: 204 };
}

/** `POST …/messages/{id}/permanentDelete` */
export function purgeMessage(call: Call, tenant: TenantParts): Answer {
  const { mailbox, message } = messageOf(call, tenant);
  mailbox.removeMessage(message.immutableId);
  return { status: 204 };
}

/** The message a path names. @throws {GraphFailure} ErrorItemNotFound, ErrorInvalidIdMalformed */
export function messageOf(call: Call, tenant: TenantParts): Found {
  const { user, mailbox } = mailboxOf(call, tenant);
  const id = call.parameters['message'] ?? '';
  const message = mailbox.message(id);
  if (message !== null) return { userId: user.id, mailbox, message };
  assertWellFormed(id);
  throw itemNotFound();
}

function search(
  call: Call,
  tenant: TenantParts,
  mailbox: Mailbox,
  query: Query,
): readonly StoredMessage[] {
  const { filter, orderBy } = query;
  const within = candidates(call, mailbox, filter);
  if (query.search !== null) return searched(within, mailbox, query, tenant);
  const visible = within.filter(
    (message) =>
      filter === null ||
      (tenant.mailboxes.ageMs(message.immutableId) >= tenant.settings.lookUpLagMs &&
        matches(filter, filterableJson(message))),
  );
  if (filter !== null && asksForTwoProperties(filter)) return [];
  const path = orderBy?.path ?? 'receivedDateTime';
  const sign = (orderBy?.isDescending ?? true) ? -1 : 1;
  const keyed = visible.map((message) => ({ message, key: orderKey(message, path) }));
  keyed.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ message }) => message);
}

/** `$search`: alone, the latest sent first, at most 1,000. */
function searched(
  within: readonly StoredMessage[],
  mailbox: Mailbox,
  { filter, orderBy, search: text }: Query,
  tenant: TenantParts,
): readonly StoredMessage[] {
  const beside = filter !== null ? 'filter' : orderBy !== null ? 'orderby' : null;
  if (beside !== null) {
    const code = filter !== null ? 'SearchWithFilter' : 'SearchWithOrderBy';
    const message = `The query parameter '$${beside}' is not supported with '$search'.`;
    throw new GraphFailure(400, code, message);
  }
  const test = searchTest(text ?? '');
  const isIndexed = ({ immutableId }: StoredMessage) =>
    tenant.mailboxes.ageMs(immutableId) >= tenant.settings.lookUpLagMs;
  return within
    .filter((message) => isIndexed(message) && test(searchedOf(message, mailbox)))
    .sort((a, b) => (a.sentAt < b.sentAt ? 1 : a.sentAt > b.sentAt ? -1 : 0))
    .slice(0, MAX_SEARCH_RESULTS);
}

function searchedOf(message: StoredMessage, mailbox: Mailbox): Searched {
  const content = mailbox.read(message.body.place).toString('utf8');
  const { contentType } = message.body;
  const shown = shownBody({ contentType, content }, { isText: true, isUnsafeAllowed: false });
  return {
    ...message,
    body: shown.content,
    from: [message.from, message.sender].filter((party) => party !== null),
    attachmentNames: message.attachments.map(({ name }) => name),
    sizeBytes: sizeOf(message),
  };
}

function candidates(call: Call, mailbox: Mailbox, filter: Filter | null): StoredMessage[] {
  const folder = call.parameters['folder'];
  const folderId = folder === undefined ? null : folderOf(mailbox, folder).id;
  const name = filter === null ? null : requiredText(filter, 'internetMessageId');
  const beyond = folderOf(mailbox, 'recoverableitemsdeletions').id;
  const isWithin = (message: StoredMessage) =>
    folderId === null ? message.folderId !== beyond : message.folderId === folderId;
  if (name !== null) return mailbox.messagesNamed(name).filter(isWithin);
  if (folderId !== null) return mailbox.messagesIn(folderId);
  return [...mailbox.messages.values()].filter(isWithin);
}

/** "or" over two property ids was seen to answer 200 with nothing. */
function asksForTwoProperties(filter: Filter): boolean {
  const parts = partsOf(filter);
  const ids = parts.flatMap((part) =>
    part.op === 'compare' && part.path.endsWith('/id') && typeof part.value === 'string'
      ? [canonicalPropertyId(part.value) ?? part.value]
      : [],
  );
  return parts.some(({ op }) => op === 'or') && new Set(ids).size > 1;
}

function orderKey(message: StoredMessage, path: string): string {
  if (path === 'receivedDateTime') return message.receivedAt;
  const value = path
    .split('/')
    .reduce<unknown>(
      (at, member) => (at as Record<string, unknown> | undefined)?.[member],
      filterableJson(message),
    );
  return typeof value === 'string' ? value.toLowerCase() : String(value);
}

function inFolder(message: StoredMessage, folderId: string): StoredMessage {
  return { ...message, folderId, classicId: newId('message'), modifiedAt: now() };
}

function changedMessage(
  mailbox: Mailbox,
  message: StoredMessage,
  request: Readonly<Record<string, unknown>>,
): StoredMessage {
  const members = Object.entries(readMembers(request)).filter(([name]) => {
    const long = { to: 'toRecipients', cc: 'ccRecipients', bcc: 'bccRecipients' }[name] ?? name;
    return long in request;
  });
  const body = 'body' in request ? readBody(request) : null;
  const given = readProperties(request).properties.filter(({ id }) => id !== MESSAGE_FLAGS);
  const kept = message.properties.filter(({ id }) => given.every((one) => one.id !== id));
  return {
    ...message,
    ...Object.fromEntries(members),
    ...(body === null
      ? {}
      : {
          preview: previewOf(body),
          body: {
            contentType: body.contentType,
            place: mailbox.keep(Buffer.from(body.content)),
          },
        }),
    internetMessageId: textOf(request, 'internetMessageId') ?? message.internetMessageId,
    isRead: flagOf(request, 'isRead') ?? message.isRead,
    properties: [...kept, ...given],
    modifiedAt: now(),
  };
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
