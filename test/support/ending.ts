import { setTimeout as sleep } from 'node:timers/promises';

/** Something that a test has started and that must end. */
export interface Ending {
  /** For people: `the tenant`. */
  readonly what: string;
  /** Longer than it takes in order, its own last resort included. */
  readonly withinMs: number;
  end(): Promise<unknown>;
}

/**
 * Ends them one after the other, each in its time: what does not end keeps none of the others alive.
 * @throws when they are all through, naming each that failed or did not end in time
 */
export async function endAll(endings: readonly Ending[]): Promise<void> {
  const problems: string[] = [];
  for (const ending of endings) {
    const problem = await problemOf(ending);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
}

async function problemOf(ending: Ending): Promise<string | null> {
  const { what, withinMs } = ending;
  const timer = new AbortController();
  const late = sleep(withinMs, `did not end within ${String(withinMs / 1_000)} s`, {
    signal: timer.signal,
  }).catch(() => null);
  const ended = ending.end().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const problem = await Promise.race([ended, late]);
  timer.abort();
  return problem === null ? null : `${what}: ${problem}`;
}
