import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type SftpClient from 'ssh2-sftp-client';
import { toSeconds } from '../domain/archive-day.ts';
import { RunError } from '../domain/run-error.ts';
import { fingerprint, silentClient } from './sftp-client.ts';
import {
  isKeyUnread,
  keyUnread,
  listProblem,
  loginRefused,
  openProblem,
  unreachable,
  wrongHostKey,
} from './sftp-problem.ts';
import { packagesOf, type Site } from './site.ts';

export interface SftpOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string;
  readonly privateKey?: string;
  /** Of an encrypted private key. */
  readonly passphrase?: string;
  /** `SHA256:…` as OpenSSH prints it; any key is taken without it. */
  readonly hostKey?: string;
  /** Folder of the packages. */
  readonly path: string;
  /** Deadline of connecting and of listing, and of a read that brings nothing. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** A server that forgets us is noticed after three of these without an answer. */
const KEEPALIVE_MS = 10_000;
/** One read is asked for in pieces at once, the next only after it: large ones hide the way there. */
const READ_BYTES = 1024 * 1024;

interface Connection {
  readonly client: SftpClient;
  isOpen: boolean;
}

/**
 * Packages at an SFTP server. One connection is opened when first needed, used for everything and
 * opened anew when it broke. Messages name the host, never the user, a password or a file.
 */
export function sftpSite(options: SftpOptions): Site {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const folder = options.path.replace(/\/+$/u, '') || '/';
  let connection: Promise<Connection> | null = null;

  const connected = (): Promise<Connection> => {
    // One after the other, so that two callers never open two connections.
    connection = reconnect(connection);
    return connection;
  };
  const reconnect = async (last: Promise<Connection> | null): Promise<Connection> => {
    const known = await last?.catch(() => null);
    return known?.isOpen === true ? known : connect(options, timeoutMs);
  };

  return {
    async list(from, to) {
      const current = await connected();
      const listing = current.client.list(folder).catch((error: unknown) => {
        throw listProblem(options, error);
      });
      const late = () => unreachable(options);
      const files = await withDeadline(listing, timeoutMs, late).catch(orLeave(current));
      const plain = files.filter(({ type }) => type === '-');
      const listed = plain.map(({ name, size, modifyTime }) => {
        return { name, sizeBytes: size, modifiedAt: toSeconds(modifyTime) };
      });
      return packagesOf(listed, from, to);
    },
    async open(file) {
      const current = await connected();
      const { client } = current;
      const remote = client.createReadStream(`${folder === '/' ? '' : folder}/${file.name}`, {
        highWaterMark: READ_BYTES,
      }) as Readable;
      const opened = once(remote, 'open');
      // Between its opening and its first read nobody listens; late, nobody does any more.
      remote.on('error', () => undefined);
      try {
        await withDeadline(opened, timeoutMs, () => unreachable(options));
      } catch (error) {
        remote.destroy();
        return orLeave(current)(openProblem(options, error));
      }
      const passed = watched(client, remote, options, timeoutMs);
      passed.once('error', () => leave(current));
      return passed;
    },
    async close() {
      const known = await connection?.catch(() => null);
      connection = null;
      if (known?.isOpen !== true) return;
      // A server that does not say good-bye in time is left all the same.
      await withDeadline(known.client.end(), timeoutMs, () => unreachable(options)).catch(
        () => false,
      );
    },
  };
}

/** Throws the problem; a connection that does not answer is given up, before it says so itself. */
function orLeave(connection: Connection): (problem: unknown) => never {
  return (problem) => {
    if (problem instanceof RunError && problem.code === 'site-unreachable') leave(connection);
    throw problem;
  };
}

function leave(connection: Connection): void {
  connection.isOpen = false;
  connection.client.end().catch(() => false);
}

async function connect(options: SftpOptions, timeoutMs: number): Promise<Connection> {
  const { host, port, username, password, privateKey, passphrase } = options;
  const client = silentClient();
  const state: Connection = { client, isOpen: true };
  const seen: { hostKey?: string; level?: string | undefined } = {};
  // The client rewrites errors and drops the level by which ssh2 tells a refused login.
  client.on('error', (error: Error & { level?: string }) => void (seen.level ??= error.level));
  client.on('close', () => void (state.isOpen = false));
  try {
    const connecting = client.connect({
      host,
      port,
      username,
      ...(password === undefined ? {} : { password }),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(passphrase === undefined ? {} : { passphrase }),
      readyTimeout: timeoutMs,
      keepaliveInterval: KEEPALIVE_MS,
      hostVerifier: (key: Buffer) => {
        seen.hostKey = fingerprint(key);
        return isExpected(options, seen.hostKey);
      },
    });
    // Of its own, because readyTimeout ends with the login and not with the SFTP subsystem.
    await withDeadline(connecting, timeoutMs, () => unreachable(options));
    sendAtOnce(client);
    return state;
  } catch (error) {
    leave(state);
    if (seen.hostKey !== undefined && !isExpected(options, seen.hostKey)) {
      throw wrongHostKey(options, seen.hostKey);
    }
    if (seen.level === 'client-authentication') throw loginRefused(options);
    // No connection was tried: the private key itself could not be read.
    if (privateKey !== undefined && isKeyUnread(error)) throw keyUnread(passphrase !== undefined);
    throw unreachable(options, error);
  }
}

function isExpected({ hostKey }: SftpOptions, offered: string): boolean {
  return hostKey === undefined || hostKey.replace(/=+$/u, '') === offered;
}

/** Reads are asked for in small packets: held back until the last is answered, they cost 40 ms each. */
function sendAtOnce(client: SftpClient): void {
  const inner = client as unknown as { client: { setNoDelay(isOn: boolean): unknown } };
  inner.client.setNoDelay(true);
}

/**
 * Passes a remote file on; fails when a read brings nothing in time or the connection goes. The
 * client's own stream tells neither: without its connection it stays open for ever.
 */
function watched(client: SftpClient, remote: Readable, options: SftpOptions, timeoutMs: number) {
  const passed = new PassThrough({ highWaterMark: READ_BYTES });
  const fail = (cause?: unknown) => void passed.destroy(unreachable(options, cause));
  const lost = () => fail();
  let timer = setTimeout(lost, timeoutMs);
  remote.on('data', (chunk: Buffer) => {
    clearTimeout(timer);
    const goOn = () => {
      timer = setTimeout(lost, timeoutMs);
      remote.resume();
    };
    if (passed.write(chunk)) {
      goOn();
      return;
    }
    remote.pause();
    passed.once('drain', goOn);
  });
  remote.on('end', () => {
    clearTimeout(timer);
    passed.end();
  });
  remote.on('error', fail);
  client.on('close', lost);
  passed.once('close', () => {
    clearTimeout(timer);
    client.removeListener('close', lost);
    remote.destroy();
  });
  return passed;
}

async function withDeadline<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  // Work that loses the race may still fail later.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
