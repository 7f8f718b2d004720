/** An archive day: `YYYY-MM-DD`, a day of UTC. All arithmetic here is on UTC midnights. */
export type ArchiveDay = string;

const DAY_MS = 86_400_000;
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;

export function isArchiveDay(text: string): boolean {
  if (!DAY_FORM.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

export function addDays(day: ArchiveDay, days: number): ArchiveDay {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
}

/** The UTC day that holds the time. */
export function dayOf(timeMs: number): ArchiveDay {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** The day that a run covers: the UTC day before its nominal time. */
export function dayBefore(nominalMs: number): ArchiveDay {
  return dayOf(nominalMs - DAY_MS);
}

/** All days of [from, to], in order; empty when `to` lies before `from`. */
export function daysBetween(from: ArchiveDay, to: ArchiveDay): ArchiveDay[] {
  const days: ArchiveDay[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/**
 * The days that a run for `day` works off: the look-back before it, never before `startDay`. A day
 * before that, which was asked for by name, stands alone.
 */
export function windowOf(
  day: ArchiveDay,
  lookbackDays: number,
  startDay: ArchiveDay,
): ArchiveDay[] {
  const from = addDays(day, -lookbackDays);
  if (day < startDay) return [day];
  return daysBetween(from < startDay ? startDay : from, day);
}

/** The time on the nominal date until which a run waits for its package, `HH:MM` of UTC. */
export function waitUntilMs(day: ArchiveDay, waitUntil: string): number {
  return Date.parse(`${addDays(day, 1)}T${waitUntil}:00Z`);
}

/** `2026-11-23T09:15:42Z`: the one time format of receipts, reports and indexes. */
export function toSeconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
