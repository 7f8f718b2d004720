import { addDays, daysBetween } from '../domain/archive-day.ts';
import type { StatusDocument, WeekRow } from './status-document.ts';

const WEEK_DAYS = 7;

interface WeekFacts extends Pick<StatusDocument, 'days' | 'runs'> {
  readonly connector: string;
  readonly waived: ReadonlySet<string>;
  readonly due: readonly string[];
}

/** The last seven days up to the newest of which anything is known or due, newest first. */
export function weekOf({ connector, days, waived, due, runs }: WeekFacts): WeekRow[] {
  const running = new Set(runs.flatMap(({ day, dryRun }) => (dryRun ? [] : (day ?? []))));
  const outcomes = new Map(days.map(({ day, outcome }) => [day, outcome]));
  const newest = [...due, ...outcomes.keys(), ...running].sort().at(-1);
  if (newest === undefined) return [];
  const rows = daysBetween(addDays(newest, 1 - WEEK_DAYS), newest).flatMap((day): WeekRow[] => {
    const known = outcomes.get(day);
    if (known !== undefined) return [{ connector, day, outcome: known }];
    if (running.has(day)) return [{ connector, day, outcome: 'running' }];
    if (waived.has(day)) return [{ connector, day, outcome: 'waived' }];
    return due.includes(day) ? [{ connector, day, outcome: 'missing' }] : [];
  });
  return rows.reverse();
}
