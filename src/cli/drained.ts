import type { DrainFlag } from '../staging/drain.ts';
import type { Staging } from '../staging/staging.ts';
import { UsageError } from './exit.ts';
import { printable } from './table.ts';

/** Since when, by whom and why, in one line. */
export function drainWords({ at, by, reason }: DrainFlag): string {
  return `Drained since ${at} by ${by}${reason === null ? '' : `: ${printable(reason)}`}`;
}

/** What goes on after the drain. */
export function endCommand(connector: string): string {
  return `o2-archiver drain --end --connector ${connector}`;
}

/** For a command that waits for items of its own. @throws {UsageError} */
export async function refuseWhenDrained({ drain }: Staging, connector: string): Promise<void> {
  const flag = await drain.read();
  if (flag === null) return;
  throw new UsageError(
    `"${connector}" starts no item now. ${drainWords(flag)}. First: ${endCommand(connector)}`,
  );
}
