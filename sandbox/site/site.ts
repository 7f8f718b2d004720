import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, Connection } from 'ssh2';
import { SiteFaults } from './faults.ts';
import { hostKey, newHostKey } from './host-key.ts';
import { serveSftp } from './sftp-session.ts';

export interface SiteOptions {
  /** What is served, as the root of the site. */
  readonly directory: string;
  readonly username: string;
  readonly password: string;
  /** Made when it is not there. */
  readonly hostKeyFile: string;
  /** 0 for a free one. */
  readonly port: number;
}

export interface RunningSite {
  readonly port: number;
  /** `SHA256:…` of the host key. */
  readonly fingerprint: string;
  /** Logins so far. */
  readonly logins: () => number;
  /** Passwords that were tried and not taken so far. */
  readonly refusedLogins: () => number;
  /** The login that is taken from now on; of an account that is locked, none. */
  changePassword(password: string | null): void;
  /** Shows a key of its own from the next connection on; gives its fingerprint. */
  changeHostKey(): string;
  readonly faults: SiteFaults;
  /** Cuts every connection as a failing network would; the site goes on listening. */
  cutConnections(): void;
  stop(): Promise<void>;
}

/** The stand-in of a TeleMessage site: real SFTP on loopback, user name and password, read-only. */
export async function startSite(options: SiteOptions): Promise<RunningSite> {
  const first = hostKey(options.hostKeyFile);
  const sockets = new Set<Socket>();
  const faults = new SiteFaults();
  let { password }: { password: string | null } = options;
  let logins = 0;
  let refusedLogins = 0;
  const cut = (): void => sockets.forEach((socket) => void socket.destroy());
  const sshServer = (privateKey: string) =>
    new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
      // Answers are many and small: with Nagle's algorithm each would wait 40 ms for the other side.
      (client as Connection & { setNoDelay(on: boolean): unknown }).setNoDelay(true);
      // A client that breaks off is not the site's problem.
      client.on('error', () => undefined);
      client.on('authentication', (context) => {
        if (isKnown(context, options.username, password)) context.accept();
        else {
          if (context.method === 'password') refusedLogins += 1;
          context.reject(['password']);
        }
      });
      client.on('ready', () => {
        logins += 1;
        client.on('session', (accept) => {
          accept().on('sftp', (acceptSftp) => {
            serveSftp(acceptSftp(), options.directory, { faults, cut });
          });
        });
      });
    });
  let server = sshServer(first.privateKey);
  // Sockets of our own, because a broken connection says no good-bye.
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    server.injectSocket(socket);
  });
  listener.listen(options.port, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the site has no port');
  return {
    port: address.port,
    fingerprint: first.fingerprint,
    logins: () => logins,
    refusedLogins: () => refusedLogins,
    changePassword: (next) => {
      password = next;
    },
    changeHostKey: () => {
      const { privateKey, fingerprint } = newHostKey();
      server = sshServer(privateKey);
      return fingerprint;
    },
    faults,
    cutConnections: cut,
    stop: async () => {
      cut();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}

function isKnown(context: AuthContext, username: string, password: string | null): boolean {
  if (context.method !== 'password' || password === null) return false;
  return isSame(context.username, username) && isSame(context.password, password);
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
