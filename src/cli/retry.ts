import type { Command } from 'commander';
import { Option } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { RetryChoice } from '../workflows/contracts.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { StartedDay } from './days.ts';
import { refuseFuture, startDay } from './days.ts';
import type { ExitCode } from './exit.ts';
import { BusyError, EXIT, UsageError } from './exit.ts';
import { findItem } from './find-item.ts';
import { dayOption, itemKeyOption } from './options.ts';
import type { RetriedItem } from './retried-item.ts';
import { exitCodeOfItem, retriedItem } from './retried-item.ts';
import { waitAndPrint } from './run.ts';
import type { Session } from './session.ts';
import { waitForDays } from './wait.ts';

interface RetryOptions {
  readonly day?: string;
  readonly outcome?: 'unmapped' | 'failed' | 'partial';
  readonly item?: string;
  readonly wait?: boolean;
}

export function retryCommand(setup: Setup): Command {
  return command('retry', 'try again what is not archived; what is archived stays as it is', [
    'retry --day 2026-11-23 --wait',
    'retry --day 2026-11-23 --outcome unmapped',
    'retry --day 2026-11-23 --outcome partial',
    'retry --item 9f2c… --wait',
  ])
    .addOption(
      new Option('--day <day>', 'all of this archive day, YYYY-MM-DD')
        .argParser(dayOption)
        .conflicts('item'),
    )
    .addOption(outcomeOption())
    .option('--item <key>', 'only this item', itemKeyOption)
    .option('--wait', 'wait for the end, show how far it is, and print the books')
    .action(action(setup, 'one', retry));
}

function outcomeOption(): Option {
  return new Option(
    '--outcome <outcome>',
    'only these; partial: add what a mailbox did not take before',
  ).choices(['unmapped', 'failed', 'partial']);
}

async function retry(session: Session, options: RetryOptions): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const { day, choice, readItem } = await whatToRetry(session, connector, options);
  const started = await startRetry(session, connector, { day, choice }, options.wait === true);
  if (started === null) return EXIT.interrupted;
  if (options.wait === true) return waitForRetry(session, started, readItem);
  session.output.result(
    { days: [started] },
    () =>
      `${day} runs as ${started.workflowId}. See how far it is: o2-archiver status --connector ${connector.id} --day ${day}`,
  );
  return EXIT.done;
}

/**
 * Where one item is retried, what became of it tells the exit code: others of its day may stay open.
 * A run that failed, or that nobody waited for to its end, keeps its own.
 */
async function waitForRetry(
  session: Session,
  started: StartedDay,
  readItem: (() => Promise<RetriedItem>) | undefined,
): Promise<ExitCode> {
  if (readItem === undefined) return waitAndPrint(session, [started]);
  const item = { code: null as ExitCode | null };
  const code = await waitAndPrint(session, [started], async () => {
    const retried = await readItem();
    item.code = exitCodeOfItem(retried);
    return retried;
  });
  return code === EXIT.failed ? code : (item.code ?? code);
}

/**
 * A run of the day that goes on does not know of the retry: it is waited for where the command waits.
 * Null when that was interrupted.
 *
 * @throws {BusyError} when the day runs and the command does not wait
 */
async function startRetry(
  session: Session,
  connector: ConnectorConfig,
  { day, choice }: { day: string; choice: RetryChoice },
  isWaiting: boolean,
): Promise<StartedDay | null> {
  const access = await session.temporal();
  for (;;) {
    const started = await startDay(access, connector.id, day, {
      retry: choice,
      // What is there to be retried was wanted once.
      isBeforeStart: day < connector.startDay,
    });
    if (!started.joined) return started;
    const busy = `${day} is being worked on by ${started.workflowId}, which does not know of the retry`;
    if (!isWaiting) {
      throw new BusyError(
        `${busy}: nothing was started. The same command with --wait waits for its end and then retries.`,
      );
    }
    session.output.note(`${busy}: it is waited for, then the retry begins.`);
    const { ends } = await waitForDays(session, access, [started]);
    if (ends === null) return null;
  }
}

/** A run that could change nothing is not started: the item's receipt says so already. */
function refuseWhatIsDone(connector: string, { outcome, mailboxes, itemKey }: Receipt): void {
  const partial = mailboxes.filter((copy) => copy.outcome === 'partial');
  if (partial.some(({ omitted = [] }) => omitted.length > 0)) return;
  if (outcome === 'partial') {
    throw new UsageError(
      'TeleMessage removed files from this item before it was delivered: its copies lack nothing that could be added. Ask TeleMessage for the files.',
    );
  }
  if (outcome === 'waived') {
    throw new UsageError(
      `the case of this item is closed. To try it again: o2-archiver unwaive --connector ${connector} --item ${itemKey}`,
    );
  }
}

/** An item is retried by its home day's run: only that run writes the day's next report. */
async function whatToRetry(
  session: Session,
  connector: ConnectorConfig,
  { day, outcome, item }: RetryOptions,
): Promise<{ day: string; choice: RetryChoice; readItem?: () => Promise<RetriedItem> }> {
  if (item === undefined) {
    if (day === undefined) throw new UsageError('say what: --day DAY or --item KEY.');
    refuseFuture(day, session.now());
    return { day, choice: outcome === undefined ? {} : { outcome } };
  }
  if (outcome !== undefined) throw new UsageError('--outcome belongs to --day, not to --item.');
  const staging = await session.staging(connector);
  const found = await findItem(staging, item);
  const receipt = await staging.receipts.find(found.home, item);
  if (receipt !== null) refuseWhatIsDone(connector.id, receipt);
  return {
    day: found.home,
    choice: { itemKey: item },
    readItem: async () => retriedItem(item, receipt, await staging.receipts.find(found.home, item)),
  };
}
