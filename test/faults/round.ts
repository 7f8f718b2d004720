import { openGround } from '../support/office.ts';
import type { Cell } from './cell.ts';
import type { Fault } from './check/finding.ts';
import { tryCell, type Trial } from './trial.ts';

/** A cell to be played once. */
export interface Play {
  readonly cell: Cell;
  /** Counts the trials of one cell: each has another seed. */
  readonly number: number;
  /** Of a copy of the product without one of its guards. */
  readonly workerFile?: string;
}

export interface RoundOptions {
  readonly seed: number;
  readonly items?: number;
  /** Most of a cell's time is waiting: several beside each other. */
  readonly atOnce: number;
  readonly onTrial?: (trial: Trial, play: Play) => void;
}

export function playsOf(cells: readonly Cell[], trials: number | null): Play[] {
  return cells.flatMap((cell) =>
    Array.from({ length: trials ?? cell.trials ?? 1 }, (_, number) => ({ cell, number })),
  );
}

/** Tries them all, a few at a time, on servers that they share. Trials come in the order of plays. */
export async function tryAll(plays: readonly Play[], options: RoundOptions): Promise<Trial[]> {
  const { seed, atOnce, items, onTrial } = options;
  const ground = await openGround();
  const done: Trial[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < plays.length; at = next++) {
      const play = plays[at];
      if (play === undefined) return;
      const { cell, ...how } = play;
      const trial = await tryCell(cell, {
        ...{ ground, seed, ...how },
        ...(items === undefined ? {} : { items }),
      });
      done[at] = trial;
      onTrial?.(trial, play);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
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
