import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Container, Metadata } from '../../src/staging/container.ts';
import { stagingIn, type Staging } from '../../src/staging/staging.ts';

/** The real staging over containers in memory: for tests of what is done with it. */
export function memoryStaging(): Staging {
  return stagingIn(memoryContainer('content'), memoryContainer('books'), memoryContainer('state'));
}

function memoryContainer(name: string): Container {
  const blobs = new Map<string, { bytes: Buffer; metadata: Metadata }>();
  const putOnce = (path: string, bytes: Buffer, metadata: Metadata): boolean => {
    if (blobs.has(path)) return false;
    blobs.set(path, { bytes, metadata });
    return true;
  };
  const describe = (path: string) => {
    const blob = blobs.get(path);
    if (blob === undefined) return null;
    return { path, metadata: blob.metadata, sizeBytes: blob.bytes.length };
  };
  return {
    name,
    putOnce: async (path, bytes, _kind, metadata = {}) => putOnce(path, bytes, metadata),
    async streamOnce(path, chunks, _kind, metadata) {
      const parts: Buffer[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      const bytes = Buffer.concat(parts);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const written = { sha256, sizeBytes: bytes.length };
      return { ...written, isNew: putOnce(path, bytes, metadata(written)) };
    },
    async replace(path, bytes, _kind, metadata = {}) {
      blobs.set(path, { bytes, metadata });
    },
    async remove(path) {
      blobs.delete(path);
    },
    describe: async (path) => describe(path),
    read: async (path) => blobs.get(path)?.bytes ?? null,
    async open(path) {
      const blob = describe(path);
      const bytes = Readable.from([blobs.get(path)?.bytes], { objectMode: false });
      return blob === null ? null : { ...blob, bytes };
    },
    readRange: async (path, offset, count) =>
      Readable.from([blobs.get(path)?.bytes.subarray(offset, offset + count)]),
    async *list(prefix) {
      for (const path of [...blobs.keys()].sort()) {
        const blob = path.startsWith(prefix) ? describe(path) : null;
        if (blob !== null) yield blob;
      }
    },
    async *folders(prefix) {
      const below = [...blobs.keys()].filter((path) => path.startsWith(prefix));
      const names = below.map((path) => path.slice(prefix.length).split('/'));
      const folders = names.flatMap(([name, rest]) =>
        rest === undefined ? [] : [`${prefix}${name ?? ''}/`],
      );
      yield* new Set(folders.sort());
    },
    exists: async () => true,
    create: async () => false,
  };
}
