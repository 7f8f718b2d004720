import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { BlobHTTPHeaders, BlobItem, ContainerClient } from '@azure/storage-blob';
import { DEADLINE_MS, flowing, inTime, pagesInTime } from './deadline.ts';
import {
  brokenDownload,
  isAlreadyThere,
  isMissing,
  isWithoutItsBlocks,
  stagingProblem,
} from './problem.ts';

/** One block of a blob that is written in parts; also the largest body sent in one request. */
const BLOCK_BYTES = 4 * 1024 * 1024;

export type Metadata = Readonly<Record<string, string>>;

export interface StoredBlob {
  readonly path: string;
  readonly metadata: Metadata;
  readonly sizeBytes: number;
}

export interface OpenBlob extends StoredBlob {
  readonly bytes: Readable;
}

export interface Written {
  /** False when the blob was there before: it was not touched. */
  readonly isNew: boolean;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A container seen through what the product does with it. Write-once unless it says otherwise. */
export interface Container {
  readonly name: string;
  putOnce(path: string, bytes: Buffer, kind: string, metadata?: Metadata): Promise<boolean>;
  /** Streams to its place and commits once; `metadata` is asked when the digest is known. */
  streamOnce(
    path: string,
    chunks: AsyncIterable<Buffer>,
    kind: string,
    metadata: (written: { sha256: string; sizeBytes: number }) => Metadata,
  ): Promise<Written>;
  /** Overwrites: for state only. */
  replace(path: string, bytes: Buffer, kind: string, metadata?: Metadata): Promise<void>;
  remove(path: string): Promise<void>;
  describe(path: string): Promise<StoredBlob | null>;
  read(path: string): Promise<Buffer | null>;
  /** A blob's facts and its bytes as a stream, by one request; null when it is missing. */
  open(path: string): Promise<OpenBlob | null>;
  /** `count` bytes from `offset`, in one request. */
  readRange(path: string, offset: number, count: number): Promise<Readable>;
  list(prefix: string): AsyncIterable<StoredBlob>;
  /** What lies directly below a prefix that ends in `/`, as prefixes of their own. */
  folders(prefix: string): AsyncIterable<string>;
  exists(): Promise<boolean>;
  create(): Promise<boolean>;
}

/** `onRequest` is called for each request that is sent; the SDK's second try is not counted. */
export function container(
  client: ContainerClient,
  deadlineMs = DEADLINE_MS,
  onRequest: () => void = () => undefined,
): Container {
  const problemOf = (error: unknown, path?: string) =>
    stagingProblem(error, client.containerName, path);
  const ask = <T>(request: (abortSignal: AbortSignal) => Promise<T>) => {
    onRequest();
    return inTime(deadlineMs, request);
  };
  const guarded = async <T>(request: (abortSignal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await ask(request);
    } catch (error) {
      throw problemOf(error);
    }
  };
  const describe = async (path: string): Promise<StoredBlob | null> => {
    try {
      const blob = client.getBlockBlobClient(path);
      const found = await ask((abortSignal) => blob.getProperties({ abortSignal }));
      return { path, metadata: found.metadata ?? {}, sizeBytes: found.contentLength ?? 0 };
    } catch (error) {
      if (isMissing(error)) return null;
      throw problemOf(error, path);
    }
  };
  const onlyOnce = async (
    path: string,
    request: (abortSignal: AbortSignal) => Promise<unknown>,
  ): Promise<boolean> => {
    try {
      await ask(request);
      return true;
    } catch (error) {
      if (isAlreadyThere(error)) return false;
      // The commit of another writer drops the blocks that are not its own.
      if (isWithoutItsBlocks(error) && (await describe(path)) !== null) return false;
      throw problemOf(error);
    }
  };
  const download = async (path: string, offset?: number, count?: number): Promise<OpenBlob> => {
    const blob = client.getBlockBlobClient(path);
    const found = await ask((abortSignal) => blob.download(offset, count, { abortSignal }));
    const bytes = flowing(found.readableStreamBody as Readable, deadlineMs, (error) =>
      brokenDownload(error, client.containerName),
    );
    return { path, metadata: found.metadata ?? {}, sizeBytes: found.contentLength ?? 0, bytes };
  };
  const open = async (path: string): Promise<OpenBlob | null> => {
    try {
      return await download(path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw problemOf(error, path);
    }
  };
  const conditions = { ifNoneMatch: '*' };

  return {
    name: client.containerName,

    putOnce: (path, bytes, kind, metadata = {}) =>
      onlyOnce(path, (abortSignal) =>
        client.getBlockBlobClient(path).upload(bytes, bytes.length, {
          abortSignal,
          conditions,
          metadata: withoutEmpty(metadata),
          blobHTTPHeaders: headersOf(kind),
        }),
      ),

    async streamOnce(path, chunks, kind, metadata) {
      const blob = client.getBlockBlobClient(path);
      const hash = createHash('sha256');
      const blocks: string[] = [];
      const nextId = blockIds();
      let sizeBytes = 0;
      let last: Buffer = Buffer.alloc(0);
      // A WORM policy may refuse even a block of a blob that is there: the digest is still wanted.
      let isThere = false;
      const stage = (block: Buffer): Promise<boolean> => {
        const id = nextId();
        blocks.push(id);
        return onlyOnce(path, (abortSignal) =>
          blob.stageBlock(id, block, block.length, { abortSignal }),
        );
      };
      for await (const block of inBlocks(chunks)) {
        if (last.length > 0) isThere ||= !(await stage(last));
        hash.update(block);
        sizeBytes += block.length;
        last = block;
      }
      const written = { sha256: hash.digest('hex'), sizeBytes };
      const options = {
        conditions,
        metadata: withoutEmpty(metadata(written)),
        blobHTTPHeaders: headersOf(kind),
      };
      if (blocks.length === 0) {
        const isNew = await onlyOnce(path, (abortSignal) =>
          blob.upload(last, last.length, { ...options, abortSignal }),
        );
        return { ...written, isNew };
      }
      isThere ||= !(await stage(last));
      if (isThere) return { ...written, isNew: false };
      const isNew = await onlyOnce(path, (abortSignal) =>
        blob.commitBlockList(blocks, { ...options, abortSignal }),
      );
      return { ...written, isNew };
    },

    async replace(path, bytes, kind, metadata = {}) {
      const blob = client.getBlockBlobClient(path);
      const options = { blobHTTPHeaders: headersOf(kind), metadata: withoutEmpty(metadata) };
      await guarded((abortSignal) => blob.upload(bytes, bytes.length, { abortSignal, ...options }));
    },

    async remove(path) {
      const blob = client.getBlockBlobClient(path);
      await guarded((abortSignal) => blob.deleteIfExists({ abortSignal }));
    },

    describe,

    open,

    async read(path) {
      const blob = await open(path);
      return blob === null ? null : Buffer.concat(await blob.bytes.toArray());
    },

    async readRange(path, offset, count) {
      try {
        return (await download(path, offset, count)).bytes;
      } catch (error) {
        throw problemOf(error, path);
      }
    },

    async *list(prefix) {
      const pages = pagesInTime(
        deadlineMs,
        (abortSignal) => client.listBlobsFlat({ prefix, includeMetadata: true, abortSignal }),
        onRequest,
      );
      try {
        for await (const { segment } of pages) yield* segment.blobItems.map(storedBlob);
      } catch (error) {
        throw problemOf(error);
      }
    },

    async *folders(prefix) {
      const list = (abortSignal: AbortSignal) =>
        client.listBlobsByHierarchy('/', { prefix, abortSignal });
      try {
        for await (const { segment } of pagesInTime(deadlineMs, list, onRequest)) {
          yield* (segment.blobPrefixes ?? []).map(({ name }) => name);
        }
      } catch (error) {
        throw problemOf(error);
      }
    },

    exists: () => guarded((abortSignal) => client.exists({ abortSignal })),

    create: async () =>
      (await guarded((abortSignal) => client.createIfNotExists({ abortSignal }))).succeeded,
  };
}

function storedBlob({ name, metadata = {}, properties }: BlobItem): StoredBlob {
  return { path: name, metadata, sizeBytes: properties.contentLength ?? 0 };
}

/** A header of no value does not arrive on every way: what is not there reads as empty anyhow. */
function withoutEmpty(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== ''));
}

