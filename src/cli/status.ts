import type { Command } from 'commander';

import type { Setup } from './command.ts';
import { action, command } from './command.ts';
import type { ExitCode } from './exit.ts';
import { UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import type { Session } from './session.ts';
import { watchStatus } from './status-live.ts';
import { statusLooks } from './status-look.ts';
import { statusLines } from './status-text.ts';

interface StatusOptions {
  readonly day?: string;
  readonly live?: boolean;
  readonly once?: boolean;
}

export function statusCommand(setup: Setup): Command {
  return command(
    'status',
    'what runs now and how far it is, the last week, what is held, not fetched or missing; on a terminal live while a day runs',
    ['status', 'status --once', 'status --live', 'status --day 2026-11-23', 'status --json'],
  )
    .option('--day <day>', 'only this archive day, YYYY-MM-DD', dayOption)
    .option('--live', 'stay, also while nothing runs')
    .option('--once', 'print it once, also while a day runs')
    .action(action(setup, 'all', showStatus));
}

/** Live where somebody looks and something moves; for a pipe, a file and a script one look. */
async function showStatus(
  session: Session,
  { day, live = false, once = false }: StatusOptions,
): Promise<ExitCode> {
  const { output } = session;
  if (live && once) throw new UsageError('--live and --once exclude each other.');
  if (live && output.screen === null) {
    throw new UsageError(
      '--live needs a terminal, and no --json beside it. For a script: o2-archiver status --json, as often as wanted.',
    );
  }
  const look = statusLooks(session, day);
  const first = await look();
  const isRunning = first.document.runs.some(({ status }) => status === 'RUNNING');
  if (output.screen !== null && (live || (isRunning && !once))) {
    return watchStatus(session, output.screen, { first, look, isStaying: live });
  }
  output.result(first.document, () =>
    statusLines(first.document, session.now(), output.look()).join('\n'),
  );
  return first.code;
}
