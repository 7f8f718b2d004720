import type { Readable } from 'node:stream';
import type { Staging } from '../staging/staging.ts';
import type { attachmentPass, AttachmentPass } from '../telemessage/attachment-pass.ts';
import type { entryStream, ReadItem, readItem } from '../telemessage/item.ts';
import type { ItemReference } from '../workflows/contracts.ts';

/** Reads items out of staged packages by reference. */
export interface ItemReader {
  /** The item, its digest checked; `problem` when it cannot be read. */
  read(ref: ItemReference): Promise<({ problem: null } & ReadItem) | { problem: 'unreadable' }>;
  /** The decoded attachments of the item, for one step of its way. */
  attachments(ref: ItemReference): ItemAttachments;
}

export interface ItemAttachments {
  /**
   * The bytes of one: from memory when small, else streamed from staging. Those that are asked for in
   * the order of their positions are read in one go; the one before MUST have been read to its end.
   */
  open(position: number): Promise<Readable | Buffer>;
  /** MUST be called when no more is wanted. */
  close(): void;
}

/**
 * Attachments of an item that together stay below this are kept beside it: what fits into one
 * request to Graph (3.5 MB of JSON is about 2.6 MB of bytes). Larger ones are streamed.
 */
const KEEP_BYTES = 2_600_000;
/** Convert, map and import of an item follow each other at once: this many bytes of items wait. */
const MAX_CACHED_BYTES = 16_000_000;
/** What an item without attachments is reckoned at. */
const ITEM_BYTES = 10_000;

type Read = Awaited<ReturnType<ItemReader['read']>>;

export function itemReader(
  packages: Staging['packages'],
  parts: {
    readItem: typeof readItem;
    entryStream: typeof entryStream;
    attachmentPass: typeof attachmentPass;
  },
): ItemReader {
  const cache = new Map<string, { read: Promise<Read>; bytes: number }>();
  let cachedBytes = 0;

  const openEntry = async (ref: ItemReference): Promise<Readable> =>
    parts.entryStream(
      await packages.readRange(ref.package, ref.dataOffset, ref.compressedBytes),
      ref,
    );

  const readNow = async (ref: ItemReference): Promise<Read> =>
    parts.readItem(await openEntry(ref), {
      connector: ref.connector,
      day: ref.day,
      keepBytes: KEEP_BYTES,
    });

  const drop = (key: string): void => {
    cachedBytes -= cache.get(key)?.bytes ?? 0;
    cache.delete(key);
  };

  const remember = (key: string, read: Promise<Read>): void => {
    const bytes = ITEM_BYTES;
    cache.set(key, { read, bytes });
    cachedBytes += bytes;
    read.then(
      (done) => {
        const kept = cache.get(key);
        if (kept?.read !== read || done.problem !== null) return;
        for (const content of done.contents.values()) kept.bytes += content.length;
        cachedBytes += kept.bytes - bytes;
        for (const oldest of cache.keys()) {
          if (cachedBytes <= MAX_CACHED_BYTES) break;
          drop(oldest);
        }
      },
      () => drop(key),
    );
  };

  const reader: ItemReader = {
    read(ref) {
      const key = `${ref.package}@${String(ref.dataOffset)}`;
      const known = cache.get(key);
      if (known !== undefined) return known.read;
      const read = readNow(ref);
      remember(key, read);
      return read;
    },

    attachments(ref) {
      let pass: AttachmentPass | null = null;
      return {
        async open(position) {
          const read = await reader.read(ref);
          const kept = read.problem === null ? read.contents.get(position) : undefined;
          if (kept !== undefined) return kept;
          const sha256 = read.problem === null ? sha256Of(read, position) : '';
          const found = await pass?.open(position, sha256);
          if (found !== undefined && found !== null) return found;
          pass?.close();
          pass = parts.attachmentPass(await openEntry(ref));
          const first = await pass.open(position, sha256);
          if (first === null) throw new Error('a reading that has just begun is beyond everything');
          return first;
        },
        close: () => pass?.close(),
      };
    },
  };
  return reader;
}

function sha256Of({ item }: ReadItem, position: number): string {
  return item.attachments.find((one) => one.position === position)?.sha256 ?? '';
}
