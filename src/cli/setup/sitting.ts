import type { Tree } from '../../config/tree.ts';
import type { Answers } from './answers.ts';
import { answersOf } from './answers.ts';
import type { Candidate } from './candidate.ts';
import { candidateProblems, problemAt } from './candidate.ts';
import type { Desk } from './desk.ts';
import { connectorsOf, positionOf } from './document.ts';
import type { Draft } from './draft.ts';
import type { Prompts } from './prompts.ts';
import type { Question, Values } from './question.ts';
import type { Sheet } from './step.ts';

/** One sitting of the conversation: what is known, who is asked, what may be written before the review. */
export interface Sitting {
  readonly desk: Desk;
  readonly prompts: Prompts;
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
  /** `--yes`: proposals are taken unasked, and the review is not asked about. */
  readonly isYes: boolean;
  readonly flags: Values;
  readonly draft: Draft | null;
  /** Path of the draft. */
  readonly drafts: string;
  /** How a command goes on where this one stopped. */
  readonly again: string;
  answers: Answers;
  /** Writes the answers without secrets beside the configuration. */
  readonly keepDraft: (answers: Answers) => void;
  /** Writes a sheet; gives its path. */
  readonly handOver: (sheet: Sheet) => string;
  readonly candidate: (id: string) => Candidate;
}

/** What is known of a connector before anything is asked: flags first, then the draft, then the file. */
export function knownOf(
  id: string | undefined,
  sources: {
    readonly text: string;
    readonly draft: Draft | null;
    readonly flags: Values;
    readonly questions: readonly Question[];
  },
): Answers {
  const { text, draft, flags, questions } = sources;
  const standing =
    id === undefined ? undefined : connectorsOf(text).find((one) => one['id'] === id);
  const values: Values = {
    ...(standing === undefined ? {} : answersOf(standing, questions)),
    ...(id === undefined ? {} : draft?.connectors[id]),
    ...(id === undefined ? {} : { connector: id }),
    ...flags,
  };
  return { values, typed: {} };
}

/** What is wrong with an answer, and the cure; null when it is right. */
export function answerProblem(
  sitting: Sitting,
  question: Question,
  answers: Answers,
): string | null {
  const value = answers.values[question.key] ?? '';
  if (value === '') return question.isOptional ? null : `An answer is needed (${question.about}).`;
  const { choices, kind } = question;
  const allowed = kind === 'yes-no' ? ['yes', 'no'] : choices.map((choice) => choice.value);
  if (allowed.length > 0 && !allowed.includes(value))
    return `It must be one of ${allowed.join(', ')}.`;
  const own = question.problem(value, answers.values);
  if (own !== null) return own;
  const candidate = sitting.candidate(idOf(answers));
  return problemAt(candidateProblems(candidate, answers), question, value, connectorIn(candidate));
}

export function idOf({ values }: Answers): string {
  return values['connector'] ?? 'o2';
}

function connectorIn({ text, id }: Candidate): Tree {
  return connectorsOf(text)[positionOf(text, id)] ?? {};
}
