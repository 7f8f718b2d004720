import { openGround } from '../support/office.ts';
import type { Cell } from './cell.ts';
import type { Fault } from './check/finding.ts';
import { tryCell, type Trial } from './trial.ts';

export interface RoundOptions {
  readonly seed: number;
  /** Of each cell; what the cell itself says unless given. */
  readonly trials?: number;
  /** Most of a cell's time is waiting: several beside each other. */
  readonly atOnce: number;
  readonly workerFile?: string;
  readonly onTrial?: (trial: Trial) => void;
}

/** Tries all the cells, a few at a time, on servers that they share. */
export async function tryAll(cells: readonly Cell[], options: RoundOptions): Promise<Trial[]> {
  const { seed, workerFile, onTrial } = options;
  const ground = await openGround();
  const waiting = cells.flatMap((cell) =>
    Array.from({ length: options.trials ?? cell.trials ?? 1 }, (_, number) => ({ cell, number })),
  );
  const done: Trial[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { cell, number } = next;
      const trial = await tryCell(cell, {
        ...{ ground, seed, number },
        ...(workerFile === undefined ? {} : { workerFile }),
      });
      done.push(trial);
      onTrial?.(trial);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.atOnce }, lane));
  } finally {
    await ground.stop();
  }
  return done;
}

export function isGreen({ findings, objection }: Trial): boolean {
  return findings.length === 0 && objection === null;
}

/** The figures that must all be 0. */
export const TOTALS: Readonly<Record<string, readonly Fault[]>> = {
  lost: ['lost'],
  doubled: ['doubled'],
  'wrong mailbox': ['wrong-mailbox'],
  'bytes differing': ['bytes-differ'],
  'reports not closing': ['report-open'],
  leaks: ['leak'],
  'other faults': ['wrong-state', 'second-run'],
};

export function totalOf(trials: readonly Trial[], name: string): number {
  const counted = TOTALS[name] ?? [];
  return trials.flatMap(({ findings }) => findings).filter(({ fault }) => counted.includes(fault))
    .length;
}
