import type { Readable } from 'node:stream';
import { toSeconds } from '../domain/archive-day.ts';
import { blobService, type BlobAccount } from './staging.ts';
import { stagingProblem } from './problem.ts';

/** A container that the vendor delivers packages to, as a site sees it. */
export function blobSource(account: BlobAccount, containerName: string) {
  const client = blobService(account).getContainerClient(containerName);
  return {
    async *list(prefix: string) {
      try {
        for await (const { name, properties } of client.listBlobsFlat({ prefix })) {
          yield {
            name,
            sizeBytes: properties.contentLength ?? 0,
            modifiedAt: toSeconds(properties.lastModified.getTime()),
          };
        }
      } catch (error) {
        throw stagingProblem(error, containerName);
      }
    },
    async download(name: string): Promise<Readable> {
      try {
        const { readableStreamBody } = await client.getBlobClient(name).download();
        return readableStreamBody as Readable;
      } catch (error) {
        throw stagingProblem(error, containerName);
      }
    },
  };
}
