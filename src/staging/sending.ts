import type { Container } from './container.ts';

export interface CopyKey {
  readonly itemKey: string;
  /** Object id of the mailbox's user. */
  readonly mailbox: string;
}

/**
 * Copies that an import of a re-driven item may have on their way. Only a run that died in mid-air
 * leaves its mark: whoever finds it waits until what was sent must have shown itself. Where a run
 * left no receipt at all, nobody needs the mark.
 */
export interface Sending {
  isMarked(copy: CopyKey): Promise<boolean>;
  mark(copy: CopyKey): Promise<void>;
  clear(copy: CopyKey): Promise<void>;
}

export function sending(state: Container): Sending {
  const pathOf = ({ itemKey, mailbox }: CopyKey) => `sending/${itemKey}/${mailbox}`;
  return {
    isMarked: async (copy) => (await state.describe(pathOf(copy))) !== null,
    mark: (copy) => state.replace(pathOf(copy), Buffer.from('1'), 'text/plain'),
    clear: (copy) => state.remove(pathOf(copy)),
  };
}
