import type { Command } from 'commander';

import { dayBefore } from '../domain/archive-day.ts';
import type { Setup } from './command.ts';
import { action, command } from './command.ts';
import { dayTable } from './day-table.ts';
import type { StartedDay } from './days.ts';
import { exitCodeOfDays, joinedWords, refuseFuture, startDay } from './days.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import { rehearseDays } from './rehearse.ts';
import type { RetriedItem } from './retried-item.ts';
import { retriedText } from './retried-item.ts';
import type { Session } from './session.ts';
import { waitForDays } from './wait.ts';

/** One day of one connector that is to be started. */
export interface WantedDay {
  readonly connector: string;
  readonly day: string;
  /** It lies before the connector's startDay and is wanted all the same. */
  readonly isBeforeStart?: boolean;
}

interface RunOptions {
  readonly day?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

export function runCommand(setup: Setup): Command {
  return command('run', 'archive one day now; needs no schedule', [
    'run --wait',
    'run --day 2026-11-23 --wait',
    'run --day 2026-11-23 --dry-run --wait',
    'run --connector o2 --day 2026-11-23 --json',
  ])
    .option('--day <day>', 'the archive day, YYYY-MM-DD (default: yesterday, UTC)', dayOption)
    .option(
      '--dry-run',
      'only try it: writes into no mailbox, and tells what a run would make of it',
    )
    .option('--wait', 'wait for the end, show how far it is, and print the books')
    .action(
      action(setup, 'all', (session, { day, dryRun = false, wait = false }: RunOptions) => {
        const wanted = day ?? dayBefore(session.now());
        refuseFuture(wanted, session.now());
        for (const { id, startDay: first } of session.connectors) {
          if (wanted < first) {
            throw new UsageError(
              `${wanted} lies before the startDay of "${id}", ${first}. For older days: o2-archiver backfill --connector ${id} --from ${wanted} --to ${wanted} --before-start`,
            );
          }
        }
        const days = session.connectors.map(({ id }) => ({ connector: id, day: wanted }));
        return dryRun ? rehearseDays(session, days, wait) : runDays(session, days, wait);
      }),
    );
}

/** Starts each day, checks that each has its run, and waits when told to. */
async function runDays(
  session: Session,
  wanted: readonly WantedDay[],
  isWaiting: boolean,
): Promise<ExitCode> {
  const access = await session.temporal();
  const started: StartedDay[] = [];
  for (const { connector, day, isBeforeStart } of wanted) {
    const one = await startDay(access, connector, day, { isBeforeStart });
    if (one.joined) session.output.note(joinedWords(one));
    started.push(one);
  }
  if (isWaiting) return waitAndPrint(session, started);
  session.output.result({ days: started }, () => startedText(started, session.webUi));
  return EXIT.done;
}

/** Waits for days that run, prints their books and what one item came to, and tells the exit code. */
export async function waitAndPrint(
  session: Session,
  started: readonly StartedDay[],
  readItem?: () => Promise<RetriedItem>,
): Promise<ExitCode> {
  const { ends, interrupted } = await waitForDays(session, await session.temporal(), started);
  if (ends === null) return interrupted;
  const item = await readItem?.();
  session.output.result({ days: ends, ...(item === undefined ? {} : { item }) }, () =>
    item === undefined ? dayTable(ends) : `${dayTable(ends)}\n\n${retriedText(item)}`,
  );
  return exitCodeOfDays(ends);
}

export function startedText(started: readonly StartedDay[], webUi: string): string {
  const lines = started.map(
    ({ connector, day, workflowId, runId }) =>
      `${connector} ${day}  runs as ${workflowId} (run ${runId})`,
  );
  return [...lines, 'See how far it is: o2-archiver status', `or in the Web UI:  ${webUi}`].join(
    '\n',
  );
}
