import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createHash } from 'node:crypto';
import ssh2, { type ServerChannel, type SFTPWrapper } from 'ssh2';

const { Server, utils } = ssh2;
const { STATUS_CODE } = utils.sftp;

export interface ServedFile {
  readonly bytes: Buffer;
  readonly modifiedAt: string;
}

export interface SftpServer {
  readonly port: number;
  /** `SHA256:…` as OpenSSH prints it. */
  readonly hostKey: string;
  readonly connections: () => number;
  readonly open: () => number;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

export const LOGIN = { username: 'acme', password: 'correct horse' };

/**
 * A TeleMessage site for one test: serves the files below `/outgoing` to one user by password or key.
 * `stall` names a file of which nothing is sent after its first megabyte, `locked` one that may not be
 * opened.
 */
export async function serveSftp(
  files: ReadonlyMap<string, ServedFile>,
  options: { readonly stall?: string; readonly locked?: string; readonly publicKey?: string } = {},
): Promise<SftpServer> {
  const key = utils.generateKeyPairSync('ed25519');
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = new Server({ hostKeys: [key.private] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      const isPassword =
        context.method === 'password' &&
        context.username === LOGIN.username &&
        context.password === LOGIN.password;
      const known = options.publicKey === undefined ? null : utils.parseKey(options.publicKey);
      const isKey =
        context.method === 'publickey' &&
        known !== null &&
        !(known instanceof Error) &&
        context.key.data.equals(known.getPublicSSH());
      if (isPassword || isKey) context.accept();
      else context.reject(['password', 'publickey']);
    });
    client.on('session', (accept) => {
      accept().on('sftp', (acceptSftp: () => SFTPWrapper & ServerChannel) => {
        answer(acceptSftp(), files, options);
      });
    });
  });
  // Sockets of our own, because a broken connection says no good-bye.
  const listener = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const parsed = utils.parseKey(key.public);
  if (parsed instanceof Error) throw parsed;
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64');
  return {
    port: (listener.address() as AddressInfo).port,
    hostKey: `SHA256:${digest.replace(/=+$/u, '')}`,
    connections: () => connections,
    open: () => sockets.size,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      listener.close();
      await once(listener, 'close');
    },
  };
}

function answer(
  sftp: SFTPWrapper,
  files: ReadonlyMap<string, ServedFile>,
  { stall, locked }: { readonly stall?: string; readonly locked?: string },
): void {
  const handles = new Map<number, { name: string; isListed: boolean }>();
  const opened = (id: number, name: string) => {
    const handle = handles.size;
    handles.set(handle, { name, isListed: false });
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(handle);
    sftp.handle(id, bytes);
  };
  sftp.on('OPENDIR', (id, path) => {
    if (path === '/outgoing') opened(id, path);
    else
      sftp.status(
        id,
        path === '/secret' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.NO_SUCH_FILE,
      );
  });
  sftp.on('READDIR', (id, bytes) => {
    const handle = handles.get(bytes.readUInt32BE());
    if (handle === undefined || handle.isListed) {
      sftp.status(id, STATUS_CODE.EOF);
      return;
    }
    handle.isListed = true;
    sftp.name(
      id,
      [...files].map(([filename, { bytes: content, modifiedAt }]) => {
        const mtime = Date.parse(modifiedAt) / 1000;
        const isFolder = filename.endsWith('/');
        const attrs = {
          mode: isFolder ? 0o40755 : 0o100644,
          uid: 0,
          gid: 0,
          size: content.length,
          atime: mtime,
          mtime,
        };
        const name = isFolder ? filename.slice(0, -1) : filename;
        return {
          filename: name,
          longname: `${isFolder ? 'd' : '-'}rw-r--r-- 1 0 0 0 ${name}`,
          attrs,
        };
      }),
    );
  });
  sftp.on('OPEN', (id, path) => {
    const name = path.slice('/outgoing/'.length);
    if (name === locked) sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
    else if (files.has(name)) opened(id, name);
    else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  });
  sftp.on('FSTAT', (id) => sftp.status(id, STATUS_CODE.OP_UNSUPPORTED));
  sftp.on('READ', (id, handle, offset, length) => {
    const { name } = handles.get(handle.readUInt32BE()) ?? { name: '' };
    const content = files.get(name)?.bytes ?? Buffer.alloc(0);
    if (name === stall && offset >= 1024 * 1024) return;
    const piece = content.subarray(offset, offset + Math.min(length, 32_768));
    if (piece.length === 0) sftp.status(id, STATUS_CODE.EOF);
    else sftp.data(id, piece);
  });
  sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
}
