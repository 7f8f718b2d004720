/** Where a command's words go. Results to `out`; progress, notes and errors to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal: bars may move on it. */
  readonly isInteractive: boolean;
}

/** What one command prints: one JSON document, or the same in text. */
export interface Output {
  readonly isJson: boolean;
  readonly isInteractive: boolean;
  result(document: unknown, text: () => string): void;
  /** A line beside the result, such as progress or a warning. */
  note(line: string): void;
}

export function output(terminal: Terminal, isJson: boolean): Output {
  return {
    isJson,
    isInteractive: terminal.isInteractive,
    result(document, text) {
      terminal.out(isJson ? JSON.stringify(document, null, 2) : text());
    },
    note: (line) => terminal.err(line),
  };
}
