import { Secret } from '../../config/secret.ts';
import { UsageError } from '../exit.ts';
import type { Answers } from './answers.ts';
import { standingAnswer, withSecret, withValue } from './answers.ts';
import type { Choice, Question } from './question.ts';
import { flagOf } from './question.ts';
import type { Sitting } from './sitting.ts';
import { answerProblem } from './sitting.ts';

const YES_NO: readonly Choice[] = [
  { value: 'yes', label: 'yes' },
  { value: 'no', label: 'no' },
];

/** What stands for an answer of nothing where something is proposed. */
const NONE = '-';

/**
 * Asks until the answer is right, and keeps it. Each wrong one is said with its cure. A revision is
 * asked in any case, also what `--yes` would take by itself.
 */
export async function ask(sitting: Sitting, question: Question, isRevision = false): Promise<void> {
  const known = standingAnswer(sitting.answers, question.key);
  if (!isRevision && known !== undefined) {
    const wrong = answerProblem(sitting, question, sitting.answers);
    const isNamed = question.kind === 'secret';
    if (wrong !== null) sitting.prompts.warn(isNamed ? wrong : `${known}: ${wrong}`);
  }
  for (let isAsked = isRevision || known !== undefined; ; isAsked = true) {
    const answers = await put(sitting, question, isAsked);
    const problem = answerProblem(sitting, question, answers);
    if (problem === null) {
      keep(sitting, answers);
      return;
    }
    if (!sitting.isInteractive) {
      throw new UsageError(`${flagOf(question, answers.values[question.key])}: ${problem}`);
    }
    sitting.prompts.warn(problem);
  }
}

/** Keeps the answers for this sitting and, without secrets, for the next. */
export function keep(sitting: Sitting, answers: Answers): void {
  sitting.answers = answers;
  sitting.keepDraft(answers);
}

/** Whether its proposal may stand for an answer that nobody gave. */
function takesProposal({ isYes, isInteractive }: Sitting, { isSaid }: Question): boolean {
  return !isSaid && (isYes || !isInteractive);
}

async function put(sitting: Sitting, question: Question, isAsked: boolean): Promise<Answers> {
  const { answers, prompts, desk } = sitting;
  const { key, kind, ask: message, isOptional } = question;
  const given = answers.values[key];
  const proposal = given ?? (await question.proposal(answers.values, desk));
  if (!isAsked && takesProposal(sitting, question)) {
    if (proposal !== null) return withValue(answers, key, proposal);
    if (isOptional) return withValue(answers, key, '');
  }
  if (!sitting.isInteractive) throw missing(question, proposal);
  switch (kind) {
    case 'secret':
      return putSecret(sitting, question);
    case 'choice':
    case 'yes-no': {
      const choices = kind === 'choice' ? question.choices : YES_NO;
      return withValue(answers, key, await prompts.choose({ key, message, choices, proposal }));
    }
    case 'text':
    case 'number':
    case 'list': {
      const taken = (typed: string) => (isOptional && typed.trim() === NONE ? '' : typed.trim());
      const problem = (typed: string) =>
        answerProblem(sitting, question, withValue(answers, key, taken(typed)));
      const isCleared = isOptional && proposal !== null && proposal !== '';
      const value = await prompts.text({
        key,
        message: isCleared ? `${message} (${NONE} for none)` : message,
        proposal: proposal === '' ? null : proposal,
        problem,
      });
      return withValue(answers, key, taken(value));
    }
  }
}

/** A secret is typed, or it lies somewhere already. Typed, it is written to a file after the review. */
async function putSecret(sitting: Sitting, question: Question): Promise<Answers> {
  const { answers, prompts } = sitting;
  const { key, ask: message, isOptional } = question;
  const given = standingAnswer(answers, key) ?? '';
  const has = given !== '';
  const where = await prompts.choose({
    key: `${key}-where`,
    message: `${message}: where is it?`,
    choices: [
      ...(has ? [{ value: 'keep', label: `as it is (${given})` }] : []),
      { value: 'type', label: 'typed now, and kept in a file that only you can read' },
      { value: 'file', label: 'in a file' },
      { value: 'variable', label: 'in an environment variable' },
      ...(isOptional ? [{ value: 'none', label: 'there is none' }] : []),
    ],
    proposal: has ? 'keep' : 'type',
  });
  const needed = (value: string) => (value.trim() === '' ? 'An answer is needed.' : null);
  switch (where) {
    case 'keep':
      return answers;
    case 'none':
      return withValue(answers, key, '');
    case 'type': {
      const typed = await prompts.secret({ key, message, problem: needed });
      return withSecret(answers, key, new Secret(typed));
    }
    default: {
      const isFile = where === 'file';
      const place = await prompts.text({
        key: `${key}-${isFile ? 'file' : 'env'}`,
        message: isFile
          ? 'Its file (a relative path starts beside the configuration)'
          : 'The variable',
        proposal: null,
        problem: (value) =>
          needed(value) ??
          answerProblem(sitting, question, withValue(answers, key, prefixed(value))),
      });
      return withValue(answers, key, prefixed(place));
    }
  }
  function prefixed(place: string): string {
    return `${where === 'file' ? 'file' : 'env'}:${place.trim()}`;
  }
}

function missing(question: Question, proposal: string | null): UsageError {
  const shown = proposal === null ? '' : ` What would be proposed: ${proposal}`;
  return new UsageError(
    `${flagOf(question)} is missing (${question.about}), and nobody can be asked.${shown}`,
  );
}
