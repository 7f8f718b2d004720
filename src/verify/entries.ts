import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { IndexEntry } from '../domain/index-entry.ts';
import { RunError } from '../domain/run-error.ts';
import type { ReadItem } from '../telemessage/item.ts';
import type { PackageBytes } from '../telemessage/package.ts';
import type { ProofPorts } from './ports.ts';

/** Entries that lie so close together are read by one request, what lies between them with it. */
const MAX_GAP_BYTES = 1024 * 1024;
/** As in the worker: what is larger is streamed again when its turn comes. */
const KEEP_BYTES = 2_600_000;

/** An entry as its staged bytes show it. */
export interface ProvenEntry {
  readonly entry: IndexEntry;
  /** What lies at its place has its size and digest. */
  readonly isIntact: boolean;
  /** Null for an item that is spoilt, too large or cannot be read. */
  readonly item: ReadItem | null;
  /** The key as it would be made today; null where nothing tells. */
  readonly keyToday: string | null;
  /** The decoded bytes of one attachment. */
  readonly open: (position: number) => Promise<Readable | Buffer>;
}

/**
 * Reads items out of a staged package by their places in the index alone, never by the package's own
 * directory: one ranged read brings all that lie beside each other. `entries` in any order.
 *
 * @throws {RunError} `staging-unavailable`
 */
export async function* readEntries(
  ports: ProofPorts,
  bytes: PackageBytes,
  day: string,
  entries: readonly IndexEntry[],
): AsyncGenerator<ProvenEntry> {
  for (const run of runsOf(entries, bytes.sizeBytes)) {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) continue;
    const stored = bytes.range(first.dataOffset, endOf(last));
    const cutter = new Cutter(stored, first.dataOffset);
    for (const entry of run) {
      const data = Readable.from(cutter.take(entry.dataOffset, entry.compressedBytes), {
        objectMode: false,
      });
      const read = await readEntry(ports, data, day, entry);
      const openAnew = () =>
        ports.conversion.entryStream(bytes.range(entry.dataOffset, endOf(entry)), entry);
      yield {
        entry,
        ...read,
        open: async (position) =>
          read.item?.contents.get(position) ??
          ports.conversion.openAttachment(openAnew(), position),
      };
    }
    // A spoilt item may leave bytes behind that nobody takes.
    stored.destroy();
  }
  // What the index puts beyond the end of the package is not there.
  for (const entry of entries.filter((one) => endOf(one) > bytes.sizeBytes)) {
    yield unreadEntry(entry);
  }
}

/** An entry of which there are no bytes. */
export function unreadEntry(entry: IndexEntry): ProvenEntry {
  return { entry, ...SPOILT, open: () => Promise.reject(new Error('there are no bytes')) };
}

const SPOILT = { isIntact: false, item: null, keyToday: null } as const;

async function readEntry(
  { conversion, connector, rawItemKey }: ProofPorts,
  data: Readable,
  day: string,
  entry: IndexEntry,
): Promise<Pick<ProvenEntry, 'isIntact' | 'item' | 'keyToday'>> {
  try {
    const content = conversion.entryStream(data, entry);
    if (entry.problem === 'too-large') {
      const digest = createHash('sha256');
      for await (const chunk of content) digest.update(chunk as Buffer);
      const keyToday = rawItemKey(connector, digest.digest('hex'));
      return { isIntact: true, item: null, keyToday };
    }
    const read = await conversion.readItem(content, { connector, day, keepBytes: KEEP_BYTES });
    return { isIntact: true, item: read.problem === null ? read : null, keyToday: read.itemKey };
  } catch (error) {
    if (error instanceof RunError && error.code === 'staging-corrupt') return SPOILT;
    throw error;
  }
}

/** Runs of entries that are read by one request each: forward, without an overlap or a large gap. */
export function runsOf(entries: readonly IndexEntry[], sizeBytes: number): IndexEntry[][] {
  const runs: IndexEntry[][] = [];
  let endsAt = -Infinity;
  const there = entries.filter((entry) => endOf(entry) <= sizeBytes);
  for (const entry of there.toSorted((a, b) => a.dataOffset - b.dataOffset)) {
    const gapBytes = entry.dataOffset - endsAt;
    if (gapBytes >= 0 && gapBytes <= MAX_GAP_BYTES) runs.at(-1)?.push(entry);
    else runs.push([entry]);
    endsAt = endOf(entry);
  }
  return runs;
}

function endOf({ dataOffset, compressedBytes }: IndexEntry): number {
  return dataOffset + compressedBytes;
}

/** Cuts pieces out of one stream, going forward only; what nobody takes is passed over. */
class Cutter {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  /** Where `held` begins. */
  #at: number;

  constructor(stream: Readable, from: number) {
    this.#chunks = stream.iterator() as AsyncIterator<Buffer>;
    this.#at = from;
  }

  async *take(from: number, count: number): AsyncGenerator<Buffer> {
    const end = from + count;
    while (this.#at < end) {
      if (this.#held.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) return;
        this.#held = next.value;
      }
      const skipped = Math.min(Math.max(0, from - this.#at), this.#held.length);
      this.#drop(skipped);
      const piece = this.#held.subarray(0, Math.max(0, end - this.#at));
      if (piece.length === 0) continue;
      this.#drop(piece.length);
      yield piece;
    }
  }

  #drop(count: number): void {
    this.#held = this.#held.subarray(count);
    this.#at += count;
  }
}
