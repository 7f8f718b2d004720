import { Readable } from 'node:stream';

/**
 * What one request may take, its second try included, and how long a download may bring nothing. A
 * block is 4 MiB, so this is 70 kB/s. The SDK's own time limit is only told to the service: a
 * connection that went silent would be waited for without end.
 */
export const DEADLINE_MS = 60_000;

/** A download may take so many deadlines, and this much longer for what it brought. */
const MAX_IDLE_TIMES = 10;
const MIN_BYTES_PER_MS = 70;

/** Aborts a request that is not answered in time. */
export async function inTime<T>(
  deadlineMs: number,
  request: (abortSignal: AbortSignal) => Promise<T>,
  abort = new AbortController(),
): Promise<T> {
  const timer = setTimeout(() => abort.abort(), deadlineMs);
  try {
    return await request(abort.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The pages of a listing, each a request of its own. */
export async function* pagesInTime<Page>(
  deadlineMs: number,
  list: (abortSignal: AbortSignal) => { byPage(): AsyncIterator<Page> },
  onRequest: () => void = () => undefined,
): AsyncGenerator<Page> {
  const abort = new AbortController();
  const pages = list(abort.signal).byPage();
  for (;;) {
    onRequest();
    const page = await inTime(deadlineMs, () => pages.next(), abort);
    if (page.done === true) return;
    yield page.value;
  }
}

/**
 * Passes a download on; fails when the reader waits for its next bytes longer than `idleMs`, and when
 * it only drips. What it fails with is what `problemOf` makes of it, given null for these two.
 */
export function flowing(
  download: Readable,
  idleMs: number,
  problemOf: (error: unknown) => Error,
): Readable {
  const chunks = download.iterator() as AsyncIterator<Buffer, undefined>;
  let timer: NodeJS.Timeout | undefined;
  let allowedMs = MAX_IDLE_TIMES * idleMs;
  // Between two reads nobody listens, and an error that nobody hears ends the process.
  download.on('error', () => undefined);
  return new Readable({
    read() {
      const askedMs = performance.now();
      const waitMs = Math.max(0, Math.min(idleMs, allowedMs));
      timer = setTimeout(() => this.destroy(problemOf(null)), waitMs);
      chunks.next().then(
        ({ done, value }) => {
          clearTimeout(timer);
          // Only what the network takes is counted, not a reader that takes its time.
          allowedMs -= performance.now() - askedMs;
          allowedMs += (value?.length ?? 0) / MIN_BYTES_PER_MS;
          this.push(done === true ? null : value);
        },
        (error: unknown) => this.destroy(problemOf(error)),
      );
    },
    destroy(error, done) {
      clearTimeout(timer);
      download.destroy();
      done(error);
    },
  });
}
