import { RunError } from '../domain/run-error.ts';

/** One alarm's begin or end, as the webhook gets it: JSON, no personal data. */
export interface Notice {
  /** All of it in words; chat services show this field. */
  readonly text: string;
  readonly connector: string;
  readonly alarm: string;
  readonly state: 'raised' | 'ended';
  /** The day or the package that it is about; null when it is about the connector. */
  readonly subject: string | null;
  /** The run in the Temporal Web UI. */
  readonly link: string;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
}

export interface Notifier {
  /** Null when no webhook is configured. @throws {RunError} `notify-unreachable` */
  readonly tell: ((notice: Notice) => Promise<void>) | null;
  /** Null when no monitor is configured. @throws {RunError} `notify-unreachable` */
  readonly beat: (() => Promise<void>) | null;
}

export interface NotifierOptions {
  readonly webhookUrl: string | null;
  readonly heartbeatUrl: string | null;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/** Tells people of alarms, and an outside monitor that a day was closed. The addresses are secrets. */
export function notifier({
  webhookUrl,
  heartbeatUrl,
  timeoutMs = TIMEOUT_MS,
}: NotifierOptions): Notifier {
  const call = async (what: string, url: string, init: RequestInit): Promise<void> => {
    const status = await statusOf(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    if (status !== null && status >= 200 && status < 300) return;
    const answer = status === null ? 'does not answer' : `answers ${String(status)}`;
    // Neither the address nor a foreign message: a webhook's address is its password.
    throw new RunError('notify-unreachable', `The ${what} ${answer}. Correct notify.${what}Url….`);
  };
  return {
    tell:
      webhookUrl === null
        ? null
        : (notice) =>
            call('webhook', webhookUrl, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(notice),
            }),
    beat: heartbeatUrl === null ? null : () => call('heartbeat', heartbeatUrl, { method: 'GET' }),
  };
}

/** A redirect is no success: what is told must not walk to an address that nobody configured. */
async function statusOf(url: string, init: RequestInit): Promise<number | null> {
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}
