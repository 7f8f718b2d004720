import type { Cell } from './cell.ts';
import type { Guard } from './guards.ts';
import { isGreen, tryAll, type Play, type RoundOptions } from './round.ts';
import type { Trial } from './trial.ts';
import { copyWithout } from './without.ts';

/** What became of a guard's cells without it. */
export interface GuardProof {
  readonly guard: Guard;
  readonly trials: readonly Trial[];
  /** All of its cells turned red. */
  readonly isProven: boolean;
}

/** Plays each guard's cells by workers from a copy of the product without that guard. */
export async function proveGuards(
  guards: readonly Guard[],
  cells: readonly Cell[],
  options: RoundOptions,
): Promise<GuardProof[]> {
  const copies = guards.map((guard) => ({ guard, ...copyWithout(guard) }));
  try {
    const plays = copies.flatMap(({ guard, workerFile }) =>
      guard.cells.map((id) => ({ guard, play: playOf(id, cells, workerFile) })),
    );
    const trials = await tryAll(
      plays.map(({ play }) => play),
      options,
    );
    return guards.map((guard) => {
      const mine = trials.filter((_, at) => plays[at]?.guard === guard);
      return { guard, trials: mine, isProven: mine.every((trial) => !isGreen(trial)) };
    });
  } finally {
    for (const copy of copies) copy.remove();
  }
}

function playOf(id: string, cells: readonly Cell[], workerFile: string): Play {
  const cell = cells.find((one) => one.id === id);
  if (cell === undefined) throw new Error(`There is no cell ${id}.`);
  return { cell, number: 0, workerFile };
}

/** The table for docs/guards.md: what each guard does, and what happens without it. */
export function guardTable(proofs: readonly GuardProof[], seed: number): string {
  const rows = proofs.flatMap(({ guard, trials }) =>
    trials.map((trial) => {
      const cells = [`\`${guard.name}\``, guard.what, `src/${guard.file}`, trial.cell, seen(trial)];
      return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
    }),
  );
  return [
    '# What happens without each guard',
    '',
    'Made by the machine: one line of a copy of `src/` is changed, workers are started from there, and the cells',
    'that the guard is for are played and judged ([the fault matrix](faults.md)). Changes and cells stand in',
    '[test/faults/guards.ts](../test/faults/guards.ts).',
    '',
    `\`npm run test:faults -- --without all --seed ${String(seed)} --write docs/guards.md\``,
    '',
    '| guard | what it does | where | cell | without it |',
    '| ----- | ------------ | ----- | ---- | ---------- |',
    ...rows,
    '',
  ].join('\n');
}

/** What the checker found, else what the cell itself objected to. */
function seen(trial: Trial): string {
  if (isGreen(trial)) return '**green: nothing turned red**';
  const faults = new Set(trial.findings.map(({ invariant, fault }) => `${fault} (${invariant})`));
  if (faults.size > 0) return [...faults].join(', ');
  return (trial.objection ?? '').split('\n')[0] ?? '';
}
