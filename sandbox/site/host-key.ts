import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ssh2 from 'ssh2';

export interface HostKey {
  /** In OpenSSH's form. */
  readonly privateKey: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

/** The site's host key: made once and kept in the file, so that a pinned fingerprint stays good. */
export function hostKey(file: string): HostKey {
  const privateKey = existsSync(file) ? readFileSync(file, 'utf8') : createKey(file);
  return keyOf(privateKey, `in ${file} cannot be read; remove the file for a new one.`);
}

/** A key that is kept nowhere. */
export function newHostKey(): HostKey {
  return keyOf(ssh2.utils.generateKeyPairSync('ed25519').private, 'made just now cannot be read.');
}

function keyOf(privateKey: string, problem: string): HostKey {
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) {
    throw new Error(`The host key ${problem}`, { cause: parsed });
  }
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64');
  return { privateKey, fingerprint: `SHA256:${digest.replace(/=+$/, '')}` };
}

function createKey(file: string): string {
  const { private: privateKey } = ssh2.utils.generateKeyPairSync('ed25519');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, privateKey, { mode: 0o600 });
  return privateKey;
}
