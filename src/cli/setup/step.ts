import type { Answers } from './answers.ts';
import type { Desk } from './desk.ts';
import type { Question, Values } from './question.ts';

/** A page for somebody else: what is wanted of them, why, the commands, and how it will be checked. */
export interface Sheet {
  /** File name without folder and ending. */
  readonly name: string;
  /** Who gets it. */
  readonly reader: string;
  /** Markdown. */
  readonly text: string;
}

/** One page of the conversation. */
export interface Step {
  readonly name: string;
  readonly title: string;
  /** Said before its questions. */
  readonly words: (values: Values, desk: Desk) => string;
  /** Commands for them to copy, after the words. */
  readonly commands?: (values: Values) => string;
  readonly questions: readonly Question[];
  /** Null where there is nothing to try. */
  readonly attempt: Attempt | null;
  /** Null where nobody else can do it. */
  readonly sheet: ((values: Values) => Sheet) | null;
}

export interface Attempt {
  /** `Logging in to the TeleMessage site` */
  readonly what: string;
  /** Tries the answers live; gives what was found. @throws what is wrong, with the cure */
  readonly run: (desk: Desk, answers: Answers) => Promise<string>;
}
