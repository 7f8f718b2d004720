import { fingerprint, silentClient } from './sftp-client.ts';
import { unreachable } from './sftp-problem.ts';

export interface HostKeyQuestion {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/**
 * The host key that a server shows, `SHA256:…`. The connection is broken off there: no user name and
 * no password is sent to a server that nobody has recognised yet.
 *
 * @throws {RunError} `site-unreachable`
 */
export async function readHostKey({ host, port, timeoutMs }: HostKeyQuestion): Promise<string> {
  const client = silentClient();
  const shown: { key?: string } = {};
  try {
    await client.connect({
      host,
      port,
      username: 'host-key',
      readyTimeout: timeoutMs,
      hostVerifier: (key: Buffer) => {
        shown.key = fingerprint(key);
        return false;
      },
    });
  } catch (error) {
    if (shown.key === undefined) throw unreachable({ host, port }, error);
  } finally {
    // A connection that never came up may not close either.
    client.end().catch(() => false);
  }
  if (shown.key === undefined) throw unreachable({ host, port });
  return shown.key;
}
