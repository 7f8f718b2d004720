import { Command, Option } from 'commander';

import type { Config, ConnectorConfig } from '../config/config.ts';
import type { Staging } from '../staging/staging.ts';
import { withinReach } from './deadline.ts';
import type { ExitCode } from './exit.ts';
import { errorDocument, exitCodeOf, UsageError } from './exit.ts';
import type { Terminal } from './output.ts';
import { output } from './output.ts';
import type { Builders, Session, TemporalAccess } from './session.ts';
import { temporalProblem } from './temporal-error.ts';

/** What every command gets from client.ts. */
export interface Setup {
  readonly builders: Builders;
  readonly terminal: Terminal;
  /** Called once, by the command that ran. */
  readonly exit: (code: ExitCode) => void;
}

/** One connector where the command is about one; all of them where it reports on all. */
export type Scope = 'one' | 'all';

/** Who watches for hours is connected again when the server has come back. */
const CONNECT_AGAIN_MS = 30_000;

/** What a command does. Which options and arguments it gets, its own declaration says. */
type Act = (session: Session, options: never, ...args: never[]) => Promise<ExitCode>;

interface StandardOptions {
  readonly config?: string;
  readonly connector?: string;
  readonly json?: boolean;
}

/** Said after what is wrong with a command line. */
export const MORE_HELP = '(add --help for more)';

/** A command that only holds others. */
export function group(name: string, description: string, commands: readonly Command[]): Command {
  const command = new Command(name).description(description).showHelpAfterError(MORE_HELP);
  for (const each of commands) command.addCommand(each);
  return command;
}

/** A command with the options that each one has, and its examples. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ o2-archiver ${example}`);
  return new Command(name)
    .description(description)
    .showHelpAfterError(`Such as: o2-archiver ${examples[0] ?? name}\n${MORE_HELP}`)
    .addOption(new Option('--connector <id>', 'the connector, where more than one is configured'))
    .addOption(new Option('--json', 'print one JSON document'))
    .addOption(new Option('--config <file>', 'the configuration file'))
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/**
 * Runs `act` as the command's action: builds its session, prints what it throws, closes what it
 * opened and tells the exit code.
 */
export function action(
  setup: Setup,
  scope: Scope,
  act: Act,
): (...args: unknown[]) => Promise<void> {
  return async (...all) => {
    // commander's order: the arguments, the options, the command itself.
    const args = all.slice(0, -2) as never[];
    const options = all.at(-2) as StandardOptions;
    const isJson = options.json ?? false;
    const temporal = onceConnected(setup.builders);
    try {
      const config = setup.builders.loadConfig(options.config);
      const session = sessionOf(setup, {
        config,
        connectors: chosen(config, options.connector, scope),
        isJson,
        temporal: temporal.access,
      });
      setup.exit(await act(session, options as never, ...args));
    } catch (error) {
      const access = await temporal.made();
      const problem = access === null ? error : temporalProblem(error, access);
      report(setup.terminal, problem, isJson);
      setup.exit(exitCodeOf(problem));
    } finally {
      const access = await temporal.made();
      await access?.client.connection.close().catch(() => undefined);
    }
  };
}

/** One connection, made at the first call. One that failed has failed for what is asked next, too. */
function onceConnected({ connectTemporal, now }: Builders) {
  let made: Promise<TemporalAccess> | null = null;
  let failedAtMs: number | null = null;
  return {
    access: (): Promise<TemporalAccess> => {
      if (failedAtMs !== null && now() - failedAtMs > CONNECT_AGAIN_MS) made = failedAtMs = null;
      made ??= connectTemporal().catch((error: unknown) => {
        failedAtMs = now();
        throw error;
      });
      return made;
    },
    /** Null where none was asked for, or it failed. */
    made: (): Promise<TemporalAccess | null> => Promise.resolve(made).catch(() => null),
  };
}

/** The connector of a command whose scope is `one`. */
export function onlyConnector({ connectors }: Pick<Session, 'connectors'>): ConnectorConfig {
  const [connector] = connectors;
  if (connector === undefined) throw new Error('a session has a connector');
  return connector;
}

/** An error as every command shows it: words for people and, when asked for, the JSON document. */
export function report(terminal: Terminal, error: unknown, isJson: boolean): void {
  terminal.err(`o2-archiver: ${errorDocument(error).error.message}`);
  if (isJson) reportDocument(terminal, error);
}

/** The one JSON document of a command that ended with an error. */
export function reportDocument(terminal: Terminal, error: unknown): void {
  terminal.out(JSON.stringify(errorDocument(error), null, 2));
}

export function sessionOf(
  { builders, terminal }: Setup,
  { isJson, ...given }: Pick<Session, 'config' | 'connectors' | 'temporal'> & { isJson: boolean },
): Session {
  return {
    ...given,
    output: output(terminal, isJson),
    staging: (connector) => reachableStaging(builders, connector),
    openSite: builders.openSite,
    openTenant: builders.openTenant,
    openUsers: builders.openUsers,
    openItems: builders.openItems,
    openProof: builders.openProof,
    openLink: builders.openLink,
    webUi: builders.webUi,
    operator: builders.operator,
    now: builders.now,
  };
}

function chosen(config: Config, id: string | undefined, scope: Scope): ConnectorConfig[] {
  const ids = config.connectors.map((connector) => connector.id).join(', ');
  if (id !== undefined) {
    const connector = config.connectors.find((each) => each.id === id);
    if (connector !== undefined) return [connector];
    throw new UsageError(`no connector "${id}" in ${config.file}; there are: ${ids}.`);
  }
  if (scope === 'one' && config.connectors.length > 1) {
    throw new UsageError(
      `more than one connector is configured; add --connector with one of ${ids}.`,
    );
  }
  return [...config.connectors];
}

async function reachableStaging(builders: Builders, connector: ConnectorConfig): Promise<Staging> {
  const staging = await builders.openStaging(connector);
  const what = `Azure Storage (container "${connector.staging.container}")`;
  await withinReach(staging.containers[1].exists(), what);
  return staging;
}
