import type { Container } from './container.ts';

/** A day that stays without a run on purpose. */
export interface WaivedDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly by: string;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
  readonly reason: string;
}

/** Days that `resume --no-backfill` left out: no gap to be made up. In the state container. */
export interface WaivedDays {
  list(): Promise<Set<string>>;
  add(waived: WaivedDay): Promise<void>;
}

const PREFIX = 'waived-days/';

export function waivedDays(state: Container): WaivedDays {
  return {
    async list() {
      const days = new Set<string>();
      for await (const { path } of state.list(PREFIX)) {
        days.add(path.slice(PREFIX.length, -'.json'.length));
      }
      return days;
    },
    add: (waived) =>
      state.replace(
        `${PREFIX}${waived.day}.json`,
        Buffer.from(`${JSON.stringify(waived, null, 2)}\n`),
        'application/json',
      ),
  };
}
