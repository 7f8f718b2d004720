import type { Evidence, Places } from './evidence.ts';
import { readMailboxes } from './read-mailboxes.ts';
import { readStaging } from './read-staging.ts';

/** Reads everything that a trial left behind. */
export async function gather(places: Places): Promise<Evidence> {
  return {
    staged: await readStaging(places.connectionString, places.container),
    messages: await readMailboxes(places),
    traces: [...(await places.histories()), ...places.logs()],
  };
}
