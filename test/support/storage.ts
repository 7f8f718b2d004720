import { BlobServiceClient } from '@azure/storage-blob';
import type { Office } from './office.ts';

/** The containers of the office's connector. */
export type ContainerName = 'archive' | 'archive-books' | 'archive-state';

export interface FoundBlob {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The office's staging as anybody with rights on the account sees it: nothing of the product. */
export interface Storage {
  list(container: ContainerName): Promise<FoundBlob[]>;
  read(container: ContainerName, path: string): Promise<Buffer>;
  deleteContainer(container: ContainerName): Promise<void>;
}

export function storageOf({ azurite }: Office): Storage {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  return {
    async list(container) {
      const found: FoundBlob[] = [];
      const listing = service.getContainerClient(container);
      for await (const { name, metadata } of listing.listBlobsFlat({ includeMetadata: true })) {
        found.push({ path: name, metadata: metadata ?? {} });
      }
      return found;
    },
    read: (container, path) =>
      service.getContainerClient(container).getBlockBlobClient(path).downloadToBuffer(),
    async deleteContainer(container) {
      await service.getContainerClient(container).delete();
    },
  };
}
