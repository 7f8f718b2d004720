import type { Command } from 'commander';

import { toSeconds } from '../domain/archive-day.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { StartedDay } from './days.ts';
import { startDay } from './days.ts';
import { EXIT } from './exit.ts';
import { dueDays, pausedSince, withoutReport } from './missed-days.ts';
import { described, withSchedule } from './schedule-handle.ts';
import type { Session } from './session.ts';
import { emptyAsNull } from './status-temporal.ts';
import { counted } from './table.ts';
import { waitAndPrint } from './run.ts';

interface ResumeOptions {
  /** commander's form of `--no-backfill`. */
  readonly backfill: boolean;
  readonly reason?: string;
  readonly wait?: boolean;
}

export function resumeCommand(setup: Setup): Command {
  return command('resume', 'let it run again, and run the days that were missed', [
    'schedule resume --wait',
    'schedule resume --no-backfill --reason "tenant was closed"',
  ])
    .option('--no-backfill', 'record the missed days as waived instead')
    .option('--reason <text>', 'why they are waived')
    .option('--wait', 'wait for the missed days and print their books')
    .action(action(setup, 'one', resume));
}

async function resume(session: Session, options: ResumeOptions) {
  const connector = onlyConnector(session);
  const { state } = await described(session, connector);
  const staging = await session.staging(connector);
  // Paused by another hand there is no time in the note: then every day without a report counts.
  const sinceMs = pausedSince(state.note) ?? Number.NEGATIVE_INFINITY;
  const missed = await withoutReport(staging, dueDays(connector, sinceMs, session.now()));

  // Before the schedule runs again: its next run would take these days for gaps and start them.
  if (!options.backfill) {
    for (const day of missed) {
      const at = toSeconds(session.now());
      const reason = options.reason ?? emptyAsNull(state.note) ?? 'resumed without a backfill';
      await staging.waivedDays.add({ day, by: session.operator, at, reason });
    }
  }
  const note = `Resumed by ${session.operator} at ${toSeconds(session.now())}`;
  await withSchedule(session, connector, (handle) => handle.unpause(note));
  const started: StartedDay[] = [];
  const access = await session.temporal();
  for (const day of options.backfill ? missed : []) {
    started.push(await startDay(access, connector.id, day));
  }
  if (options.wait === true && started.length > 0) return waitAndPrint(session, started);

  const waived = options.backfill ? [] : missed;
  session.output.result({ connector: connector.id, note, days: started, waived }, () =>
    [
      note,
      ...started.map(({ day, workflowId }) => `  ${day} runs as ${workflowId}`),
      ...waived.map((day) => `  ${day} waived`),
      `${counted(missed.length, 'missed day')}. See how far they are: o2-archiver status`,
    ].join('\n'),
  );
  return EXIT.done;
}
