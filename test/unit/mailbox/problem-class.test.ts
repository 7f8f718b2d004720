import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify } from '../../../src/mailbox/problem-class.ts';

/** Status, code, class (and reason), as docs/microsoft-365.md lists them. */
const TABLE: readonly (readonly [number | null, string | null, string])[] = [
  [429, 'ApplicationThrottled', 'throttled'],
  [429, 'TooManyRequests', 'throttled'],
  [429, 'activityLimitReached', 'throttled'],
  [429, 'ErrorServerBusy', 'throttled'],
  [429, null, 'throttled'],
  [503, 'ApplicationThrottled', 'throttled'],
  [509, null, 'throttled'],

  [503, 'ServiceUnavailable', 'ambiguous'],
  [503, 'ErrorServerBusy', 'ambiguous'],
  [503, null, 'ambiguous'],
  [502, null, 'ambiguous'],
  [504, 'UnknownError', 'ambiguous'],
  [500, 'ErrorInternalServerError', 'ambiguous'],
  [500, 'ErrorInternalServerTransientError', 'ambiguous'],
  [500, 'ErrorTimeoutExpired', 'ambiguous'],
  [500, 'ErrorTooManyObjectsOpened', 'ambiguous'],
  [null, null, 'ambiguous'],
  [200, 'UnreadableAnswer', 'ambiguous'],
  [201, 'UnreadableAnswer', 'ambiguous'],
  [302, null, 'ambiguous'],
  [408, null, 'ambiguous'],
  [409, 'ErrorIrresolvableConflict', 'ambiguous'],
  [409, 'ErrorFolderExists', 'ambiguous'],
  [412, 'ErrorChangeKeyRequiredForWriteOperations', 'ambiguous'],

  [403, 'ErrorQuotaExceeded', 'mailbox-full'],
  [500, 'ErrorQuotaExceeded', 'mailbox-full'],
  [507, null, 'mailbox-full'],
  [507, 'quotaLimitReached', 'mailbox-full'],
  [403, 'NamedPropertyQuota', 'mailbox-full'],
  [503, 'ErrorMailboxStoreUnavailable', 'mailbox-moving'],
  [400, 'ErrorMailboxMoveInProgress', 'mailbox-moving'],
  [503, 'ErrorMailboxFailover', 'mailbox-moving'],
  [503, 'ErrorADUnavailable', 'mailbox-moving'],
  [423, null, 'mailbox-moving'],

  [404, 'MailboxNotEnabledForRESTAPI', 'no-mailbox'],
  [403, 'MailboxNotSupportedForRESTAPI', 'no-mailbox'],
  [404, 'ErrorNonExistentMailbox', 'no-mailbox'],
  [404, 'ErrorInvalidUser', 'no-mailbox'],
  [404, 'ResourceNotFound', 'no-mailbox'],
  [404, 'Request_ResourceNotFound', 'no-mailbox'],

  [404, 'ErrorItemNotFound', 'folder-gone'],
  [404, 'ErrorFolderNotFound', 'folder-gone'],
  [404, 'ErrorSyncFolderNotFound', 'folder-gone'],
  [404, null, 'folder-gone'],

  [403, 'ErrorAccessDenied', 'not-permitted'],
  [403, 'Authorization_RequestDenied', 'not-permitted'],
  [403, 'extensionError', 'not-permitted'],
  [403, null, 'not-permitted'],

  [401, 'InvalidAuthenticationToken', 'token'],
  [401, null, 'token'],

  [413, 'ErrorMessageSizeExceeded', 'too-large-for-mailbox'],
  [400, 'ErrorMessageSizeExceeded', 'too-large-for-mailbox'],

  [400, 'ErrorInvalidRecipients', 'permanent'],
  [400, 'ErrorInvalidPropertySet', 'permanent'],
  [400, 'RequestBodyRead', 'permanent'],
  [400, 'InvalidInternetMessageHeader', 'permanent'],
  [400, 'UnableToDeserializePostBody', 'permanent'],
  [400, 'ErrorPropertyUpdate', 'permanent'],
  [400, 'ErrorMimeContentInvalid', 'permanent'],
  [400, 'ErrorInvalidIdMalformed', 'permanent'],
  [400, 'ErrorRestrictionTooComplex', 'permanent'],
  [400, 'InefficientFilter', 'permanent'],
  [403, 'malwareDetected', 'permanent'],
  [400, 'BadRequest', 'permanent'],
  [413, null, 'too-large-for-mailbox'],
  [415, null, 'permanent'],
  [422, null, 'permanent'],
  [405, 'something new', 'permanent'],
];
for (const [status, code, expected] of TABLE) {
  test(`${status ?? 'no answer'} ${code ?? 'without a code'} is ${expected}`, () => {
    const found = classify({ status, code });

    assert.equal(found.kind === 'mailbox-state' ? found.reason : found.kind, expected);
  });
}
