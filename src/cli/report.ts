import type { Command } from 'commander';
import { Option } from 'commander';

import type { Staging } from '../staging/staging.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { sentReport, sentReportText } from './report-sent.ts';
import { signCommand } from './report-sign.ts';
import { noReport, reportText } from './report-text.ts';
import type { Chosen, DayOrSent } from './sent.ts';
import { chosen, withDayOrSent } from './sent.ts';
import type { Session } from './session.ts';

type Format = 'table' | 'json' | 'csv' | 'html';

interface ReportOptions extends DayOrSent {
  readonly format?: Format;
}

export function reportCommand(setup: Setup): Command {
  const reporting = command('report', 'the books of a day, as its last report has them', [
    'report --day 2026-11-23',
    'report --day 2026-11-23 --format html > books.html',
    'report --sent 2026-11-23 --tz Europe/London',
  ]);
  return (
    withDayOrSent(reporting)
      // `sign` has options of its own, with the same names.
      .enablePositionalOptions()
      .addCommand(signCommand(setup))
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

async function showReport(session: Session, options: ReportOptions): Promise<ExitCode> {
  const { format } = options;
  const choice = chosen(options);
  const connector = onlyConnector(session);
  if (choice.by === 'sent') return showSent(session, connector.id, choice, format);
  const { day } = choice;
  const staging = await session.staging(connector);
  const report = await staging.reports.latest(day);
  if (report === null) {
    throw new Error(noReport(connector.id, day, await staging.waivedDays.find(day)));
  }
  if (session.output.isJson || format === 'json' || format === undefined || format === 'table') {
    const text = () => (format === 'json' ? JSON.stringify(report, null, 2) : reportText(report));
    session.output.result(report, text);
  } else {
    const rendered = await rendering(staging, day, report.number, format);
    session.output.result(report, () => rendered);
  }
  return EXIT.done;
}

/** No run ever wrote this one: it is made when it is asked for. */
async function showSent(
  session: Session,
  connector: string,
  choice: Extract<Chosen, { by: 'sent' }>,
  format: Format = 'table',
): Promise<ExitCode> {
  if (format === 'csv' || format === 'html') {
    throw new UsageError('--sent has no stored report: its formats are table and json.');
  }
  const staging = await session.staging(onlyConnector(session));
  const report = await sentReport(staging, connector, choice);
  const text = () => (format === 'json' ? JSON.stringify(report, null, 2) : sentReportText(report));
  session.output.result(report, text);
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
