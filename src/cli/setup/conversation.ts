import { UsageError } from '../exit.ts';
import { isAnswered } from './answers.ts';
import { ask, keep } from './ask.ts';
import { isCurable } from './curable.ts';
import { Interrupted } from './prompts.ts';
import type { Question } from './question.ts';
import { flagOf } from './question.ts';
import type { Sitting } from './sitting.ts';
import { answerProblem, idOf, knownOf } from './sitting.ts';
import type { Step } from './step.ts';

/** How a step came out: tried and well, or left to somebody else. */
export interface StepEnd {
  readonly step: string;
  readonly state: 'ok' | 'waiting';
  readonly message: string;
  /** Path of the page for whom it waits. */
  readonly sheet: string | null;
}

/** Goes through the steps: what is answered and well is passed by, the rest is asked and tried. */
export async function converse(sitting: Sitting, steps: readonly Step[]): Promise<StepEnd[]> {
  const ends: StepEnd[] = [];
  for (const step of steps) ends.push(await takeStep(sitting, step));
  return ends;
}

async function takeStep(sitting: Sitting, step: Step): Promise<StepEnd> {
  if (step.questions.some((question) => isOpen(sitting, question))) {
    const words = step.words(sitting.answers.values, sitting.desk);
    sitting.prompts.say(`${step.title}\n\n${words}`);
    const commands = step.commands?.(sitting.answers.values);
    if (commands !== undefined) sitting.prompts.copy(commands);
    if (await isForOthers(sitting, step)) return handedOver(sitting, step);
  }
  return (await askedAndTried(sitting, step, 'open')) ?? afterFailure(sitting, step);
}

/** Asks for all of a step again, with the answers as they are for proposals, until it is well. */
export async function reviseStep(sitting: Sitting, step: Step): Promise<StepEnd> {
  return (await askedAndTried(sitting, step, 'all')) ?? afterFailure(sitting, step);
}

async function afterFailure(sitting: Sitting, step: Step): Promise<StepEnd> {
  const next = await sitting.prompts.choose({
    key: `${step.name}-next`,
    message: 'What now?',
    choices: [
      { value: 'again', label: 'correct the answers' },
      { value: 'retry', label: 'try the same again' },
      ...(step.sheet === null
        ? []
        : [{ value: 'others', label: 'leave it to somebody else, and write a page for them' }]),
      { value: 'leave', label: 'leave; the answers are kept' },
    ],
    proposal: 'again',
  });
  if (next === 'leave') throw new Interrupted();
  if (next === 'others') return handedOver(sitting, step);
  if (next === 'again') return reviseStep(sitting, step);
  return (await askedAndTried(sitting, step, 'open')) ?? afterFailure(sitting, step);
}

/** Null when something is wrong, which is said. @throws it where nobody can be asked */
async function askedAndTried(
  sitting: Sitting,
  step: Step,
  which: 'open' | 'all',
): Promise<StepEnd | null> {
  try {
    for (const question of step.questions) {
      const isDue =
        which === 'open'
          ? isOpen(sitting, question)
          : !question.isSilent && question.when(sitting.answers.values);
      if (!isDue) continue;
      const before = sitting.answers.values['connector'];
      await ask(sitting, question, which === 'all');
      if (question.key === 'connector') meet(sitting, before);
    }
    return await tried(sitting, step);
  } catch (error) {
    if (!isCurable(error) || !sitting.isInteractive) throw error;
    sitting.prompts.warn(error.message);
    return null;
  }
}

async function tried(
  { prompts, desk, answers }: Sitting,
  { attempt, name, title }: Step,
): Promise<StepEnd> {
  if (attempt === null) return { step: name, state: 'ok', message: 'answered', sheet: null };
  const message = await prompts.wait(attempt.what, () => attempt.run(desk, answers));
  prompts.say(`ok  ${title}: ${message}`);
  return { step: name, state: 'ok', message, sheet: null };
}

/** Another connector was named: what is known of it takes the place of what was known before. */
function meet(sitting: Sitting, before: string | undefined): void {
  const { answers, flags, draft } = sitting;
  const id = idOf(answers);
  if (id === before) return;
  const { text, questions } = sitting.candidate(id);
  const { values } = knownOf(id, { text, draft, flags, questions });
  const terms = { 'accept-terms': answers.values['accept-terms'] ?? '' };
  keep(sitting, { typed: {}, values: { ...values, ...terms, connector: id } });
}

/** Whether it must be asked now: the answers lead to it, and it has none or a wrong one. */
function isOpen(sitting: Sitting, question: Question): boolean {
  const { answers } = sitting;
  if (!question.when(answers.values)) return false;
  if (!isAnswered(answers, question)) return !question.isSilent;
  const problem = answerProblem(sitting, question, answers);
  if (problem === null) return false;
  if (!sitting.isInteractive || question.isSilent) {
    throw new UsageError(`${flagOf(question, answers.values[question.key])}: ${problem}`);
  }
  return true;
}

/** Whether the whole step is somebody else's, asked where nothing of it is answered yet. */
async function isForOthers(sitting: Sitting, { name, sheet, questions }: Step): Promise<boolean> {
  const { values } = sitting.answers;
  const isBegun = questions.some(({ key, isSilent }) => !isSilent && values[key] !== undefined);
  if (sheet === null || isBegun || !sitting.isInteractive) return false;
  const who = await sitting.prompts.choose({
    key: `${name}-who`,
    message: 'Do you have what it needs?',
    choices: [
      { value: 'me', label: 'yes, it is entered and tried now' },
      { value: 'others', label: 'no, somebody else must do it first: write a page for them' },
    ],
    proposal: 'me',
  });
  return who === 'others';
}

function handedOver(sitting: Sitting, step: Step): StepEnd {
  const sheet = step.sheet?.(sitting.answers.values);
  if (sheet === undefined) throw new Error('a step that waits has a sheet');
  const path = sitting.handOver(sheet);
  const message = `waits for ${sheet.reader}`;
  sitting.prompts.say(`${step.title} ${message}. The page for them: ${path}`);
  return { step: step.name, state: 'waiting', message, sheet: path };
}
