/**
 * What a problem means for a copy. Decided by code first, then by status: the same code comes with
 * different statuses.
 *
 * - `throttled`: refused and not applied; wait as told.
 * - `ambiguous`: the write may have happened; look before writing again.
 * - `mailbox-state`: the mailbox takes nothing now; `reason` says why.
 * - `no-mailbox`: there is no mailbox now.
 * - `folder-gone`: the folder (or the message, when that was addressed) is not there.
 * - `not-permitted`: the app may not touch this mailbox.
 * - `token`: the token was refused.
 * - `too-large-for-mailbox`: the message is larger than the mailbox takes.
 * - `permanent`: Microsoft 365 refuses this very message.
 */
export type ProblemClass =
  | { readonly kind: 'mailbox-state'; readonly reason: 'mailbox-full' | 'mailbox-moving' }
  | { readonly kind: Exclude<Kind, 'full' | 'moving'> };

type Kind =
  | 'throttled'
  | 'ambiguous'
  | 'full'
  | 'moving'
  | 'no-mailbox'
  | 'folder-gone'
  | 'not-permitted'
  | 'token'
  | 'too-large-for-mailbox'
  | 'permanent';

/**
 * Sources: https://learn.microsoft.com/en-us/graph/errors, the EWS ResponseCode reference, and what
 * working importers met (docs/microsoft-365.md).
 */
const BY_CODE: Readonly<Record<string, Kind>> = {
  ApplicationThrottled: 'throttled',
  TooManyRequests: 'throttled',
  activityLimitReached: 'throttled',
  Request_ThrottledTemporarily: 'throttled',
  Directory_ConcurrencyViolation: 'throttled',

  ServiceUnavailable: 'ambiguous',
  serviceNotAvailable: 'ambiguous',
  ErrorServerBusy: 'ambiguous',
  ErrorInternalServerError: 'ambiguous',
  ErrorInternalServerTransientError: 'ambiguous',
  ErrorTimeoutExpired: 'ambiguous',
  ErrorTooManyObjectsOpened: 'ambiguous',
  ErrorIrresolvableConflict: 'ambiguous',
  ErrorChangeKeyRequired: 'ambiguous',
  ErrorChangeKeyRequiredForWriteOperations: 'ambiguous',
  ErrorFolderExists: 'ambiguous',

  ErrorMailboxStoreUnavailable: 'moving',
  ErrorMailboxMoveInProgress: 'moving',
  ErrorMailboxFailover: 'moving',
  ErrorADUnavailable: 'moving',

  ErrorQuotaExceeded: 'full',
  quotaLimitReached: 'full',
  NamedPropertyQuota: 'full',

  MailboxNotEnabledForRESTAPI: 'no-mailbox',
  MailboxNotSupportedForRESTAPI: 'no-mailbox',
  ErrorNonExistentMailbox: 'no-mailbox',
  ErrorInvalidUser: 'no-mailbox',
  ResourceNotFound: 'no-mailbox',
  Request_ResourceNotFound: 'no-mailbox',

  ErrorItemNotFound: 'folder-gone',
  ErrorFolderNotFound: 'folder-gone',
  ErrorSyncFolderNotFound: 'folder-gone',
  ErrorParentFolderNotFound: 'folder-gone',

  ErrorAccessDenied: 'not-permitted',
  Authorization_RequestDenied: 'not-permitted',
  accessDenied: 'not-permitted',
  extensionError: 'not-permitted',

  InvalidAuthenticationToken: 'token',

  ErrorMessageSizeExceeded: 'too-large-for-mailbox',
  ErrorAttachmentSizeLimitExceeded: 'too-large-for-mailbox',

  ErrorInvalidRecipients: 'permanent',
  ErrorInvalidPropertySet: 'permanent',
  RequestBodyRead: 'permanent',
  InvalidInternetMessageHeader: 'permanent',
  UnableToDeserializePostBody: 'permanent',
  ErrorPropertyUpdate: 'permanent',
  ErrorMimeContentInvalid: 'permanent',
  ErrorInvalidIdMalformed: 'permanent',
  ErrorInvalidRequest: 'permanent',
  ErrorInvalidArgument: 'permanent',
  ErrorRestrictionTooComplex: 'permanent',
  InefficientFilter: 'permanent',
  malwareDetected: 'permanent',
};

const BY_STATUS: Readonly<Record<number, Kind>> = {
  401: 'token',
  403: 'not-permitted',
  404: 'folder-gone',
  408: 'ambiguous',
  409: 'ambiguous',
  412: 'ambiguous',
  413: 'too-large-for-mailbox',
  423: 'moving',
  429: 'throttled',
  507: 'full',
  509: 'throttled',
};

export function isKnownCode(code: string): boolean {
  return Object.hasOwn(BY_CODE, code);
}

/** Everything unknown below 500 is the request's own fault; all else may have been applied. */
export function classify(problem: {
  readonly status: number | null;
  readonly code: string | null;
}): ProblemClass {
  const kind = kindOf(problem.status, problem.code);
  switch (kind) {
    case 'full':
      return { kind: 'mailbox-state', reason: 'mailbox-full' };
    case 'moving':
      return { kind: 'mailbox-state', reason: 'mailbox-moving' };
    default:
      return { kind };
  }
}

function kindOf(status: number | null, code: string | null): Kind {
  // A 429 is a refusal whatever its code says: nothing was applied.
  if (status === 429) return 'throttled';
  if (code !== null && isKnownCode(code)) return BY_CODE[code] ?? 'permanent';
  if (status === null) return 'ambiguous';
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  return status >= 400 && status < 500 ? 'permanent' : 'ambiguous';
}
