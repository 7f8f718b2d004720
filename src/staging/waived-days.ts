import type { WaivedDay } from '../domain/gaps.ts';
import type { Container } from './container.ts';

/** Days that `resume --no-backfill` left out: no gap to be made up. Books: who waived, and why, stays. */
export interface WaivedDays {
  list(): Promise<Set<string>>;
  find(day: string): Promise<WaivedDay | null>;
  /** Those of the days that are waived, in their order: a read a day. */
  findAll(days: readonly string[]): Promise<WaivedDay[]>;
  /** Who waived a day first stands. */
  add(waived: WaivedDay): Promise<void>;
}

const PREFIX = 'waived-days/';

export function waivedDays(books: Container): WaivedDays {
  const find = async (day: string): Promise<WaivedDay | null> => {
    const bytes = await books.read(`${PREFIX}${day}.json`);
    return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as WaivedDay);
  };

  return {
    find,
    findAll: async (days) =>
      (await Promise.all(days.map(find))).filter((waived) => waived !== null),
    async list() {
      const days = new Set<string>();
      for await (const { path } of books.list(PREFIX)) {
        days.add(path.slice(PREFIX.length, -'.json'.length));
      }
      return days;
    },
    async add(waived) {
      const bytes = Buffer.from(`${JSON.stringify(waived, null, 2)}\n`);
      await books.putOnce(`${PREFIX}${waived.day}.json`, bytes, 'application/json');
    },
  };
}
