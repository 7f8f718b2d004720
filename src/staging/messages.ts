import type { Readable } from 'node:stream';
import { RunError } from '../domain/run-error.ts';
import type { Container, StoredBlob } from './container.ts';
import { messagePath } from './layout.ts';

export interface StoredMessage {
  readonly path: string;
  readonly sha256: string;
  readonly itemSha256: string;
  readonly converter: string;
  /** The archive day on which the item was first delivered. */
  readonly home: string;
  /** Blob path of the package that the item was taken from. */
  readonly package: string;
  /** This call created the blob: nobody had the item before. */
  readonly isNew: boolean;
}

/** The messages as imported: evidence, write-once. Who creates one is the first ever to have it. */
export interface Messages {
  find(itemKey: string): Promise<StoredMessage | null>;
  /**
   * Writes the message unless there is one; an existing one of another converter version stands.
   * @throws RunError `staging-corrupt` when the same converter made other bytes before.
   */
  write(
    itemKey: string,
    chunks: AsyncIterable<Buffer>,
    facts: { itemSha256: string; converter: string; home: string; package: string },
  ): Promise<StoredMessage>;
  read(itemKey: string): Promise<Buffer | null>;
  /** Its facts and its bytes as a stream, by one request. */
  open(itemKey: string): Promise<{ stored: StoredMessage; bytes: Readable } | null>;
}

export function messages(content: Container): Messages {
  const find = async (itemKey: string): Promise<StoredMessage | null> => {
    const path = messagePath(itemKey);
    const blob = await content.describe(path);
    return blob === null ? null : storedMessage(blob);
  };

  return {
    find,

    async write(itemKey, chunks, { itemSha256, converter, home, package: staged }) {
      // Metadata travels in headers, which hold ASCII only.
      const from = encodeURI(staged);
      const path = messagePath(itemKey);
      const written = await content.streamOnce(path, chunks, 'message/rfc822', ({ sha256 }) => ({
        sha256,
        itemsha256: itemSha256,
        converter,
        home,
        package: from,
      }));
      if (written.isNew) {
        return {
          path,
          sha256: written.sha256,
          itemSha256,
          converter,
          home,
          package: from,
          isNew: true,
        };
      }
      const stored = await find(itemKey);
      if (stored === null) {
        throw new RunError('staging-corrupt', `The message ${path} is there and cannot be read.`);
      }
      // Another delivery may stand at another day's midnight, or name another package in its text.
      const isSameItem = stored.itemSha256 === itemSha256 && stored.package === from;
      if (isSameItem && stored.converter === converter && stored.sha256 !== written.sha256) {
        throw new RunError(
          'staging-corrupt',
          `The message ${path} has other bytes than the same converter makes now. Compare it with its item before you go on.`,
        );
      }
      return stored;
    },

    read: (itemKey) => content.read(messagePath(itemKey)),

    async open(itemKey) {
      const blob = await content.open(messagePath(itemKey));
      return blob === null ? null : { stored: storedMessage(blob), bytes: blob.bytes };
    },
  };
}

function storedMessage({ path, metadata }: StoredBlob): StoredMessage {
  return {
    path,
    sha256: metadata['sha256'] ?? '',
    itemSha256: metadata['itemsha256'] ?? '',
    converter: metadata['converter'] ?? '',
    home: metadata['home'] ?? '',
    package: metadata['package'] ?? '',
    isNew: false,
  };
}
