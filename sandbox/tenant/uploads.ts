import { GraphFailure } from './answer.ts';
import type { Answer } from './answer.ts';
import { SESSION_FROM_BYTES } from './attachment-object.ts';
import { assertFits, attach, attachable } from './attachments.ts';
import type { Call, TenantParts } from './call.ts';
import { newId } from './ids.ts';
import { flagOf, numberOf, objectOf, textOf } from './request-body.ts';
import type { UploadSession } from './upload-session.ts';

/** "150 MB", read as decimal: https://learn.microsoft.com/graph/outlook-large-attachments */
const MAX_ATTACHMENT_BYTES = 150_000_000;
/** "Less than 4 MB" a range. */
export const MAX_RANGE_BYTES = 4 * 2 ** 20;

/** `POST …/messages/{id}/attachments/createUploadSession` */
export function createUploadSession(call: Call, tenant: TenantParts): Answer {
  const target = attachable(call, tenant);
  const body = objectOf(call.body, 'body');
  const item = objectOf(body['AttachmentItem'] ?? body['attachmentItem'], 'AttachmentItem');
  const sizeBytes = numberOf(item, 'size') ?? 0;
  const name = textOf(item, 'name') ?? '';
  if ((textOf(item, 'attachmentType') ?? '').toLowerCase() !== 'file') {
    throw new GraphFailure(
      405,
      'ErrorAttachmentSessionIsSupportedOnlyForFileAttachments',
      'Upload sessions are supported for file attachments only.',
    );
  }
  if (name === '') {
    throw new GraphFailure(400, 'ErrorRequiredPropertyMissing', 'Required property is missing.');
  }
  assertSize(sizeBytes);
  assertFits(call, tenant, target, sizeBytes);
  const session = tenant.uploads.open({
    appId: call.appId,
    target,
    name,
    sizeBytes,
    contentType: textOf(item, 'contentType') ?? 'application/octet-stream',
    isInline: flagOf(item, 'isInline') ?? false,
    contentId: textOf(item, 'contentId'),
    expiresAtMs: Date.now() + tenant.settings.uploadSessionLifetimeMs,
  });
  return {
    status: 201,
    body: {
      '@odata.context': `${call.url.origin}/v1.0/$metadata#microsoft.graph.uploadSession`,
      uploadUrl: uploadUrl(call.url.origin, session),
      expirationDateTime: new Date(session.expiresAtMs).toISOString(),
      nextExpectedRanges: ['0-'],
    },
  };
}

/**
 * `PUT {uploadUrl}`: one range, in order. 200 with what is expected next, capitalised as Outlook
 * does; after the last byte 201 with the attachment's address and no body.
 */
export function putRange(call: Call, session: UploadSession, tenant: TenantParts): Answer {
  const bytes = Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0);
  const header = call.headers['content-range']?.toString() ?? '';
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header)?.map(Number) ?? [];
  if (start === undefined || end === undefined || end - start + 1 !== bytes.length) {
    throw invalidRange(400, 'The Content-Range header does not match the bytes of the request.');
  }
  if (bytes.length > MAX_RANGE_BYTES) throw rangeTooLong();
  if (total !== session.sizeBytes || end >= session.sizeBytes) {
    throw invalidRange(400, 'The range does not match the size of the upload session.');
  }
  if (start !== session.receivedBytes) {
    throw invalidRange(416, `The range expected next begins at ${session.receivedBytes}.`);
  }
  tenant.uploads.append(session, bytes);
  if (session.receivedBytes < session.sizeBytes) return progress(session);
  return { status: 201, headers: { location: finish(call, session, tenant) }, bytes: '' };
}

/** `GET {uploadUrl}`: what is expected next. */
export function getProgress(_call: Call, session: UploadSession): Answer {
  return progress(session);
}

/** `DELETE {uploadUrl}` */
export function abandonUpload(_call: Call, session: UploadSession, tenant: TenantParts): Answer {
  tenant.uploads.abandon(session);
  return { status: 204 };
}

/** The session an upload URL names. @throws {GraphFailure} 401, 404 */
export function sessionOf(url: URL, hasBearer: boolean, tenant: TenantParts): UploadSession {
  const id = /AttachmentSessions\('([^']*)'\)$/.exec(url.pathname)?.[1] ?? '';
  const session = tenant.uploads.find(id);
  if (session === null) {
    throw new GraphFailure(
      404,
      'ErrorItemNotFound',
      'The upload session was not found: it has expired, ended or was never created.',
    );
  }
  if (hasBearer || url.searchParams.get('authtoken') !== session.authToken) {
    throw new GraphFailure(
      401,
      'InvalidAuthenticationToken',
      'The upload URL is authenticated by itself: it takes no Authorization header.',
    );
  }
  return session;
}

export function rangeTooLong(): GraphFailure {
  return new GraphFailure(413, 'ErrorRequestSizeExceeded', 'A range is limited to 4 MB.');
}

function uploadUrl(origin: string, session: UploadSession): string {
  const { userId, message } = session.target;
  const id = encodeURIComponent(message.classicId);
  return `${origin}/api/v2.0/Users('${userId}')/Messages('${id}')/AttachmentSessions('${session.id}')?authtoken=${session.authToken}`;
}

function progress(session: UploadSession): Answer {
  return {
    status: 200,
    body: {
      ExpirationDateTime: new Date(session.expiresAtMs).toISOString(),
      NextExpectedRanges: [String(session.receivedBytes)],
    },
  };
}

function finish(call: Call, session: UploadSession, tenant: TenantParts): string {
  const { target, name, contentType, isInline, contentId } = session;
  const id = newId('attachment');
  attach(tenant, target, {
    id,
    name,
    contentType,
    isInline,
    contentId,
    modifiedAt: `${new Date().toISOString().slice(0, 19)}Z`,
    place: tenant.uploads.finish(session, target.mailbox),
  });
  const message = encodeURIComponent(target.message.classicId);
  return `${call.url.origin}/api/v2.0/Users('${target.userId}')/Messages('${message}')/Attachments('${encodeURIComponent(id)}')`;
}

function assertSize(sizeBytes: number): void {
  if (sizeBytes < SESSION_FROM_BYTES) {
    throw new GraphFailure(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      'The attachment is too small for an upload session.',
    );
  }
  if (sizeBytes > MAX_ATTACHMENT_BYTES) {
    throw new GraphFailure(
      413,
      'ErrorAttachmentSizeLimitExceeded',
      'The attachment exceeds the maximum size.',
    );
  }
}

function invalidRange(status: number, message: string): GraphFailure {
  return new GraphFailure(status, 'ErrorInvalidContentRange', message);
}
