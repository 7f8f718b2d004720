/** One line of `check`. Holds no secret. */
export interface Check {
  readonly connector: string;
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
  /** The command or the setting that mends it; null when the message says so. */
  readonly cure: string | null;
}

/** What a check found; without a state it is well. */
export type Finding = Pick<Check, 'message'> & Partial<Pick<Check, 'state' | 'cure'>>;

const SIGNS: Readonly<Record<Check['state'], string>> = {
  ok: 'ok  ',
  warning: 'note',
  failed: 'FAIL',
};

export function checksText(checks: readonly Check[]): string {
  const names = checks.map(({ connector, check }) => `${connector} ${check}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = checks.map(({ state, message, cure }, at) => {
    const line = `${SIGNS[state]}  ${(names[at] ?? '').padEnd(width)}  ${message}`;
    return cure === null ? line : `${line}\n${' '.repeat(width + 8)}→ ${cure}`;
  });
  const failed = checks.filter(({ state }) => state === 'failed').length;
  const summary =
    failed === 0 ? 'Everything that a run needs is there.' : `${String(failed)} failed.`;
  return [...lines, summary].join('\n');
}
