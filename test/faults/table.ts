import type { Cell, UntriedRow } from './cell.ts';
import { isGreen, totalOf, TOTALS } from './round.ts';
import type { Trial } from './trial.ts';

const MAX_FINDINGS = 6;

/** One line for a trial that is over, and why it is red. */
export function trialLine(trial: Trial): string {
  const { cell, findings, objection, seconds } = trial;
  const word = isGreen(trial) ? 'ok ' : 'RED';
  const lines = [`${word}  ${cell.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s`];
  for (const note of trial.notes) lines.push(`     ${note}`);
  if (objection !== null) lines.push(`     ${objection.replaceAll('\n', '\n     ')}`);
  for (const { invariant, where, text } of findings.slice(0, MAX_FINDINGS)) {
    lines.push(`     ${invariant} ${where}: ${text}`);
  }
  const more = findings.length - MAX_FINDINGS;
  if (more > 0) lines.push(`     and ${String(more)} more`);
  return lines.join('\n');
}

/** The closing table: one line a cell, the rows that were not tried, the totals. */
export function closingTable(
  cells: readonly Cell[],
  trials: readonly Trial[],
  untried: readonly UntriedRow[],
): string {
  const byCell = Map.groupBy(trials, ({ cell }) => cell);
  const lines = cells.map(({ id, title }) => {
    const mine = byCell.get(id) ?? [];
    const seconds = mine.reduce((sum, trial) => sum + trial.seconds, 0) / Math.max(1, mine.length);
    const result = mine.length === 0 ? 'not tried' : mine.every(isGreen) ? 'ok' : 'RED';
    const figures = [
      String(mine.length).padStart(6),
      result.padEnd(9),
      seconds.toFixed(1).padStart(7),
    ];
    return `${id.padEnd(24)} ${figures.join('  ')}  ${title}`;
  });
  const reasons = untried.map(
    ({ row, why, nearest }) => `${row.padEnd(24)} not tried here: ${why} Nearest: ${nearest}`,
  );
  const totals = Object.keys(TOTALS).map((name) => `${name} ${String(totalOf(trials, name))}`);
  const tried = cells.filter(({ id }) => byCell.has(id)).length;
  return [
    `${'cell'.padEnd(24)} trials  result    seconds  what is done`,
    ...lines,
    ...reasons,
    '',
    `cells ${String(tried)}, trials ${String(trials.length)}, ${totals.join(', ')}`,
  ].join('\n');
}
