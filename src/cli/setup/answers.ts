import type { Secret } from '../../config/secret.ts';
import type { Tree } from '../../config/tree.ts';
import type { Entry, Question, Values } from './question.ts';

export interface Answers {
  readonly values: Values;
  /** Secrets that were typed in this sitting, by question. */
  readonly typed: Readonly<Record<string, Secret>>;
}

export function withValue(answers: Answers, key: string, value: string): Answers {
  return { ...answers, values: { ...answers.values, [key]: value } };
}

export function withSecret(answers: Answers, key: string, secret: Secret): Answers {
  return { ...withValue(answers, key, 'typed'), typed: { ...answers.typed, [key]: secret } };
}

/** The answer that still holds. A typed secret lasts for one sitting: of another it is none. */
export function standingAnswer({ values, typed }: Answers, key: string): string | undefined {
  return values[key] === 'typed' && typed[key] === undefined ? undefined : values[key];
}

/** Whether a question that the answers lead to has its own. */
export function isAnswered(answers: Answers, { key, when }: Question): boolean {
  return !when(answers.values) || standingAnswer(answers, key) !== undefined;
}

/** What a connector of the file has answered already. What it leaves out has its default. */
export function answersOf(connector: Tree, questions: readonly Question[]): Values {
  const found = questions.flatMap(({ key, read, standing, isOptional }) => {
    const value = read(connector) ?? standing ?? (isOptional ? '' : null);
    return value === null ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}

/** Where the typed secrets come to stand: a reference for each, such as `file:secrets/o2-graph`. */
export type SecretPlace = (key: string) => string;

/** What the answers change in the connector. What is not asked any more is taken out. */
export function entriesOf(
  questions: readonly Question[],
  { values }: Answers,
  connector: Tree,
  place: SecretPlace,
): Entry[] {
  return questions.flatMap(({ key, when, write }) => {
    if (!when(values)) return write(null, connector);
    const value = values[key];
    // Not answered yet: what stands there stays.
    if (value === undefined) return [];
    return write(value === 'typed' ? place(key) : value === '' ? null : value, connector);
  });
}
