import type { Readable } from 'node:stream';
import { toSeconds } from '../domain/archive-day.ts';
import { RunError } from '../domain/run-error.ts';
import { DEADLINE_MS, flowing, inTime, pagesInTime } from './deadline.ts';
import { brokenDownload, isArchived, isMissing, stagingProblem } from './problem.ts';
import { blobService, type BlobAccount } from './staging.ts';

/** A container that the vendor delivers packages to, as a site sees it. */
export function blobSource(account: BlobAccount, containerName: string) {
  const client = blobService(account).getContainerClient(containerName);
  return {
    async *list(prefix: string) {
      const pages = pagesInTime(DEADLINE_MS, (abortSignal) =>
        client.listBlobsFlat({ prefix, abortSignal }),
      );
      try {
        for await (const { segment } of pages) {
          for (const { name, properties } of segment.blobItems) {
            yield {
              name,
              sizeBytes: properties.contentLength ?? 0,
              modifiedAt: toSeconds(properties.lastModified.getTime()),
            };
          }
        }
      } catch (error) {
        throw stagingProblem(error, containerName);
      }
    },
    async download(name: string): Promise<Readable> {
      try {
        const { readableStreamBody } = await inTime(DEADLINE_MS, (abortSignal) =>
          client.getBlobClient(name).download(undefined, undefined, { abortSignal }),
        );
        return flowing(readableStreamBody as Readable, DEADLINE_MS, (error) =>
          brokenDownload(error, containerName),
        );
      } catch (error) {
        if (isMissing(error) || isArchived(error)) throw unreadable(error);
        throw stagingProblem(error, containerName);
      }
    },
  };
}

function unreadable(cause: unknown): RunError {
  return new RunError(
    'package-unreadable',
    'A package in the container of the site is gone or lies in the archive tier. Have it delivered again, or rehydrate it.',
    { cause },
  );
}
