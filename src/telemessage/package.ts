import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { IndexEntry, Refusal } from '../domain/index-entry.ts';
import type { Item } from '../domain/item.ts';
import { decompress } from './entry.ts';
import { readItem } from './item.ts';
import { rawItemKey, sourceReference } from './key.ts';
import { checkManifest, readManifest, type Manifest } from './manifest.ts';
import { BlockReader, type PackageBytes } from './package-bytes.ts';
import { PackageRefused, refusedEntry } from './package-refused.ts';
import { readDirectory, type ZipDirectory, type ZipEntry } from './zip-directory.ts';

export type { PackageBytes } from './package-bytes.ts';

export interface IndexContext {
  readonly connector: string;
  /** The package's archive day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly maxItemBytes: number;
  /** Of the hashes that stand for the source's ids; without it the index has none. */
  readonly sourceKey?: Buffer;
  /** Called with each item that can be read. */
  readonly onItem?: (item: Item, itemKey: string) => void;
  /** Called whenever bytes were read: the number of items indexed so far. */
  readonly onProgress?: (entries: number) => void;
}

export type IndexedPackage =
  | {
      readonly outcome: 'taken';
      readonly notes: string[];
      /** Ordered by item key, then offset. */
      readonly items: IndexEntry[];
    }
  | {
      readonly outcome: 'refused';
      readonly reason: Refusal;
      readonly notes: string[];
      readonly items: [];
    };

/** A manifest of 100,000 names of 250 bytes each is 25 MB. */
const MAX_MANIFEST_BYTES = 32 * 1024 * 1024;
/** Named in notes; other extensions may be parts of people's names. */
const USUAL_EXTENSIONS =
  /^(?:txt|xml|json|csv|log|md5|sha1|sha256|sig|pdf|html?|msg|zip|ini|db|jpe?g|png|gif|mp[34]|wav|3gp|amr)$/u;

/**
 * Verifies a package and indexes its items in one pass over its bytes: every entry is streamed once,
 * its size and CRC-32 checked, its SHA-256 taken and its item read on the fly. Time is bounded by
 * what the package says it holds, memory by constants, whatever the compression ratio.
 *
 * @throws what `bytes` fails with. What is wrong with the package itself is the outcome `refused`.
 */
export async function indexPackage(
  bytes: PackageBytes,
  context: IndexContext,
): Promise<IndexedPackage> {
  let done = 0;
  const reader = new BlockReader(bytes, () => context.onProgress?.(done));
  try {
    const directory = await readDirectory(reader);
    const { emls, strays } = await checkContents(reader, directory);
    const items: IndexEntry[] = [];
    const faults: unknown[] = [];
    for (const entry of emls) {
      items.push(await indexEntry(reader, directory, entry, context, faults));
      done += 1;
      context.onProgress?.(done);
    }
    for (const stray of strays) await verify(reader, directory, stray);
    items.sort(byKeyThenOffset);
    return { outcome: 'taken', notes: [...strayNotes(strays), ...faultNotes(faults)], items };
  } catch (error) {
    if (reader.failure !== null) throw reader.failure;
    if (!(error instanceof PackageRefused)) throw error;
    const notes = error.note === null ? [] : [error.note];
    return { outcome: 'refused', reason: error.reason, notes, items: [] };
  }
}

/**
 * The number of items that a package's manifest counts; null when it cannot be read.
 *
 * @throws what `bytes` fails with.
 */
export async function manifestCount(bytes: PackageBytes): Promise<number | null> {
  const reader = new BlockReader(bytes, () => undefined);
  try {
    const directory = await readDirectory(reader);
    return (await readManifestOf(reader, directory)).count;
  } catch (error) {
    if (reader.failure !== null) throw reader.failure;
    if (error instanceof PackageRefused) return null;
    throw error;
  }
}

/** Code units, as in the listing of blobs: no locale has a say in the order of an index. */
function byKeyThenOffset(a: IndexEntry, b: IndexEntry): number {
  if (a.itemKey !== b.itemKey) return a.itemKey < b.itemKey ? -1 : 1;
  return a.offset - b.offset;
}

async function checkContents(reader: BlockReader, directory: ZipDirectory) {
  const files = directory.entries.filter((entry) => !entry.isFolder);
  const emls = files.filter(({ name }) => /\.eml$/iu.test(name));
  const strays = files.filter(({ name }) => !/\.(?:eml|mf)$/iu.test(name));
  const manifest = manifestIn(files);
  const empty = emls.find(({ sizeBytes }) => sizeBytes === 0);
  if (empty !== undefined) throw refusedEntry('zero-byte-item', empty);
  checkManifest(await readManifestOf(reader, directory, manifest), emls);
  return { emls, strays };
}

function manifestIn(files: readonly ZipEntry[]): ZipEntry {
  const manifests = files.filter(({ name, isFolder }) => !isFolder && /\.mf$/iu.test(name));
  const [manifest] = manifests;
  if (manifest === undefined) throw new PackageRefused('no-manifest');
  if (manifests.length > 1) throw new PackageRefused('two-manifests');
  if (manifest.sizeBytes > MAX_MANIFEST_BYTES) throw new PackageRefused('unreadable-manifest');
  return manifest;
}

