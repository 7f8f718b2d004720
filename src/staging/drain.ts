import type { Container } from './container.ts';

/** An operator's word that no item is to be started. */
export interface DrainFlag {
  readonly by: string;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
  readonly reason: string | null;
}

/** Whether the connector is drained: the one truth that runs look at, whatever they were told. */
export interface DrainState {
  read(): Promise<DrainFlag | null>;
  /** Who drained first stands; gives the flag that is there now. */
  begin(flag: DrainFlag): Promise<DrainFlag>;
  end(): Promise<void>;
}

const PATH = 'drained.json';

export function drainState(state: Container): DrainState {
  const read = async (): Promise<DrainFlag | null> => {
    const bytes = await state.read(PATH);
    return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as DrainFlag);
  };
  return {
    read,
    async begin(flag) {
      const bytes = Buffer.from(`${JSON.stringify(flag, null, 2)}\n`);
      const isNew = await state.putOnce(PATH, bytes, 'application/json');
      return isNew ? flag : ((await read()) ?? flag);
    },
    end: () => state.remove(PATH),
  };
}
