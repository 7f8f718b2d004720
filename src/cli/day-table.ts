import type { DayEnd } from './days.ts';
import { table } from './table.ts';

/** The books of several days, one row a day, what each failed with, and which late days do not balance. */
export function dayTable(ends: readonly DayEnd[]): string {
  const head = ['connector', 'day', 'outcome', 'available', 'imported', 'partial'];
  const rest = ['skipped', 'waived', 'failed', 'items', 'balances', 'this run'];
  const rows = ends.map(({ connector, day, outcome, books, balances, thisRun }) => [
    connector,
    day,
    outcome,
    books?.available ?? null,
    books?.imported ?? null,
    books?.partiallyImported ?? null,
    books?.skipped ?? null,
    books?.waived ?? null,
    books?.failed ?? null,
    books?.items ?? null,
    books === null ? null : balances ? 'yes' : 'no',
    thisRun === null
      ? null
      : `${String(thisRun.imported)} imported, ${String(thisRun.unchanged)} unchanged`,
  ]);
  const problems = ends.flatMap(({ connector, day, problem }) =>
    problem === null ? [] : [`${connector} ${day} failed (${problem.type}): ${problem.message}`],
  );
  const late = ends.flatMap(({ connector, day, unbalanced }) =>
    unbalanced.map(
      (other) =>
        `${connector} ${other}, which the run of ${day} worked off too: its books DO NOT BALANCE. Its report names the items: o2-archiver report --connector ${connector} --day ${other}\nTake them up: o2-archiver run --connector ${connector} --day ${other} --wait`,
    ),
  );
  const advice = ends.filter(({ problem, outcome }) => problem === null && outcome === 'partial');
  const next = advice.map(
    ({ connector, day }) =>
      `What is not archived, and why: o2-archiver report --connector ${connector} --day ${day}`,
  );
  return [table([...head, ...rest], rows), ...problems, ...late, ...next].join('\n');
}
