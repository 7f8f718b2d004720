import type { Container } from './container.ts';

/** An item whose copies a mailbox's state holds up. */
export interface BlockedItem {
  readonly itemKey: string;
  /** Its archive day, `YYYY-MM-DD`. */
  readonly day: string;
  /** Blob path of its package. */
  readonly package: string;
  /** When it was tried last, ISO 8601 UTC in seconds. */
  readonly triedAt: string;
}

/**
 * Items that are tried once a day until they are archived, whatever their age: state, rebuilt from
 * the receipts when it is lost.
 */
export interface Blocked {
  list(): AsyncIterable<BlockedItem>;
  write(item: BlockedItem): Promise<void>;
  drop(itemKey: string): Promise<void>;
}

const PREFIX = 'blocked/';

export function blocked(state: Container): Blocked {
  const pathOf = (itemKey: string) => `${PREFIX}${itemKey}.json`;
  return {
    async *list() {
      for await (const { path, metadata } of state.list(PREFIX)) {
        const itemKey = path.slice(PREFIX.length).replace(/\.json$/, '');
        const { day = '', package: staged = '', triedat: triedAt = '' } = metadata;
        yield { itemKey, day, package: decodeURI(staged), triedAt };
      }
    },
    write: ({ itemKey, day, package: staged, triedAt }) =>
      state.replace(pathOf(itemKey), Buffer.from('{}'), 'application/json', {
        day,
        // Metadata travels in headers, which hold ASCII only.
        package: encodeURI(staged),
        triedat: triedAt,
      }),
    drop: (itemKey) => state.remove(pathOf(itemKey)),
  };
}
