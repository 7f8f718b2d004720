import { ApplicationFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Staging } from '../staging/staging.ts';
import type { Drained } from '../workflows/contracts.ts';
import type { Connectors } from './connector.ts';

/**
 * What a run is told of the flag: as a member to spread, empty when the connector is not drained. The
 * operator's reason stays in staging.
 */
export async function drainedIn({ drain }: Staging): Promise<{ readonly drained?: Drained }> {
  const flag = await drain.read();
  return flag === null ? {} : { drained: { by: flag.by, since: flag.at } };
}

/**
 * Ends when the flag is gone. Until then each attempt fails and Temporal makes the next one: a wait of
 * days takes no slot of a worker and no event of the history. Whatever keeps the flag from being read is
 * waited for too: the storage account may be what is maintained.
 */
export function awaitDrainEnd(connectors: Connectors) {
  return async (input: { connector: string }): Promise<void> => {
    const cure = `o2-archiver drain --end --connector ${input.connector}`;
    if (await isDrained(connectors, input.connector)) {
      throw still(`The connector is drained: no item is started. It goes on after: ${cure}`);
    }
  };
}

async function isDrained(connectors: Connectors, id: string): Promise<boolean> {
  try {
    return (await connectors.get(id).staging.drain.read()) !== null;
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    throw still(
      `The connector was drained, and its state cannot be read${typeof code === 'string' ? ` (${code})` : ''}. It is looked at again.`,
    );
  }
}

function still(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'drained',
    category: ApplicationFailureCategory.BENIGN,
  });
}
