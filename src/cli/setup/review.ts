import { UsageError } from '../exit.ts';
import { printable } from '../table.ts';
import type { Answers } from './answers.ts';
import { candidateProblems } from './candidate.ts';
import type { StepEnd } from './conversation.ts';
import { reviseStep } from './conversation.ts';
import { Interrupted } from './prompts.ts';
import type { Sitting } from './sitting.ts';
import { idOf } from './sitting.ts';
import type { Step } from './step.ts';

/** The longest, `sftp-private-key-file`, and a gap. */
const KEY_COLUMNS = 23;

/** Shows every answer, and changes steps until the person says to finish. Nothing is written before. */
export async function review(
  sitting: Sitting,
  steps: readonly Step[],
  ends: StepEnd[],
): Promise<void> {
  for (;;) {
    sitting.prompts.say(reviewText(sitting, steps));
    const problem = remaining(sitting);
    if (problem !== null) sitting.prompts.warn(problem);
    if (problem === null && sitting.isYes) return;
    if (!sitting.isInteractive) {
      throw new UsageError(
        problem ?? 'nothing is written without --yes where nobody can be asked.',
      );
    }
    const next = await sitting.prompts.choose({
      key: 'review',
      message: 'Review: finish, or change something?',
      choices: [
        ...(problem === null ? [{ value: 'finish', label: 'finish: write the files' }] : []),
        ...steps.map(({ name, title }) => ({ value: name, label: `change: ${title}` })),
        { value: 'leave', label: 'leave; the answers are kept' },
      ],
      proposal: problem === null ? 'finish' : null,
    });
    if (next === 'finish') return;
    const at = steps.findIndex(({ name }) => name === next);
    const step = steps[at];
    if (step === undefined) throw new Interrupted();
    const end = await reviseStep(sitting, step);
    ends[at] = end;
    if (end.state === 'waiting') return;
  }
}

/** What the file as a whole would still say against it. */
function remaining(sitting: Sitting): string | null {
  const { answers } = sitting;
  const problems = candidateProblems(sitting.candidate(idOf(answers)), answers);
  if (problems.length === 0) return null;
  return problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
}

function reviewText({ answers, desk, isYes }: Sitting, steps: readonly Step[]): string {
  const parts = steps.flatMap(({ title, questions }) => {
    const answered = questions.filter(
      ({ key, when }) => when(answers.values) && (answers.values[key] ?? '') !== '',
    );
    const lines = answered.map(
      ({ key }) => `  ${key.padEnd(KEY_COLUMNS)}${shownAnswer(answers, key)}`,
    );
    return lines.length === 0 ? [] : [title, ...lines, ''];
  });
  return [
    ...parts,
    `To be written: ${desk.file}${secretsText(answers)}`,
    isYes ? '' : 'Nothing of it is written yet.',
  ]
    .join('\n')
    .trimEnd();
}

function shownAnswer({ values }: Answers, key: string): string {
  const value = values[key] ?? '';
  return value === 'typed' ? '(typed; not shown)' : printable(value);
}

function secretsText({ typed, values }: Answers): string {
  const count = Object.keys(typed).filter((key) => values[key] === 'typed').length;
  return count === 0 ? '' : `, and ${String(count)} in the folder secrets beside it (rights 0600)`;
}
