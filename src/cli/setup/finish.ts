import { resolve } from 'node:path';

import { addDays, isArchiveDay } from '../../domain/archive-day.ts';
import type { ExitCode } from '../exit.ts';
import { EXIT } from '../exit.ts';
import type { Sitting } from './sitting.ts';
import { idOf } from './sitting.ts';

/** The other commands of the program, run as if they were typed. */
export interface CommandLine {
  readonly run: (argv: readonly string[]) => Promise<ExitCode>;
  /** Whether a command knows an option. */
  readonly takes: (command: string, option: string) => boolean;
}

/** Applies what the configuration says, checks it, and offers the first day. */
export async function finish(
  sitting: Sitting,
  commandLine: CommandLine,
  firstRun: string | undefined,
): Promise<ExitCode> {
  const { prompts, desk, answers } = sitting;
  const id = idOf(answers);
  const standard = ['--connector', id, '--config', desk.file];
  const codes: ExitCode[] = [];
  const follow = async (...argv: string[]): Promise<ExitCode> => {
    prompts.copy(`o2-archiver ${argv.join(' ')} ${standard.join(' ')}`);
    const code = await commandLine.run([...argv, ...standard]);
    codes.push(code);
    return code;
  };
  await follow('schedule', 'apply');
  const file = answers.values['mapping-file'] ?? '';
  if (answers.values['custom'] === 'yes' && file !== '') {
    await follow('mapping', 'activate', resolve(file));
  }
  prompts.say(
    'The worker reads its configuration when it starts. Start it now, or again: npm run worker',
  );
  // It may well find no worker yet: what it says counts, not how it ends.
  await commandLine.run(['check', ...standard]);

  const day = codes.every((code) => code === EXIT.done) ? await firstDay(sitting, firstRun) : null;
  if (day !== null && (await isWantedAfterTrying(sitting, commandLine, day))) {
    await follow('run', '--day', day, '--wait');
  }
  return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
}

/** The day that the person wants archived at once; null for none. */
async function firstDay(sitting: Sitting, flag: string | undefined): Promise<string | null> {
  const { prompts, desk, answers, isInteractive, isYes } = sitting;
  if (flag !== undefined) return flag;
  const start = answers.values['start-day'] ?? desk.today;
  if (!isInteractive || isYes || start > desk.today) return null;
  const yesterday = addDays(desk.today, -1);
  const wanted = await prompts.text({
    key: 'first-run',
    message: 'A day to archive now, once a worker runs ("-" for none: the schedule does it)',
    proposal: start > yesterday ? '-' : yesterday,
    problem: (value) => {
      if (value === '-') return null;
      if (!isArchiveDay(value)) return 'It must be a day, YYYY-MM-DD, or - for none.';
      if (value < start) return `It lies before the first day, ${start}.`;
      return value > desk.today ? 'It has not come yet.' : null;
    },
  });
  return wanted === '-' ? null : wanted;
}

/** Offers a dry run; whoever has seen what it came to may leave the day for later. */
async function isWantedAfterTrying(
  sitting: Sitting,
  { run, takes }: CommandLine,
  day: string,
): Promise<boolean> {
  const { prompts, desk, answers, isInteractive, isYes } = sitting;
  if (!isInteractive || isYes || !takes('run', '--dry-run')) return true;
  const isTried = await confirmed(sitting, {
    key: 'dry-run',
    message: 'First without writing into any mailbox (run --dry-run)?',
  });
  if (!isTried) return true;
  const argv = ['run', '--day', day, '--dry-run', '--wait', '--connector', idOf(answers)];
  prompts.copy(`o2-archiver ${argv.join(' ')} --config ${desk.file}`);
  // People who would be held are no failure of the set-up: they are read, and decided on.
  await run([...argv, '--config', desk.file]);
  return confirmed(sitting, { key: 'first-run-now', message: `Archive ${day} now?` });
}

async function confirmed(
  { prompts }: Sitting,
  question: { readonly key: string; readonly message: string },
): Promise<boolean> {
  const answer = await prompts.choose({
    ...question,
    choices: [
      { value: 'yes', label: 'yes' },
      { value: 'no', label: 'no' },
    ],
    proposal: 'yes',
  });
  return answer === 'yes';
}
