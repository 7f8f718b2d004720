import type { Stats } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import type { Attributes, FileEntry, SFTPWrapper } from 'ssh2';
import type { SiteFault, SiteFaults } from './faults.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const MAX_READ_BYTES = 262_144;
const ENTRIES_PER_ANSWER = 100;
const CHANGING_REQUESTS = [
  'WRITE',
  'REMOVE',
  'RENAME',
  'MKDIR',
  'RMDIR',
  'SETSTAT',
  'FSETSTAT',
  'SYMLINK',
] as const;

/** A refusal with the status that the client sees. */
class SftpStatus extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`SFTP status ${code}`);
    this.code = code;
  }
}

type OpenThing =
  | { readonly kind: 'file'; readonly file: FileHandle; readonly name: string }
  | { readonly kind: 'folder'; readonly path: string; readonly names: string[] };

/** No answer follows: the request hangs, or its connection is gone. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Answers one SFTP session from a directory tree, read-only: every request that would change
 * something is refused. `cut` breaks the connection, for faults that do.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02
 */
export function serveSftp(
  sftp: SFTPWrapper,
  root: string,
  { faults, cut }: { readonly faults: SiteFaults; readonly cut: () => void },
): void {
  const things = new Map<number, OpenThing>();
  let lastHandle = 0;

  const add = (thing: OpenThing): Buffer => {
    lastHandle += 1;
    things.set(lastHandle, thing);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(lastHandle);
    return handle;
  };
  const find = <K extends OpenThing['kind']>(handle: Buffer, kind: K) => {
    const thing = handle.length === 4 ? things.get(handle.readUInt32BE()) : undefined;
    if (thing?.kind !== kind) throw new SftpStatus(STATUS_CODE.FAILURE);
    return thing as Extract<OpenThing, { kind: K }>;
  };
  const close = async (id: number): Promise<void> => {
    const thing = things.get(id);
    things.delete(id);
    if (thing?.kind === 'file') await thing.file.close();
  };
  const answer = (request: number, work: () => Promise<void>): void => {
    work().catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) sftp.status(request, statusOf(error));
    });
  };
  const meet = (request: SiteFault['request'], path: string): SiteFault | null => {
    const fault = faults.take(request, basename(path));
    switch (fault?.outcome) {
      case 'refuse':
        throw new SftpStatus(STATUS_CODE.PERMISSION_DENIED);
      case 'missing':
        throw new SftpStatus(STATUS_CODE.NO_SUCH_FILE);
      case 'reset':
        cut();
        throw new NoAnswer();
      case 'hang':
        throw new NoAnswer();
      default:
        return fault;
    }
  };

  sftp.on('REALPATH', (request, path) => {
    sftp.name(request, [entry(absolute(path), noAttributes())]);
  });
  sftp.on('STAT', (request, path) =>
    answer(request, async () => sftp.attrs(request, attributes(await stat(locate(root, path))))),
  );
  sftp.on('LSTAT', (request, path) =>
    answer(request, async () => sftp.attrs(request, attributes(await lstat(locate(root, path))))),
  );
  sftp.on('FSTAT', (request, handle) =>
    answer(request, async () =>
      sftp.attrs(request, attributes(await find(handle, 'file').file.stat())),
    ),
  );
  sftp.on('OPENDIR', (request, path) =>
    answer(request, async () => {
      const folder = locate(root, path);
      const names = listed(await readdir(folder), meet('list', path));
      sftp.handle(request, add({ kind: 'folder', path: folder, names }));
    }),
  );
  sftp.on('READDIR', (request, handle) =>
    answer(request, async () => {
      const folder = find(handle, 'folder');
      const names = folder.names.splice(0, ENTRIES_PER_ANSWER);
      if (names.length === 0) throw new SftpStatus(STATUS_CODE.EOF);
      const entries: FileEntry[] = [];
      for (const name of names) {
        const found = attributes(await stat(join(folder.path, name)));
        const size = faults.pretendedOf(name)?.sizeBytes ?? found.size;
        entries.push(entry(name, { ...found, size }));
      }
      sftp.name(request, entries);
    }),
  );
  sftp.on('OPEN', (request, path, flags) =>
    answer(request, async () => {
      if ((flags & ~OPEN_MODE.READ) !== 0) throw new SftpStatus(STATUS_CODE.PERMISSION_DENIED);
      meet('open', path);
      const file = await open(locate(root, path), 'r');
      sftp.handle(request, add({ kind: 'file', file, name: basename(path) }));
    }),
  );
  sftp.on('READ', (request, handle, offset, length) =>
    answer(request, async () => {
      const { file, name } = find(handle, 'file');
      const drip = meet('read', name);
      if (drip !== null) await sleep(drip.latencyMs);
      const size = drip === null ? Math.min(length, MAX_READ_BYTES) : 1;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, offset);
      if (bytesRead === 0) throw new SftpStatus(STATUS_CODE.EOF);
      sftp.data(request, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on('CLOSE', (request, handle) =>
    answer(request, async () => {
      await close(handle.length === 4 ? handle.readUInt32BE() : 0);
      sftp.status(request, STATUS_CODE.OK);
    }),
  );
  for (const change of CHANGING_REQUESTS) {
    sftp.on(change as 'WRITE', (request) => sftp.status(request, STATUS_CODE.PERMISSION_DENIED));
  }
  sftp.on('close', () => {
    for (const id of things.keys()) void close(id);
  });
}

/** The names of a folder as a fault has them told. */
function listed(names: string[], fault: SiteFault | null): string[] {
  switch (fault?.outcome) {
    case 'backwards':
      return names.sort().reverse();
    case 'doubled':
      return [...names, ...names];
    case 'half':
      return names.sort().slice(0, Math.floor(names.length / 2));
    default:
      return names;
  }
}

/** No `..` leads out: a path is resolved from the root before it is joined to the directory. */
function locate(root: string, path: string): string {
  return join(root, absolute(path));
}

function absolute(path: string): string {
  const resolved = posix.resolve('/', path);
  if (resolved.includes('\0')) throw new SftpStatus(STATUS_CODE.NO_SUCH_FILE);
  return resolved;
}

function attributes(found: Stats): Attributes {
  return {
    mode: found.mode,
    uid: 0,
    gid: 0,
    size: found.size,
    atime: Math.floor(found.atimeMs / 1000),
    mtime: Math.floor(found.mtimeMs / 1000),
  };
}

function noAttributes(): Attributes {
  return { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
}

function entry(filename: string, attrs: Attributes): FileEntry {
  // Clients tell files from folders by the first letter of the long name.
  const letter = (attrs.mode & 0o170_000) === 0o040_000 ? 'd' : '-';
  const time = new Date(attrs.mtime * 1000).toUTCString().slice(5, 16);
  return {
    filename,
    longname: `${letter}r--r--r-- 1 o2 o2 ${attrs.size} ${time} ${filename}`,
    attrs,
  };
}

function statusOf(error: unknown): number {
  if (error instanceof SftpStatus) return error.code;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return STATUS_CODE.NO_SUCH_FILE;
  if (code === 'EACCES' || code === 'EPERM') return STATUS_CODE.PERMISSION_DENIED;
  return STATUS_CODE.FAILURE;
}
