import type { Container } from './container.ts';
import { HELD_PREFIX, heldPath } from './layout.ts';

export interface HeldKey {
  /** Keyed hash of the person's number and address. */
  readonly person: string;
  readonly itemKey: string;
}

/** Who is held, by person: state, rebuilt from the receipts when it is lost. */
export interface Held {
  list(): AsyncIterable<HeldKey>;
  read(key: HeldKey): Promise<unknown>;
  write(key: HeldKey, record: object): Promise<void>;
  drop(key: HeldKey): Promise<void>;
}

export function held(state: Container): Held {
  const pathOf = ({ person, itemKey }: HeldKey) => heldPath(person, itemKey);
  return {
    async *list() {
      for await (const blob of state.list(HELD_PREFIX)) {
        const [, person, file] = blob.path.split('/');
        if (person === undefined || file === undefined) continue;
        yield { person, itemKey: file.replace(/\.json$/, '') };
      }
    },
    async read(key) {
      const bytes = await state.read(pathOf(key));
      return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as unknown);
    },
    write: (key, record) =>
      state.replace(pathOf(key), Buffer.from(JSON.stringify(record)), 'application/json'),
    drop: (key) => state.remove(pathOf(key)),
  };
}
