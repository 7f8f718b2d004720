import type { Choice } from './question.ts';

/** How a person is asked. A terminal stands behind it, or a script of answers. */
export interface Prompts {
  say(text: string): void;
  /** Lines to copy: as they are, whatever the width, with nothing before them. */
  copy(text: string): void;
  /** What went wrong, and the cure. */
  warn(text: string): void;
  text(asked: AskedText): Promise<string>;
  /** Shows nothing of what is typed. */
  secret(asked: Pick<AskedText, 'key' | 'message' | 'problem'>): Promise<string>;
  choose(asked: AskedChoice): Promise<string>;
  /** Says what it waits for; Ctrl-C ends the waiting. */
  wait<T>(what: string, work: () => Promise<T>): Promise<T>;
}

export interface AskedText {
  readonly key: string;
  readonly message: string;
  /** Taken when nothing is typed; null for none. */
  readonly proposal: string | null;
  /** What is wrong with what was typed, and the cure. */
  readonly problem: (value: string) => string | null;
}

export interface AskedChoice {
  readonly key: string;
  readonly message: string;
  readonly choices: readonly Choice[];
  readonly proposal: string | null;
}

/** Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
