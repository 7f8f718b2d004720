import { createHash } from 'node:crypto';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import type { Staged, StagedBlob } from './evidence.ts';

const AT_ONCE = 8;

/** Everything in the three containers, read by Microsoft's own client. */
export async function readStaging(connectionString: string, container: string): Promise<Staged> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const read = (suffix: string) => readContainer(service.getContainerClient(container + suffix));
  const [content, books, state] = [await read(''), await read('-books'), await read('-state')];
  return { content, books, state };
}

/** `<container>/<path>` → ETag of everything in the two write-once containers. */
export async function witness(
  connectionString: string,
  container: string,
): Promise<Map<string, string>> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const etags = new Map<string, string>();
  for (const [name, suffix] of [['content', ''] as const, ['books', '-books'] as const]) {
    for await (const blob of service.getContainerClient(container + suffix).listBlobsFlat()) {
      etags.set(`${name}/${blob.name}`, blob.properties.etag);
    }
  }
  return etags;
}

async function readContainer(container: ContainerClient): Promise<StagedBlob[]> {
  const listed: { path: string; etag: string; metadata: Record<string, string> }[] = [];
  for await (const blob of container.listBlobsFlat({ includeMetadata: true })) {
    const { name: path, metadata = {}, properties } = blob;
    listed.push({ path, etag: properties.etag, metadata });
  }
  return inTurns(listed, async (blob) => ({ ...blob, ...(await contentOf(container, blob.path)) }));
}

async function contentOf(
  container: ContainerClient,
  path: string,
): Promise<{ sha256: string; bytes: Buffer }> {
  const { readableStreamBody } = await container.getBlobClient(path).download();
  if (readableStreamBody === undefined) throw new Error(`no bytes of ${path}`);
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  for await (const chunk of readableStreamBody) {
    hash.update(chunk);
    if (!path.endsWith('.zip')) chunks.push(chunk as Buffer);
  }
  return { sha256: hash.digest('hex'), bytes: Buffer.concat(chunks) };
}

/** Keeps the order, and a few under way at a time. */
export async function inTurns<From, To>(
  list: readonly From[],
  work: (one: From) => Promise<To>,
): Promise<To[]> {
  const done: To[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < list.length; at = next++) done[at] = await work(list[at] as From);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return done;
}
