import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toSeconds } from '../domain/archive-day.ts';
import { RunError } from '../domain/run-error.ts';
import { packagesOf, type ListedFile, type Site } from './site.ts';

/** What is the matter with one file and not with the folder. */
const ONE_FILE: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'EPERM']);

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

function unreadable(error: NodeJS.ErrnoException): RunError {
  if (!ONE_FILE.has(error.code ?? '')) {
    return new RunError(
      'site-unreachable',
      'The folder of packages does not answer. Check its mount and source.directory.path.',
      { cause: error },
    );
  }
  return new RunError(
    'package-unreadable',
    'A package in the folder may not be opened or is gone. Check its rights.',
    { cause: error },
  );
}
