import type { MessageAttachment } from '../domain/message.ts';
import type { OpenAttachment } from './attachment-bytes.ts';
import { rangesOf } from './attachment-bytes.ts';
import type { Clock } from './clock.ts';
import type { BareRequest, GraphAnswer, GraphClient } from './graph-client.ts';
import { GraphProblem } from './graph-problem.ts';
import { MAX_WAIT_IN_SLOT_MS } from './lane.ts';
import { classify, isKnownCode } from './problem-class.ts';

/** Below Outlook's 4 MB and a multiple of 320 KiB, so that it suits either rule. */
const RANGE_BYTES = 3_932_160;
const MAX_TRIES_PER_RANGE = 4;
const FIRST_RETRY_MS = 1_000;

export interface Upload {
  readonly client: GraphClient;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly heartbeat: () => void;
  /** Of one range. */
  readonly rangeTimeoutMs: number;
}

/**
 * Sends one attachment's bytes to an upload session, range by range, streamed. The session is closed
 * when it does not end well. One that was lost is neither resumed nor begun anew here: its last range
 * may have made the attachment, so whoever comes next looks what is there first.
 *
 * @throws {GraphProblem} ambiguous when the session was lost @throws {RunError} `staging-corrupt`
 * @see https://learn.microsoft.com/en-us/graph/outlook-large-attachments
 */
export async function sendRanges(
  upload: Upload,
  url: string,
  attachment: MessageAttachment,
  open: OpenAttachment,
): Promise<void> {
  let start = 0;
  let last: GraphAnswer | null = null;
  try {
    for await (const range of rangesOf(attachment, open, RANGE_BYTES)) {
      upload.heartbeat();
      last = await sendRange(upload, url, range, start, attachment.sizeBytes);
      start += range.length;
    }
    if (last?.status !== 201) throw new GraphProblem(last?.status ?? null, 'UploadNotFinished');
  } catch (error) {
    await abandon(upload, url);
    throw isLost(error) ? new GraphProblem(null, 'UploadSessionLost', { cause: error }) : error;
  }
}

/**
 * 404 and 410 of a session that has expired, 401 of its address, 416 where it expects another range,
 * and whatever else refuses the range and not the message.
 */
function isLost(error: unknown): error is GraphProblem {
  if (!(error instanceof GraphProblem)) return false;
  const { kind } = classify(error);
  if (kind === 'folder-gone' || kind === 'token') return true;
  return kind === 'permanent' && (error.code === null || !isKnownCode(error.code));
}

async function sendRange(
  upload: Upload,
  url: string,
  range: Buffer<ArrayBuffer>,
  start: number,
  sizeBytes: number,
): Promise<GraphAnswer> {
  const end = start + range.length;
  for (let tries = 1; ; tries += 1) {
    try {
      return await call(upload, {
        method: 'PUT',
        url,
        body: range,
        timeoutMs: upload.rangeTimeoutMs,
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Range': `bytes ${start}-${end - 1}/${sizeBytes}`,
        },
      });
    } catch (error) {
      const waitMs = waitAfter(error, tries);
      if (waitMs !== null) {
        await upload.clock.sleep(waitMs, upload.signal);
        upload.heartbeat();
      } else if (!isLost(error)) throw error;
      // The range may have arrived, at this try or at the one before, and only its answer got lost.
      if ((await expectedStart(upload, url)) === end) return { ...ARRIVED };
      if (waitMs === null) throw error;
    }
  }
}

const ARRIVED = { status: 200, headers: new Headers(), body: null };

/**
 * Milliseconds until the range is worth another try; null when it is not, or not soon: a longer wait
 * is not spent in the slot, the upload is given up and begun anew.
 */
function waitAfter(error: unknown, tries: number): number | null {
  if (!(error instanceof GraphProblem) || tries >= MAX_TRIES_PER_RANGE) return null;
  const { kind } = classify(error);
  if (kind !== 'throttled' && kind !== 'ambiguous') return null;
  const waitMs = error.retryAfterMs ?? FIRST_RETRY_MS * 2 ** (tries - 1);
  return waitMs > MAX_WAIT_IN_SLOT_MS ? null : waitMs;
}

async function expectedStart(upload: Upload, url: string): Promise<number | null> {
  try {
    const { body } = await call(upload, { method: 'GET', url });
    const state = body as { nextExpectedRanges?: unknown; NextExpectedRanges?: unknown } | null;
    const ranges = state?.nextExpectedRanges ?? state?.NextExpectedRanges;
    const [first] = Array.isArray(ranges) ? (ranges as unknown[]) : [];
    return typeof first === 'string' ? Number.parseInt(first, 10) : null;
  } catch (error) {
    if (error instanceof GraphProblem) return null;
    throw error;
  }
}

/** Best effort: an open session ends by itself after some days and shows to nobody. */
async function abandon({ client }: Upload, url: string): Promise<void> {
  try {
    await client.bare({ method: 'DELETE', url, timeoutMs: 10_000 });
  } catch (error) {
    if (!(error instanceof GraphProblem)) throw error;
  }
}

function call({ client, signal }: Upload, request: BareRequest): Promise<GraphAnswer> {
  return client.bare({ ...request, ...(signal === undefined ? {} : { signal }) });
}
