import { createHash } from 'node:crypto';
import SftpClient from 'ssh2-sftp-client';

/** As `ssh-keygen -l` prints it. */
export function fingerprint(hostKey: Buffer): string {
  const digest = createHash('sha256').update(hostKey).digest('base64');
  return `SHA256:${digest.replace(/=+$/u, '')}`;
}

/** Without callbacks of ours the client prints every lost connection to the console. */
export function silentClient(): SftpClient {
  const Client = SftpClient as unknown as new (
    name: string,
    callbacks: Record<'error' | 'end' | 'close', () => void>,
  ) => SftpClient;
  const ignore = () => undefined;
  return new Client('site', { error: ignore, end: ignore, close: ignore });
}
