import { randomBytes } from 'node:crypto';
import type { Container } from './container.ts';

/** What changes: the only container that is overwritten. Rebuilt from the other two when it is lost. */
export interface State {
  read(path: string): Promise<Buffer | null>;
  write(path: string, bytes: Buffer | string): Promise<void>;
  remove(path: string): Promise<void>;
  list(prefix: string): AsyncIterable<string>;
  /**
   * Key of the hashes that stand for persons, made once. Lost, it is taken from where `keptKey` finds
   * it: receipts and indexes hold such hashes for ever.
   */
  personKey(): Promise<Buffer>;
}

const PERSON_KEY_PATH = 'person-key';

export function state(container: Container, keptKey: () => Promise<Buffer | null>): State {
  let personKey: Promise<Buffer> | undefined;
  const makeOrRead = async (): Promise<Buffer> => {
    const kept = await container.read(PERSON_KEY_PATH);
    if (kept !== null) return kept;
    const made = (await keptKey()) ?? randomBytes(32);
    const isNew = await container.putOnce(PERSON_KEY_PATH, made, 'application/octet-stream');
    return isNew ? made : ((await container.read(PERSON_KEY_PATH)) ?? made);
  };

  return {
    read: (path) => container.read(path),
    write: (path, bytes) => container.replace(path, Buffer.from(bytes), 'application/octet-stream'),
    remove: (path) => container.remove(path),
    async *list(prefix) {
      for await (const blob of container.list(prefix)) yield blob.path;
    },
    async personKey() {
      try {
        return await (personKey ??= makeOrRead());
      } catch (error) {
        personKey = undefined;
        throw error;
      }
    },
  };
}
