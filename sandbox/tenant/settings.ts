/** What a test, or a person at the control API, may change while the tenant runs. */
export interface Settings {
  /** Every Graph answer waits this long. */
  latencyMs: number;
  /** A new message stays unseen by `$filter` for this long. */
  lookUpLagMs: number;
  /** A new message answers 404 to attachments for this long. */
  attachmentLagMs: number;
  /** Attachments added by upload session stay unlisted for this long. */
  attachmentListLagMs: number;
  /** From 2026-12-31: changes of subject, body, recipients … of a message that is no draft get 403. */
  refusesSensitiveUpdates: boolean;
  /** The message flags of a create are honoured no longer: whatever is made is a draft. */
  makesDrafts: boolean;
  /** The token endpoint refuses the client's secret. */
  refusesTokens: boolean;
  tokenLifetimeSeconds: number;
  uploadSessionLifetimeMs: number;
  /** Of one message, unless its mailbox has a limit of its own. */
  maxMessageBytes: number;
  /** How the answer to too many at once says to wait; null leaves `Retry-After` out. */
  concurrencyRetryAfter: string | null;
  limits: ThrottleLimits;
}

/** Per app and mailbox: https://learn.microsoft.com/graph/throttling-limits (Outlook). */
interface ThrottleLimits {
  readonly concurrency: number;
  readonly requests: number;
  readonly requestWindowMs: number;
  readonly uploadBytes: number;
  readonly uploadWindowMs: number;
}

export function defaultSettings(): Settings {
  return {
    latencyMs: 0,
    lookUpLagMs: 0,
    attachmentLagMs: 0,
    attachmentListLagMs: 0,
    refusesSensitiveUpdates: false,
    makesDrafts: false,
    refusesTokens: false,
    tokenLifetimeSeconds: 3_599,
    uploadSessionLifetimeMs: 3_600_000,
    maxMessageBytes: 35_000_000,
    concurrencyRetryAfter: '1',
    limits: {
      concurrency: 4,
      requests: 10_000,
      requestWindowMs: 600_000,
      uploadBytes: 150_000_000,
      uploadWindowMs: 300_000,
    },
  };
}
