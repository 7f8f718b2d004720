/**
 * A run's problem: typed, of a closed list. An item's problem is never thrown: it is a value with a
 * reason (reason.ts). The message tells a person what to do next and holds no number, name, address,
 * text of an item or secret.
 */
export const RUN_ERRORS = {
  configuration: { isRetryable: false },
  'unknown-connector': { isRetryable: false },
  'site-unreachable': { isRetryable: true },
  'site-login-refused': { isRetryable: false },
  'site-host-key': { isRetryable: false },
  'site-folder-missing': { isRetryable: false },
  'package-changed': { isRetryable: true },
  'package-unreadable': { isRetryable: false },
  'staging-unavailable': { isRetryable: true },
  'staging-refused': { isRetryable: false },
  'staging-container-missing': { isRetryable: false },
  'staging-corrupt': { isRetryable: false },
  'tenant-unavailable': { isRetryable: true },
  'tenant-refused': { isRetryable: false },
  'platform-changed': { isRetryable: false },
  'mapping-invalid': { isRetryable: false },
  'no-delivery': { isRetryable: false },
  'package-not-ready': { isRetryable: false },
  'books-discrepancy': { isRetryable: false },
  'temporal-unreachable': { isRetryable: true },
  'notify-unreachable': { isRetryable: true },
  'invariant-broken': { isRetryable: false },
} as const;

export type RunErrorCode = keyof typeof RUN_ERRORS;

/** What concerns the whole connector: the day starts nothing more and fails with it, once. */
const STOPPING: ReadonlySet<string> = new Set([
  'configuration',
  'unknown-connector',
  'staging-refused',
  'staging-container-missing',
  'tenant-refused',
  'platform-changed',
  'mapping-invalid',
] satisfies RunErrorCode[]);

export function stopsRun(code: string): boolean {
  return STOPPING.has(code);
}

export class RunError extends Error {
  override readonly name = 'RunError';
  readonly code: RunErrorCode;
  /** What the other side asked us to wait; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: RunErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  get isRetryable(): boolean {
    return RUN_ERRORS[this.code].isRetryable;
  }
}
