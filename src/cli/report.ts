import type { Command } from 'commander';
import { Option } from 'commander';

import type { Staging } from '../staging/staging.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import { signCommand } from './report-sign.ts';
import { noReport, reportText } from './report-text.ts';
import type { Session } from './session.ts';

type Format = 'table' | 'json' | 'csv' | 'html';

interface ReportOptions {
  readonly day?: string;
  readonly format?: Format;
}

export function reportCommand(setup: Setup): Command {
  return (
    command('report', 'the books of a day, as its last report has them', [
      'report --day 2026-11-23',
      'report --day 2026-11-23 --format html > books.html',
    ])
      // `sign` has options of its own, with the same names.
      .enablePositionalOptions()
      .addCommand(signCommand(setup))
      .option('--day <day>', 'the archive day, YYYY-MM-DD', dayOption)
      .addOption(
        new Option('--format <format>', 'how (default: table)').choices([
          'table',
          'json',
          'csv',
          'html',
        ]),
      )
      .action(action(setup, 'one', showReport))
  );
}

async function showReport(session: Session, { day, format }: ReportOptions): Promise<ExitCode> {
  if (day === undefined) {
    throw new UsageError('--day is missing: say which day, such as --day 2026-11-23.');
  }
  const connector = onlyConnector(session);
  const staging = await session.staging(connector);
  const report = await staging.reports.latest(day);
  if (report === null) throw new Error(noReport(connector.id, day));
  if (session.output.isJson || format === 'json' || format === undefined || format === 'table') {
    const text = () => (format === 'json' ? JSON.stringify(report, null, 2) : reportText(report));
    session.output.result(report, text);
  } else {
    const rendered = await rendering(staging, day, report.number, format);
    session.output.result(report, () => rendered);
  }
  return EXIT.done;
}

async function rendering(
  staging: Staging,
  day: string,
  number: number,
  format: 'csv' | 'html',
): Promise<string> {
  const bytes = await staging.reports.read(day, number, format);
  if (bytes !== null) return bytes.toString('utf8').trimEnd();
  throw new Error(
    `report ${String(number)} of ${day} has no ${format} yet: its run ended in between. Run the day again, or read it with --format table.`,
  );
}
