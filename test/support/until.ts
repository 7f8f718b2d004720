import { setTimeout as sleep } from 'node:timers/promises';

/** For what can only be seen by looking again: another process's work, visibility's delay. */
const LOOK_EVERY_MS = 50;

/** Looks until there is an answer; fails by name when there is none in time. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  withinMs = 120_000,
): Promise<T> {
  const endMs = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > endMs) throw new Error(`not within ${String(withinMs)} ms: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
