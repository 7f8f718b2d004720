import type { Command } from 'commander';
import { Option } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import type { RetryChoice } from '../workflows/contracts.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import { startDay } from './days.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { findItem } from './find-item.ts';
import { dayOption, itemKeyOption } from './options.ts';
import { waitAndPrint } from './run.ts';
import type { Session } from './session.ts';

interface RetryOptions {
  readonly day?: string;
  readonly outcome?: 'unmapped' | 'failed';
  readonly item?: string;
  readonly wait?: boolean;
}

export function retryCommand(setup: Setup): Command {
  return command('retry', 'try again what is not archived; what is archived stays as it is', [
    'retry --day 2026-11-23 --wait',
    'retry --day 2026-11-23 --outcome unmapped',
    'retry --item 9f2c… --wait',
  ])
    .option('--day <day>', 'all of this archive day, YYYY-MM-DD', dayOption)
    .addOption(new Option('--outcome <outcome>', 'only these').choices(['unmapped', 'failed']))
    .option('--item <key>', 'only this item', itemKeyOption)
    .option('--wait', 'wait for the end, show how far it is, and print the books')
    .action(action(setup, 'one', retry));
}

async function retry(session: Session, options: RetryOptions): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const { day, choice } = await whatToRetry(session, connector, options);
  const started = await startDay(await session.temporal(), connector.id, day, {
    retry: choice,
    // What is there to be retried was wanted once.
    isBeforeStart: day < connector.startDay,
  });
  if (options.wait === true) return waitAndPrint(session, [started]);
  session.output.result(
    { days: [started] },
    () =>
      `${day} runs as ${started.workflowId}. See how far it is: o2-archiver status --day ${day}`,
  );
  return EXIT.done;
}

/** An item is retried by its home day's run: only that run writes the day's next report. */
async function whatToRetry(
  session: Session,
  connector: ConnectorConfig,
  { day, outcome, item }: RetryOptions,
): Promise<{ day: string; choice: RetryChoice }> {
  if (item === undefined) {
    if (day === undefined) throw new UsageError('say what: --day DAY or --item KEY.');
    return { day, choice: outcome === undefined ? {} : { outcome } };
  }
  if (outcome !== undefined) throw new UsageError('--outcome belongs to --day, not to --item.');
  const found = await findItem(await session.staging(connector), item, day);
  return { day: found.home, choice: { itemKey: item } };
}
