import { RunError } from '../domain/run-error.ts';

/** Where the site is, as its problems name it: never the user, a password or a file. */
interface Place {
  readonly host: string;
  readonly port: number;
}

export function listProblem(place: Place, error: unknown): RunError {
  const { code } = error as { code?: unknown };
  // SSH_FX_NO_SUCH_FILE and SSH_FX_PERMISSION_DENIED (draft-ietf-secsh-filexfer-02, 7).
  if (code === 2 || code === 3 || code === 'ENOENT' || code === 'EACCES') {
    return new RunError(
      'site-folder-missing',
      `The folder of packages at ${place.host} does not exist or may not be read. Check source.sftp.path.`,
      { cause: error },
    );
  }
  return unreachable(place, error);
}

/** What the server says of one file is no matter of the site: SSH_FX_NO_SUCH_FILE to _FAILURE. */
export function openProblem(place: Place, error: unknown): RunError {
  const { code } = error as { code?: unknown };
  if (code !== 2 && code !== 3 && code !== 4) return unreachable(place, error);
  return new RunError(
    'package-unreadable',
    `A package at ${place.host} may not be opened or is gone. Ask TeleMessage for the right to read it.`,
    { cause: error },
  );
}

export function loginRefused({ host }: Place): RunError {
  return new RunError(
    'site-login-refused',
    `${host} refused the login. Check source.sftp: user name and password or key.`,
  );
}

/** ssh2 tells it by nothing but its words. */
export function isKeyUnread(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Cannot parse privateKey');
}

export function keyUnread(hasPassphrase: boolean): RunError {
  return new RunError(
    'site-login-refused',
    hasPassphrase
      ? 'The private key cannot be opened with its passphrase, and the site was not called. Check source.sftp.privateKeyPassphraseFile or privateKeyPassphraseEnv, and privateKeyFile.'
      : 'The private key cannot be read, and the site was not called. Check source.sftp.privateKeyFile; an encrypted key needs privateKeyPassphraseFile or privateKeyPassphraseEnv.',
  );
}

export function wrongHostKey({ host }: Place, offered: string): RunError {
  return new RunError(
    'site-host-key',
    `${host} shows the host key ${offered}, which is not the one in source.sftp.hostKey. Ask TeleMessage whether it changed before you change the setting.`,
  );
}

export function unreachable({ host, port }: Place, cause?: unknown): RunError {
  return new RunError(
    'site-unreachable',
    `The TeleMessage site ${host}:${port} does not answer. Check host, port and firewall.`,
    { cause },
  );
}
