import type { Command } from 'commander';

import { daysBetween } from '../domain/archive-day.ts';
import type { Setup } from './command.ts';
import { action, command } from './command.ts';
import { refuseFuture } from './days.ts';
import { UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import { runInTurn } from './in-turn.ts';
import type { WantedDay } from './run.ts';
import type { Session } from './session.ts';
import { counted } from './table.ts';

interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly wait?: boolean;
  readonly beforeStart?: boolean;
}

export function backfillCommand(setup: Setup): Command {
  return command('backfill', 'archive a range of days, both ends included; again, it goes on', [
    'backfill --from 2026-11-01 --to 2026-11-07 --wait',
    'backfill --from 2026-10-01 --to 2026-10-31 --before-start --json',
  ])
    .requiredOption('--from <day>', 'the first day, YYYY-MM-DD', dayOption)
    .requiredOption('--to <day>', 'the last day, YYYY-MM-DD', dayOption)
    .option('--wait', 'wait for the end of the last day, and print the books')
    .option('--before-start', 'also days before the startDay of the configuration')
    .action(
      action(setup, 'all', (session, options: BackfillOptions) => {
        refuseFuture(options.to, session.now());
        const days = wantedDays(session, options);
        const list = [...new Set(days.map(({ day }) => day))].join(' ');
        session.output.note(`${counted(days.length, 'day')} to archive: ${list}`);
        return runInTurn(session, days, options.wait ?? false);
      }),
    );
}

/** Every day of the range for each connector, oldest first. */
export function wantedDays(
  { connectors }: Pick<Session, 'connectors'>,
  { from, to, beforeStart }: BackfillOptions,
): WantedDay[] {
  if (to < from) throw new UsageError(`--to ${to} lies before --from ${from}.`);
  return connectors.flatMap(({ id, startDay }) => {
    if (from < startDay && beforeStart !== true) {
      throw new UsageError(
        `${from} lies before the startDay of "${id}", ${startDay}. Begin there, or add --before-start.`,
      );
    }
    return daysBetween(from, to).map((day) => ({
      connector: id,
      day,
      isBeforeStart: day < startDay,
    }));
  });
}
