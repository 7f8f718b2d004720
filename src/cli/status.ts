import type { Command } from 'commander';

import type { Setup } from './command.ts';
import { action, command } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { dayOption } from './options.ts';
import type { Session } from './session.ts';
import {
  dayRuns,
  daysOf,
  heldItems,
  missingDays,
  scheduleState,
  standingAlarms,
} from './status-reads.ts';
import type { StatusDocument } from './status-text.ts';
import { statusText } from './status-text.ts';
import { temporalProblem } from './temporal-error.ts';

export function statusCommand(setup: Setup): Command {
  return command('status', 'what runs now, what the last days came to, what is held or missing', [
    'status',
    'status --day 2026-11-23',
    'status --json',
  ])
    .option('--day <day>', 'only this archive day, YYYY-MM-DD', dayOption)
    .action(action(setup, 'all', showStatus));
}

async function showStatus(session: Session, { day }: { day?: string }): Promise<ExitCode> {
  const parts = { runs: [], alarms: [], schedules: [], days: [], held: [], missing: [] };
  const document: StatusDocument = { ...parts, unreachable: [] };
  let code: ExitCode = EXIT.done;
  // Temporal and staging tell different halves: what one of them knows is shown without the other.
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!document.unreachable.includes(message)) document.unreachable.push(message);
      code = exitCodeOf(error);
    }
  };
  for (const connector of session.connectors) {
    await attempt(async () => {
      const access = await session.temporal();
      try {
        document.runs.push(...(await dayRuns(session, access, connector.id, day)));
        document.schedules.push(await scheduleState(access, connector));
      } catch (error) {
        throw temporalProblem(error, access.address);
      }
    });
    await attempt(async () => {
      const staging = await session.staging(connector);
      document.days.push(...(await daysOf(staging, connector.id, day)));
      if (day !== undefined) return;
      document.alarms.push(...(await standingAlarms(staging, connector.id)));
      document.held.push(await heldItems(staging, connector.id));
      const missing = await missingDays(staging, connector, session.now());
      document.missing.push(...missing.map((each) => ({ connector: connector.id, day: each })));
    });
  }
  session.output.result(document, () => statusText(document));
  return code;
}
