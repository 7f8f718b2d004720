import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toSeconds } from '../domain/archive-day.ts';
import { RunError } from '../domain/run-error.ts';
import { packagesOf, type ListedFile, type Site } from './site.ts';

/** Packages in a folder of this machine, such as a mounted share. */
export function directorySite({ path }: { readonly path: string }): Site {
  return {
    async list(from, to) {
      const names = await readdir(path).catch((error: unknown) => {
        throw new RunError(
          'site-folder-missing',
          `The folder ${path} of packages cannot be read. Check source.directory.path and its rights.`,
          { cause: error },
        );
      });
      const files = await Promise.all(names.map((name) => listed(path, name)));
      return packagesOf(
        files.filter((file) => file !== null),
        from,
        to,
      );
    },
    async open(file) {
      const stream = createReadStream(join(path, file.name));
      await new Promise<void>((resolve, reject) => {
        stream.once('open', () => resolve()).once('error', (error) => reject(unreadable(error)));
      });
      return stream;
    },
    close: () => Promise.resolve(),
  };
}

/** Null for what is no file, or is gone since the folder was read. */
async function listed(path: string, name: string): Promise<ListedFile | null> {
  const stats = await stat(join(path, name)).catch(() => null);
  if (stats?.isFile() !== true) return null;
  return { name, sizeBytes: stats.size, modifiedAt: toSeconds(stats.mtimeMs) };
}

function unreadable(error: Error): RunError {
  return new RunError(
    'site-unreachable',
    'A package in the folder cannot be opened. Check source.directory.path and its rights.',
    { cause: error },
  );
}
