import { Command, CommanderError } from 'commander';

import { backfillCommand } from './backfill.ts';
import { checkCommand } from './check.ts';
import type { Setup } from './command.ts';
import { MORE_HELP, report, reportDocument } from './command.ts';
import { drainCommand } from './drain.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { itemCommand } from './item.ts';
import { itemsCommand } from './items.ts';
import { mappingCommand } from './mapping.ts';
import { reportCommand } from './report.ts';
import { retryCommand } from './retry.ts';
import { runCommand } from './run.ts';
import { scheduleCommand } from './schedule.ts';
import { schemaCommand } from './schema.ts';
import type { CommandLine } from './setup/finish.ts';
import { setupCommand } from './setup.ts';
import { statusCommand } from './status.ts';
import { verifyCommand } from './verify.ts';
import { viewsCommand } from './views.ts';
import { unwaiveCommand, waiveCommand } from './waive.ts';

const EXIT_CODES = `
Exit codes:
  0   done
  1   failed
  2   usage
  3   finished, but items are not archived, the books do not balance, or "verify" found a difference
  4   Temporal, Azure Storage, the site or the tenant is unreachable
  78  the configuration is wrong

Temporal is found by the standard TEMPORAL_* variables, the configuration by --config, the variable
O2_ARCHIVER_CONFIG, or o2-archiver.yaml in the working directory.`;

/** The whole command line. `argv` without the interpreter and the script. */
export async function runProgram(setup: Setup, argv: readonly string[]): Promise<void> {
  const program = programOf(setup);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const code = exitCodeOf(error);
    const isJson = argv.includes('--json');
    // commander has printed its own message already, help and usage errors alike.
    if (!(error instanceof CommanderError)) report(setup.terminal, error, isJson);
    else if (isJson && code !== EXIT.done) reportDocument(setup.terminal, error);
    setup.exit(code);
  }
}

/** For a command that ends with others, so that what it does is what it tells people to type. */
function commandLine(setup: Setup): CommandLine {
  return {
    async run(argv) {
      let ended: ExitCode = EXIT.done;
      const exit = (code: ExitCode) => {
        ended = code;
      };
      await runProgram({ ...setup, exit }, argv);
      return ended;
    },
    takes(name, flag) {
      const known = programOf(setup).commands.find((each) => each.name() === name);
      return known?.options.some(({ long }) => long === flag) ?? false;
    },
  };
}

export function programOf(setup: Setup): Command {
  const program = new Command('o2-archiver')
    .description(
      'Archives O2 SMS, MMS and calls from a TeleMessage site in Microsoft 365 mailboxes.',
    )
    .addHelpText('after', EXIT_CODES)
    // Also below: `report sign` has options of the same names as `report`.
    .enablePositionalOptions()
    .showHelpAfterError(MORE_HELP);
  const commands = [
    setupCommand(setup, commandLine),
    checkCommand(setup),
    scheduleCommand(setup),
    runCommand(setup),
    backfillCommand(setup),
    drainCommand(setup),
    statusCommand(setup),
    reportCommand(setup),
    itemsCommand(setup),
    itemCommand(setup),
    retryCommand(setup),
    waiveCommand(setup),
    unwaiveCommand(setup),
    verifyCommand(setup),
    mappingCommand(setup),
    viewsCommand(setup),
    schemaCommand(setup),
  ];
  for (const each of commands) program.addCommand(each);
  settle(program, setup);
  return program;
}

/** commander copies settings to subcommands only when it makes them itself. */
function settle(command: Command, setup: Setup): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => setup.terminal.out(text.trimEnd()),
    writeErr: (text) => setup.terminal.err(text.trimEnd()),
  });
  for (const each of command.commands) settle(each, setup);
}
