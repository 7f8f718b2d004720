import type { Reason } from '../domain/reason.ts';
import type { Container } from './container.ts';
import { HELD_PREFIX, heldPath, WAIVED_PREFIX } from './layout.ts';

export interface HeldKey {
  /** Keyed hash of the person's number and address. */
  readonly person: string;
  readonly itemKey: string;
}

/** What a listing tells of a held item. */
export interface HeldItem extends HeldKey {
  /** The item's own time, ISO 8601 UTC in seconds. */
  readonly at: string;
  readonly reason: string;
}

/** Who is held, by person: state, rebuilt from the receipts when it is lost. */
export interface Held {
  /** By person; of one person where one is given. */
  list(person?: string): AsyncIterable<HeldItem>;
  read(key: HeldKey): Promise<unknown>;
  write(
    key: HeldKey,
    record: { readonly reason: Reason; readonly item: { readonly at: string } },
  ): Promise<void>;
  drop(key: HeldKey): Promise<void>;
}

/** Items that wait for a person of ours. */
export function held(state: Container): Held {
  return records(state, HELD_PREFIX);
}

/** Items whose case is closed for a person: nobody looks for a mailbox until it is opened again. */
export function waived(state: Container): Held {
  return records(state, WAIVED_PREFIX);
}

function records(state: Container, prefix: string): Held {
  const pathOf = ({ person, itemKey }: HeldKey) => heldPath(prefix, person, itemKey);
  return {
    async *list(person) {
      const below = person === undefined ? prefix : `${prefix}${person}/`;
      for await (const { path, metadata } of state.list(below)) {
        const [who, file] = path.slice(prefix.length).split('/');
        if (who === undefined || file === undefined) continue;
        const { at = '', reason = '' } = metadata;
        yield { person: who, itemKey: file.replace(/\.json$/, ''), at, reason };
      }
    },
    async read(key) {
      const bytes = await state.read(pathOf(key));
      return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as unknown);
    },
    write: (key, record) =>
      state.replace(pathOf(key), Buffer.from(JSON.stringify(record)), 'application/json', {
        at: record.item.at,
        reason: record.reason,
      }),
    drop: (key) => state.remove(pathOf(key)),
  };
}
