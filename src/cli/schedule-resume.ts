import type { Command } from 'commander';
import type { ScheduleDescription } from '@temporalio/client';

import type { ConnectorConfig } from '../config/config.ts';
import { toSeconds } from '../domain/archive-day.ts';
import { dayRanges } from '../domain/gaps.ts';
import type { Staging } from '../staging/staging.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { runInTurn } from './in-turn.ts';
import { dueDays, pausedSince, withoutReport } from './missed-days.ts';
import { described, withSchedule } from './schedule-handle.ts';
import type { Session } from './session.ts';
import { emptyAsNull } from './status-temporal.ts';
import { counted } from './table.ts';

interface ResumeOptions {
  /** commander's form of `--no-backfill`. */
  readonly backfill: boolean;
  readonly reason?: string;
  readonly wait?: boolean;
}

export function resumeCommand(setup: Setup): Command {
  return command('resume', 'let a paused one run again, and run the days that were missed', [
    'schedule resume --wait',
    'schedule resume --no-backfill --reason "tenant was closed"',
  ])
    .option(
      '--no-backfill',
      'record the days missed while paused as waived, for good; those within source.lookbackDays of the next run are archived all the same',
    )
    .option('--reason <text>', 'why they are waived')
    .option('--wait', 'wait for the missed days and print their books')
    .action(action(setup, 'one', resume));
}

async function resume(session: Session, options: ResumeOptions): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const description = await described(session, connector);
  if (!description.state.paused) throw new UsageError(notPaused(connector, description));
  const staging = await session.staging(connector);
  const since = pauseBegan(description);
  const due = dueDays(connector, since.atMs, session.now());
  const missed = await withoutReport(staging, due);
  session.output.note(`${missedWords(missed)}${since.words}`);

  // Before the schedule runs again: its next run would take these days for gaps and start them.
  const waived = options.backfill ? [] : missed;
  if (waived.length > 0) {
    session.output.note(waiveWords(connector));
    const reason = options.reason ?? emptyAsNull(description.state.note);
    await waive(session, staging, waived, reason ?? 'resumed without a backfill');
  }
  const note = `Resumed by ${session.operator} at ${toSeconds(session.now())}`;
  await withSchedule(session, connector, (handle) => handle.unpause(note));

  const told = { connector: connector.id, note, waived };
  if (options.backfill && missed.length > 0) {
    session.output.note(note);
    const wanted = missed.map((day) => ({ connector: connector.id, day }));
    return runInTurn(session, wanted, options.wait ?? false, told);
  }
  session.output.result({ ...told, days: [] }, () =>
    [note, ...waived.map((day) => `  ${day} waived`)].join('\n'),
  );
  return EXIT.done;
}

function notPaused({ id }: ConnectorConfig, { scheduleId, info }: ScheduleDescription): string {
  const [next] = info.nextActionTimes;
  const runs = next === undefined ? '' : ` Its next run: ${toSeconds(next.getTime())}.`;
  return `the schedule ${scheduleId} is not paused.${runs} Days that are missing, and how to make them up: o2-archiver status --connector ${id}`;
}

/**
 * When it was paused. A pause by another hand leaves no time, and Temporal keeps none (`lastUpdatedAt` is
 * that of a changed definition): then it was after the last run that the schedule started.
 */
function pauseBegan({ state, info }: ScheduleDescription): { atMs: number; words: string } {
  const noted = pausedSince(state.note);
  if (noted !== null) return { atMs: noted, words: '' };
  const taken = info.recentActions.map(({ takenAt }) => takenAt.getTime());
  const atMs = Math.max(info.createdAt.getTime(), ...taken);
  const last = taken.length === 0 ? 'the schedule was made' : 'it last started a run';
  const words = ` Its note does not say when it was paused: counted since ${last}, ${toSeconds(atMs)}.`;
  return { atMs, words };
}

function missedWords(days: readonly string[]): string {
  if (days.length === 0) return 'No day was missed while it was paused.';
  return `${counted(days.length, 'day')} missed while it was paused: ${dayRanges(days)}.`;
}

function waiveWords({ id, source }: ConnectorConfig): string {
  return [
    'They are waived for good, no command takes that back: no run makes them up by itself.',
    `Those within ${counted(source.lookbackDays, 'day')} of the next run (source.lookbackDays) are archived all the same when the site has their packages; others by name: o2-archiver backfill --connector ${id} --from DAY --to DAY`,
  ].join('\n');
}

async function waive(
  session: Session,
  { waivedDays }: Staging,
  days: readonly string[],
  reason: string,
): Promise<void> {
  const at = toSeconds(session.now());
  for (const day of days) await waivedDays.add({ day, by: session.operator, at, reason });
}
