import { stringify } from 'yaml';

import type { Config } from '../../config/config.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { ConfigProblem } from '../../config/config-error.ts';
import type { Environment } from '../../config/environment.ts';
import type { Tree } from '../../config/tree.ts';
import type { Answers, SecretPlace } from './answers.ts';
import { entriesOf } from './answers.ts';
import { connectorsOf, editedText, positionOf } from './document.ts';
import type { Question } from './question.ts';

/** Reads a text as the configuration file; `more` stands beside the environment. */
export type ReadConfig = (text: string, more: Environment) => Config;

/** The configuration as answers would make it, before anything of it is written. */
export interface Candidate {
  /** Text of the file as it is; empty when there is none. */
  readonly text: string;
  readonly id: string;
  readonly questions: readonly Question[];
  readonly readConfig: ReadConfig;
}

/** What a connector needs to be read, for the parts that are not tried. */
const OPEN: Readonly<Record<string, unknown>> = {
  startDay: '2026-01-01',
  source: { directory: { path: '.' } },
  staging: { account: 'https://open.blob.core.windows.net', container: 'open' },
  tenant: { tenantId: 'open', managedIdentity: true },
};

/** The whole file with the answers in it. */
export function candidateText(
  { text, id, questions }: Candidate,
  answers: Answers,
  place: SecretPlace,
): string {
  const connector = connectorsOf(text)[positionOf(text, id)] ?? {};
  return editedText(text, id, entriesOf(questions, answers, connector, place));
}

/** What the configuration's own rules say against this connector, its typed secrets in place. */
export function candidateProblems(candidate: Candidate, answers: Answers): ConfigProblem[] {
  const { id, readConfig } = candidate;
  const text = candidateText(candidate, answers, variableOf);
  try {
    readConfig(text, variables(answers));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const own = `connectors[${String(positionOf(text, id))}]`;
    return error.problems
      .filter(({ path }) => path === '' || path.startsWith(own))
      .map((problem) => ({ ...problem, path: problem.path.slice(own.length + 1) }));
  }
}

/** Parts of a connector in the file. */
export type Section = 'source' | 'schedule' | 'staging' | 'tenant' | 'mapping' | 'mailbox';

/**
 * The connector with these sections alone, so that they can be tried: all else, answered or not, is
 * filled in with what reaches nothing.
 *
 * @throws {ConfigError}
 */
export function trialConfig(
  candidate: Candidate,
  answers: Answers,
  sections: readonly Section[],
): Config {
  const { id, readConfig } = candidate;
  const text = candidateText(candidate, answers, variableOf);
  const own = connectorsOf(text)[positionOf(text, id)] ?? {};
  const tried = sections.filter((section) => section in own);
  const parts = Object.fromEntries(tried.map((section) => [section, own[section]]));
  return readConfig(stringify({ connectors: [{ ...OPEN, ...parts, id }] }), variables(answers));
}

/** The problem with one answer, in the words of the configuration. */
export function problemAt(
  problems: readonly ConfigProblem[],
  { write }: Question,
  value: string,
  connector: Tree,
): string | null {
  const paths = write(value, connector).map(([path]) => path.join('.'));
  const found = problems.find(({ path }) =>
    paths.some((own) => path === own || path.startsWith(`${own}[`)),
  );
  if (found === undefined) return null;
  const { message, example } = found;
  return `${sentence(message)}.${example === null ? '' : ` Example: ${example}`}`;
}

/** What is said of an answer begins with its verb; what is said of a secret names its place first. */
function sentence(message: string): string {
  return message.startsWith('the ') ? `T${message.slice(1)}` : `It ${message}`;
}

/** Where typed secrets are until the review: in variables of this process alone. */
const variableOf: SecretPlace = (key) => `env:${variableName(key)}`;

function variables({ typed }: Answers): Environment {
  return Object.fromEntries(
    Object.entries(typed).map(([key, secret]) => [variableName(key), secret.reveal()]),
  );
}

function variableName(key: string): string {
  return `O2_SETUP_${key.toUpperCase().replaceAll('-', '_')}`;
}
