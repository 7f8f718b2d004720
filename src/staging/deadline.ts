import { Readable } from 'node:stream';

/**
 * What one request may take, its second try included, and how long a download may bring nothing. A
 * block is 4 MiB, so this is 70 kB/s. The SDK's own time limit is only told to the service: a
 * connection that went silent would be waited for without end.
 */
export const DEADLINE_MS = 60_000;

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
): AsyncGenerator<Page> {
  const abort = new AbortController();
  const pages = list(abort.signal).byPage();
  for (;;) {
    const page = await inTime(deadlineMs, () => pages.next(), abort);
    if (page.done === true) return;
    yield page.value;
  }
}

/**
 * Passes a download on; fails when the reader waits for its next bytes longer than `idleMs`. What it
 * fails with is what `problemOf` makes of it, given null for a download that stood still.
 */
export function flowing(
  download: Readable,
  idleMs: number,
  problemOf: (error: unknown) => Error,
): Readable {
  const chunks = download.iterator() as AsyncIterator<Buffer, undefined>;
  let timer: NodeJS.Timeout | undefined;
  // Between two reads nobody listens, and an error that nobody hears ends the process.
  download.on('error', () => undefined);
  return new Readable({
    read() {
      timer = setTimeout(() => this.destroy(problemOf(null)), idleMs);
      chunks.next().then(
        ({ done, value }) => {
          clearTimeout(timer);
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
