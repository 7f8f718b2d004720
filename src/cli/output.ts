import type { Look, Style } from './look.ts';
import { PLAIN } from './look.ts';

/** Where a command's words go. Results to `out`; progress, notes and errors to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal: bars may move on it. */
  readonly isInteractive: boolean;
  /** Standard output as a terminal that knows how to move its cursor; null where it is none. */
  readonly screen: Screen | null;
}

/** A terminal that somebody looks at. Its size may change at any time. */
export interface Screen {
  readonly columns: () => number;
  readonly rows: () => number;
  /** As it is, without a line end. */
  readonly write: (text: string) => void;
  readonly paint: (style: Style, text: string) => string;
  /** Calls back after each change of its size until what it gives is called. */
  readonly onResize: (changed: () => void) => () => void;
}

/** Where no bar moves, a plain line tells how far it is at least every so long. */
export const PLAIN_LINE_EVERY_MS = 15_000;

/** What one command prints: one JSON document, or the same in text. */
export interface Output {
  readonly isJson: boolean;
  readonly isInteractive: boolean;
  /** Null for a JSON document too. */
  readonly screen: Screen | null;
  /** For who reads the result. */
  look(): Look;
  result(document: unknown, text: () => string): void;
  /** A line beside the result, such as progress or a warning. */
  note(line: string): void;
}

export function output(terminal: Terminal, isJson: boolean): Output {
  const screen = isJson ? null : terminal.screen;
  return {
    isJson,
    isInteractive: terminal.isInteractive,
    screen,
    look: () => (screen === null ? PLAIN : { columns: screen.columns(), paint: screen.paint }),
    result(document, text) {
      terminal.out(isJson ? JSON.stringify(document, null, 2) : text());
    },
    note: (line) => terminal.err(line),
  };
}
