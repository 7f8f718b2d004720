import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import ssh2 from 'ssh2';
import type { AuthContext, Connection } from 'ssh2';
import { hostKey } from './host-key.ts';
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
  /** Cuts every connection as a failing network would; the site goes on listening. */
  cutConnections(): void;
  stop(): Promise<void>;
}

/** The stand-in of a TeleMessage site: real SFTP on loopback, user name and password, read-only. */
export async function startSite(options: SiteOptions): Promise<RunningSite> {
  const { privateKey, fingerprint } = hostKey(options.hostKeyFile);
  const clients = new Set<Connection>();
  let logins = 0;
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    clients.add(client);
    // Answers are many and small: with Nagle's algorithm each would wait 40 ms for the other side.
    (client as Connection & { setNoDelay(on: boolean): unknown }).setNoDelay(true);
    client.on('close', () => clients.delete(client));
    // A client that breaks off is not the site's problem.
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (isKnown(context, options)) context.accept();
      else context.reject(['password']);
    });
    client.on('ready', () => {
      logins += 1;
      client.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => serveSftp(acceptSftp(), options.directory));
      });
    });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the site has no port');
  return {
    port: address.port,
    fingerprint,
    logins: () => logins,
    cutConnections: () => {
      for (const client of clients) client.end();
    },
    stop: async () => {
      for (const client of clients) client.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function isKnown(context: AuthContext, { username, password }: SiteOptions): boolean {
  if (context.method !== 'password') return false;
  return isSame(context.username, username) && isSame(context.password, password);
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