async function readManifestOf(
  reader: BlockReader,
  directory: ZipDirectory,
  manifest = manifestIn(directory.entries),
): Promise<Manifest> {
  const chunks: Buffer[] = [];
  const content = verified(reader, await directory.locate(manifest), manifest);
  for await (const chunk of content) chunks.push(chunk);
  return readManifest(Buffer.concat(chunks));
}

async function indexEntry(
  reader: BlockReader,
  directory: ZipDirectory,
  entry: ZipEntry,
  context: IndexContext,
  faults: unknown[],
): Promise<IndexEntry> {
  const { connector, day } = context;
  const dataOffset = await directory.locate(entry);
  const { name, offset, compressedBytes, sizeBytes, method } = entry;
  const place = { name, offset, dataOffset, compressedBytes, sizeBytes, method };
  const standIn = { kind: 'sms', at: `${day}T00:00:00Z` } as const;
  const unread = async (problem: 'too-large' | 'unreadable'): Promise<IndexEntry> => {
    const digest = createHash('sha256');
    for await (const chunk of verified(reader, dataOffset, entry)) digest.update(chunk);
    const sha256 = digest.digest('hex');
    return { ...place, sha256, itemKey: rawItemKey(connector, sha256), ...standIn, problem };
  };
  if (sizeBytes > 2 * context.maxItemBytes) return unread('too-large');
  const digest = createHash('sha256');
  const content = verified(reader, dataOffset, entry, (chunk) => digest.update(chunk));
  const eml = Readable.from(content, { objectMode: false });
  try {
    const read = await readItem(eml, { connector, day, keepBytes: 0 });
    const known = { ...place, sha256: digest.digest('hex'), itemKey: read.itemKey };
    if (read.problem !== null) return { ...known, ...standIn, problem: read.problem };
    const { item } = read;
    context.onItem?.(item, read.itemKey);
    return { ...known, kind: item.kind, at: item.at, ...sourceOf(item, context), problem: null };
  } catch (error) {
    if (error instanceof PackageRefused || reader.failure !== null) throw error;
    // A fault of ours costs one item, not the hundred thousand beside it.
    faults.push(error);
    return unread('unreadable');
  }
}

function sourceOf(
  { sourceId, owner, event }: Item,
  { connector, sourceKey }: IndexContext,
): Pick<IndexEntry, 'source'> {
  if (sourceId === null || sourceKey === undefined) return {};
  return { source: sourceReference(sourceKey, { connector, owner, sourceId, event }) };
}

async function verify(
  reader: BlockReader,
  directory: ZipDirectory,
  entry: ZipEntry,
): Promise<void> {
  for await (const _chunk of verified(reader, await directory.locate(entry), entry));
}

/** The decompressed bytes of an entry, refused where they disagree with its record. */
async function* verified(
  reader: BlockReader,
  dataOffset: number,
  entry: ZipEntry,
  onChunk: (chunk: Buffer) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const data = reader.stream(dataOffset, dataOffset + entry.compressedBytes);
  const content = decompress(data, entry.method);
  let sizeBytes = 0;
  let checksum = 0;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > entry.sizeBytes) throw refusedEntry('size-mismatch', entry);
      checksum = crc32(chunk, checksum);
      onChunk(chunk);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof PackageRefused || reader.failure !== null) throw error;
    // zlib: the data ends before the deflate stream does, or is none.
    const isCut = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
    throw refusedEntry(isCut ? 'size-mismatch' : 'crc-mismatch', entry);
  }
  const used = 'bytesWritten' in content ? content.bytesWritten : entry.compressedBytes;
  if (sizeBytes !== entry.sizeBytes || used !== entry.compressedBytes) {
    throw refusedEntry('size-mismatch', entry);
  }
  if (checksum !== entry.crc32) throw refusedEntry('crc-mismatch', entry);
}

/** By the kind of the error alone: its words may hold text of the item. */
function faultNotes(faults: readonly unknown[]): string[] {
  if (faults.length === 0) return [];
  const kinds = new Set(
    faults.map((fault) => (fault instanceof Error ? fault.name : typeof fault)),
  );
  return [
    `Items that this product failed to read: ${faults.length} (${[...kinds].sort().join(', ')}). Report it.`,
  ];
}

function strayNotes(strays: readonly ZipEntry[]): string[] {
  if (strays.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { name } of strays) {
    const extension = /\.([^./]{1,8})$/u.exec(name)?.[1]?.toLowerCase() ?? '';
    const label = USUAL_EXTENSIONS.test(extension) ? `.${extension}` : 'other';
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const kinds = [...counts].map(([label, count]) => `${label} ${count}`).sort();
  return [`Files that are neither .eml nor .mf: ${strays.length} (${kinds.join(', ')}).`];
}
