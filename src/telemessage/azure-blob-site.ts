import type { Readable } from 'node:stream';
import { packagesOf, type ListedFile, type Site } from './site.ts';

/** What the site needs of an Azure Blob container. Errors are RunErrors already. */
export interface BlobSource {
  /** All blobs whose name begins with the prefix; names are whole. */
  list(prefix: string): AsyncIterable<ListedFile>;
  download(name: string): Promise<Readable>;
}

/** Packages in a container, which the vendor fills by SFTP or otherwise. */
export function azureBlobSite(options: {
  readonly container: BlobSource;
  /** Folder in the container; empty for its top. Blobs in folders below it are not packages. */
  readonly prefix: string;
}): Site {
  const { container } = options;
  const folder = options.prefix.replace(/^\/+|\/+$/gu, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  return {
    async list(from, to) {
      const files: ListedFile[] = [];
      for await (const blob of container.list(prefix)) {
        files.push({ ...blob, name: blob.name.slice(prefix.length) });
      }
      return packagesOf(files, from, to);
    },
    open: (file) => container.download(`${prefix}${file.name}`),
    close: () => Promise.resolve(),
  };
}
