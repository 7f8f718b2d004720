import type { Command } from 'commander';

import { toSeconds } from '../domain/archive-day.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import { noReport } from './report-text.ts';
import type { Session } from './session.ts';

interface SignOptions {
  readonly day: string;
  readonly note: string;
  readonly by?: string;
}

/** The compliance officer's word that a report was read: kept beside it for good. */
export function signCommand(setup: Setup): Command {
  return command('sign', 'record that you have read the latest report of a day', [
    'report sign --day 2026-11-23 --note "read; asked IT for the two new mailboxes"',
  ])
    .requiredOption('--day <day>', 'the archive day, YYYY-MM-DD', dayOption)
    .requiredOption('--note <text>', 'what you found; no text, number or name of an item')
    .option('--by <name>', 'who read it (default: who is logged in)')
    .action(action(setup, 'one', sign));
}

async function sign(session: Session, { day, note, by }: SignOptions): Promise<ExitCode> {
  if (note.trim() === '') throw new UsageError('--note is empty: say what you found.');
  const connector = onlyConnector(session);
  const staging = await session.staging(connector);
  const report = await staging.reports.latest(day);
  if (report === null) {
    throw new Error(noReport(connector.id, day, await staging.waivedDays.find(day)));
  }
  const signature = {
    day,
    report: report.number,
    by: by ?? session.operator,
    at: toSeconds(session.now()),
    note: note.trim(),
  };
  const path = await staging.signatures.add(signature);
  session.output.result(
    { connector: connector.id, ...signature, path },
    () =>
      `Signed: report ${String(report.number)} of ${day}, by ${signature.by} at ${signature.at}. A later report of this day has to be read again.`,
  );
  return EXIT.done;
}