function headersOf(kind: string): BlobHTTPHeaders {
  return { blobContentType: kind };
}

/**
 * Ids of one writer's blocks, all of one length. Blocks that are not committed yet belong to the blob
 * and not to who sent them: with equal ids, two writers would commit each other's bytes.
 */
function blockIds(): () => string {
  const writer = randomUUID();
  let number = 0;
  return () => {
    number += 1;
    return Buffer.from(`${writer}-${String(number).padStart(6, '0')}`).toString('base64');
  };
}

/**
 * Blocks in two buffers by turns: one is filled while the other is still to be sent. Fresh memory for
 * each would be garbage as large as the blob before it is collected.
 */
async function* inBlocks(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let filling: Buffer | null = null;
  let spare: Buffer | null = null;
  let filled = 0;
  // What fits into one block is not copied into one of its full size.
  let small: Buffer[] = [];
  for await (const chunk of chunks) {
    if (filling === null && filled + chunk.length < BLOCK_BYTES) {
      small.push(chunk);
      filled += chunk.length;
      continue;
    }
    filling ??= begun(small);
    small = [];
    for (let from = 0; from < chunk.length;) {
      const copied = chunk.copy(filling, filled, from);
      from += copied;
      filled += copied;
      if (filled < BLOCK_BYTES) continue;
      yield filling;
      const sent: Buffer = filling;
      filling = spare ?? Buffer.allocUnsafe(BLOCK_BYTES);
      spare = sent;
      filled = 0;
    }
  }
  if (filled > 0) yield filling === null ? Buffer.concat(small) : filling.subarray(0, filled);
}

function begun(pieces: readonly Buffer[]): Buffer {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let filled = 0;
  for (const piece of pieces) filled += piece.copy(block, filled);
  return block;
}
