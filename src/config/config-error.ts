/** One fault of the configuration. Its text never repeats the faulty value: it may be a secret. */
export interface ConfigProblem {
  /** `connectors[0].source.sftp.host`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what to do, one sentence without the path. */
  readonly message: string;
  /** A line of YAML that would be right; null where none helps. */
  readonly example: string | null;
  /** Line in the file, from 1; null when the fault has no place in it. */
  readonly line: number | null;
}

/** Every fault of a configuration at once. Ends a process with exit code 78. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    super(describe(file, problems));
    this.file = file;
    this.problems = problems;
  }
}

function describe(file: string, problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${String(problems.length)} problems`;
  return [`${file}: ${count} in the configuration`, ...problems.map(lineOf)].join('\n');
}

function lineOf({ path, message, example, line }: ConfigProblem): string {
  const where = [path, line === null ? '' : `(line ${String(line)})`].filter((part) => part !== '');
  const start = where.length === 0 ? '' : `${where.join(' ')}: `;
  return `  ${start}${message}${example === null ? '' : `\n      example: ${example}`}`;
}
