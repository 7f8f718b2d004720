import { Context } from '@temporalio/activity';
import type { Connectors } from './connector.ts';

/**
 * Before the first import of a run: does the tenant still keep date, Message-ID and class, and make no
 * draft? A message that came out otherwise cannot be mended, so the run fails before it posts any.
 */
export function tryCanary(connectors: Connectors) {
  return async (input: { connector: string }): Promise<void> => {
    await connectors.get(input.connector).tryCanary(Context.current().cancellationSignal);
  };
}
