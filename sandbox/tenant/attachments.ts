import { itemNotFound, tooLarge } from './answer.ts';
import type { Answer } from './answer.ts';
import { attachmentJson, keepAttachment, readAttachment } from './attachment-object.ts';
import type { Call, TenantParts } from './call.ts';
import { assertWellFormed } from './ids.ts';
import type { Found } from './message-view.ts';
import { messageOf } from './messages.ts';
import { page, readQuery } from './odata.ts';
import { sizeOf } from './properties.ts';
import type { StoredAttachment } from './stored.ts';

const PAGES = { pageSize: 1000, maxPageSize: 1000 };
/** `POST …/messages/{id}/attachments`, on drafts and others alike. */
export function addAttachment(call: Call, tenant: TenantParts): Answer {
  const found = attachable(call, tenant);
  const given = readAttachment(call.body);
  assertFits(call, tenant, found, given.bytes.length);
  const attachment = keepAttachment(found.mailbox, given);
  attach(tenant, found, attachment);
  const context = `${call.url.origin}/v1.0/$metadata#users('${found.userId}')/messages/attachments/$entity`;
  const shown = attachmentJson(found.mailbox, attachment, null);
  return { status: 201, body: { '@odata.context': context, ...shown } };
}

export function listAttachments(call: Call, tenant: TenantParts): Answer {
  const { userId, mailbox, message } = messageOf(call, tenant);
  const query = readQuery(call.url.searchParams, PAGES);
  const listed = message.attachments.filter(
    ({ id }) => tenant.mailboxes.ageMs(id) >= tenant.settings.attachmentListLagMs,
  );
  const context = `users('${userId}')/messages/attachments`;
  const request = { url: call.url, context, pageOption: '$skip' };
  const show = (one: StoredAttachment) => attachmentJson(mailbox, one, query.select);
  return { status: 200, body: page(listed, query, request, show) };
}

export function getAttachment(call: Call, tenant: TenantParts): Answer {
  const { mailbox, attachment } = attachmentOf(call, tenant);
  const { select } = readQuery(call.url.searchParams, PAGES);
  const context = `${call.url.origin}/v1.0/$metadata#users/messages/attachments/$entity`;
  return {
    status: 200,
    body: { '@odata.context': context, ...attachmentJson(mailbox, attachment, select) },
  };
}

/** `GET …/attachments/{id}/$value`: the file's bytes. */
export function getAttachmentBytes(call: Call, tenant: TenantParts): Answer {
  const { mailbox, attachment } = attachmentOf(call, tenant);
  return {
    status: 200,
    headers: {
      'content-type': attachment.contentType,
      'content-length': String(attachment.place.sizeBytes),
    },
    bytes: mailbox.stream(attachment.place),
  };
}

export function deleteAttachment(call: Call, tenant: TenantParts): Answer {
  const { found, attachment } = attachmentOf(call, tenant);
  const attachments = found.message.attachments.filter(({ id }) => id !== attachment.id);
  found.mailbox.putMessage({ ...found.message, attachments });
  return { status: 204 };
}

/** A message that attachments can be added to: just created ones may not be seen yet. */
export function attachable(call: Call, tenant: TenantParts): Found {
  const found = messageOf(call, tenant);
  const ageMs = tenant.mailboxes.ageMs(found.message.immutableId);
  if (ageMs < tenant.settings.attachmentLagMs) throw itemNotFound();
  return found;
}

/** @throws {GraphFailure} ErrorMessageSizeExceeded, or when the mailbox takes nothing more. */
export function assertFits(call: Call, tenant: TenantParts, found: Found, sizeBytes: number): void {
  const user = tenant.users.find(call.parameters['user'] ?? '');
  if (user === null) throw itemNotFound();
  tenant.mailboxes.assertRoom(user, 'attachment');
  const limit = tenant.mailboxes.maxMessageBytesOf(user) ?? tenant.settings.maxMessageBytes;
  if (sizeOf(found.message) + sizeBytes > limit) throw tooLarge();
}

/** Adds the attachment to the message as it is now. */
export function attach(tenant: TenantParts, found: Found, attachment: StoredAttachment): void {
  const message = found.mailbox.message(found.message.immutableId);
  if (message === null) throw itemNotFound();
  found.mailbox.putMessage({ ...message, attachments: [...message.attachments, attachment] });
  tenant.mailboxes.born(attachment.id);
}

function attachmentOf(call: Call, tenant: TenantParts) {
  const found = messageOf(call, tenant);
  const id = call.parameters['attachment'] ?? '';
  const attachment = found.message.attachments.find((one) => one.id === id);
  if (attachment !== undefined) return { found, mailbox: found.mailbox, attachment };
  assertWellFormed(id);
  throw itemNotFound();
}
