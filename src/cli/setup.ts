import type { Command } from 'commander';
import { Option } from 'commander';

import type { Setup } from './command.ts';
import { command, report } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, exitCodeOf, UsageError } from './exit.ts';
import { dayOption } from './options.ts';
import { output } from './output.ts';
import type { Output } from './output.ts';
import type { TemporalAccess } from './session.ts';
import type { StepEnd } from './setup/conversation.ts';
import { converse } from './setup/conversation.ts';
import { forgetDraft } from './setup/draft.ts';
import type { CommandLine } from './setup/finish.ts';
import { finish } from './setup/finish.ts';
import { openSitting } from './setup/open-sitting.ts';
import { Interrupted } from './setup/prompts.ts';
import type { Question, Values } from './setup/question.ts';
import { review } from './setup/review.ts';
import type { Sitting } from './setup/sitting.ts';
import { idOf } from './setup/sitting.ts';
import { QUESTIONS, STEPS } from './setup/steps.ts';
import { writeFiles } from './setup/write-files.ts';

/** The program's other commands, printing where this one does. */
type Followers = (setup: Setup) => CommandLine;

interface SetupOptions extends Readonly<Record<string, unknown>> {
  readonly config?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly firstRun?: string;
}

/** Sets up a connector by asking; every answer is tried, and nothing is written before the review. */
export function setupCommand(setup: Setup, commandLine: Followers): Command {
  const set = command('setup', 'set up a connector, or change one: asks, tries, then writes', [
    'setup',
    'setup --connector second',
    'setup --yes --accept-terms yes --start-day 2026-12-01 --sftp-host sftp.example.com …',
  ]);
  set.option('--yes', 'take what is proposed, and write without asking at the review');
  set.option('--first-run <day>', 'archive this day at the end', dayOption);
  for (const { title, questions } of STEPS) {
    for (const option of questions.flatMap(optionsOf)) set.addOption(option.helpGroup(`${title}:`));
  }
  return set.action(async (options: SetupOptions) => {
    const said = output(setup.terminal, options.json ?? false);
    try {
      setup.exit(await sit(setup, commandLine, options, said));
    } catch (error) {
      report(setup.terminal, error, options.json ?? false);
      setup.exit(exitCodeOf(error));
    }
  });
}

/** A flag for each answer; a secret has two, and none that takes the secret itself. */
function optionsOf({ key, kind, about, choices }: Question): Option[] {
  // One of the options that every command has.
  if (key === 'connector') return [];
  if (kind === 'secret') {
    return [
      new Option(`--${key}-file <path>`, `file of the ${about}`),
      new Option(`--${key}-env <name>`, `variable with the ${about}`),
    ];
  }
  const option = new Option(`--${key} <${kind === 'yes-no' ? 'yes|no' : 'value'}>`, about);
  return [choices.length === 0 ? option : option.choices(choices.map(({ value }) => value))];
}

function flagsOf(options: SetupOptions): Values {
  const given = (flag: string): string | undefined => {
    const value = options[new Option(`--${flag} <value>`).attributeName()];
    return typeof value === 'string' ? value : undefined;
  };
  const found = QUESTIONS.flatMap(({ key, kind }) => {
    if (kind !== 'secret') {
      const value = given(key);
      return value === undefined ? [] : [[key, value] as const];
    }
    const [file, variable] = [given(`${key}-file`), given(`${key}-env`)];
    if (file !== undefined && variable !== undefined) {
      throw new UsageError(
        `--${key}-file and --${key}-env name the same secret: give one of them.`,
      );
    }
    if (file !== undefined) return [[key, `file:${file}`] as const];
    return variable === undefined ? [] : [[key, `env:${variable}`] as const];
  });
  return Object.fromEntries(found);
}

async function sit(
  setup: Setup,
  commandLine: Followers,
  options: SetupOptions,
  said: Output,
): Promise<ExitCode> {
  const guide = await setup.builders.openGuide(options.config);
  let connection: Promise<TemporalAccess> | undefined;
  const temporal = () => (connection ??= setup.builders.connectTemporal());
  const isYes = options.yes ?? false;
  try {
    const flags = flagsOf(options);
    const sitting = openSitting(setup, { guide, flags, isYes, said, temporal });
    const ends = await reviewed(sitting, said);
    if (ends === null) return EXIT.interrupted;
    if (ends.some(({ state }) => state === 'waiting')) return waiting(sitting, said, ends);
    const files = write(sitting);
    // One JSON document: what the commands print that follow is no part of it.
    const quiet = { ...setup, terminal: { ...setup.terminal, out: setup.terminal.err } };
    const followers = commandLine(said.isJson ? quiet : setup);
    const code = await finished(sitting, followers, options.firstRun);
    const id = idOf(sitting.answers);
    const document = { connector: id, file: guide.file, state: 'written', files, steps: ends };
    said.result(document, () => endText(code, id));
    return code;
  } finally {
    await connection?.then(({ client }) => client.connection.close()).catch(() => undefined);
  }
}

function endText(code: ExitCode, id: string): string {
  if (code === EXIT.done)
    return `It is set up. See how it goes: o2-archiver status --connector ${id}`;
  return code === EXIT.interrupted
    ? `It is set up. Its days: o2-archiver run --connector ${id}, or wait for the schedule.`
    : `"${id}" is written. Cure what is said above.`;
}

/** All steps, and the review; null when the person left. */
async function reviewed(sitting: Sitting, said: Output): Promise<StepEnd[] | null> {
  try {
    const ends = await converse(sitting, STEPS);
    if (ends.every(({ state }) => state === 'ok')) await review(sitting, STEPS, ends);
    return ends;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const isKept = sitting.answers.values['connector'] !== undefined;
    said.note(isKept ? `Left. ${howToGoOn(sitting)}` : 'Left. Nothing was written.');
    return null;
  }
}

function howToGoOn({ drafts, again }: Sitting): string {
  return `The answers, without secrets, are kept in ${drafts}. Go on: ${again}`;
}

function write(sitting: Sitting): readonly string[] {
  const { desk, prompts, answers, drafts } = sitting;
  const id = idOf(answers);
  const { files, notes } = writeFiles(desk.file, sitting.candidate(id), answers);
  forgetDraft(drafts, id);
  prompts.say(['Written:', ...files.map((file) => `  ${file}`)].join('\n'));
  for (const note of notes) prompts.warn(note);
  return files;
}

async function finished(
  sitting: Sitting,
  commandLine: CommandLine,
  firstRun: string | undefined,
): Promise<ExitCode> {
  try {
    return await finish(sitting, commandLine, firstRun);
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.interrupted;
    throw error;
  }
}

function waiting(sitting: Sitting, said: Output, steps: readonly StepEnd[]): ExitCode {
  const open = steps.filter(({ state }) => state === 'waiting');
  const { answers, desk } = sitting;
  const document = { connector: idOf(answers), file: desk.file, state: 'waiting', steps };
  said.result(document, () =>
    [
      'Nothing is set up yet. It waits for:',
      ...open.map(({ step, sheet }) => `  ${step}: ${sheet ?? ''}`),
      howToGoOn(sitting),
    ].join('\n'),
  );
  return EXIT.failed;
}
