import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { findTemporalCli } from '../../sandbox/setup/temporal-cli.ts';
import { watchParent } from '../../src/parent-watch.ts';
import type { Cell } from './cell.ts';
import { guardTable, proveGuards } from './guard-round.ts';
import { GUARDS, type Guard } from './guards.ts';
import { CELLS, UNTRIED } from './registry.ts';
import { isGreen, playsOf, tryAll } from './round.ts';
import { closingTable, trialLine } from './table.ts';

const USAGE = `npm run test:faults [-- flags]

Plays every cell of the fault matrix on a small office of its own and has a checker, which shares no
code with the product, judge what was left behind. Ends with 1 when a cell is red.

  --seed N         repeats a run (else a new one, printed)
  --only F18       cells or rows of that name; several by comma
  --trials N       of each cell
  --at-once N      cells beside each other (4)
  --without GUARD  plays the guard's cells on a copy of the product without it, and ends with 1 when
                   one of them does not turn red; several by comma, or "all" for each in turn
  --mixture        the long cells instead: thousands of items under all faults at once, a throttled
                   mailbox beside others, requests a copy
  --items N        of a long cell
  --write FILE     with --without: the table as Markdown
`;

interface Wish {
  readonly seed: number;
  readonly only: readonly string[];
  readonly trials: number | null;
  readonly atOnce: number;
  readonly without: readonly Guard[] | null;
  readonly file: string | null;
  readonly isLong: boolean;
  readonly items: number | null;
}

function readWish(): Wish | null {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      only: { type: 'string' },
      trials: { type: 'string' },
      'at-once': { type: 'string', default: '4' },
      without: { type: 'string' },
      write: { type: 'string' },
      mixture: { type: 'boolean', default: false },
      items: { type: 'string' },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const trials = values.trials === undefined ? null : Number(values.trials);
  const items = values.items === undefined ? null : Number(values.items);
  // What a long cell measures is not measured beside another one.
  const atOnce = values.mixture ? 1 : Number(values['at-once']);
  const isCount = (n: number): boolean => Number.isInteger(n) && n > 0;
  if (!isCount(trials ?? 1) || !isCount(items ?? 1) || !isCount(atOnce) || !Number.isInteger(seed))
    return null;
  const { without } = values;
  const names = without?.split(',') ?? [];
  const guards = GUARDS.filter(({ name }) => without === 'all' || names.includes(name));
  if (without !== undefined && guards.length === 0) return null;
  return {
    ...{ seed, trials, atOnce, items },
    isLong: values.mixture,
    only: values.only?.split(',') ?? [],
    without: without === undefined ? null : guards,
    file: values.write ?? null,
  };
}

function chosen({ only, isLong: wantsLong }: Wish): Cell[] {
  return CELLS.filter(({ id, row, isLong = false }) =>
    only.length === 0
      ? isLong === wantsLong
      : only.some((name) => id === name || (row === name && isLong === wantsLong)),
  );
}

async function tryCells(wish: Wish, cells: readonly Cell[]): Promise<boolean> {
  const { seed, atOnce, items, trials: wanted } = wish;
  print(`Seed ${String(seed)}; ${String(cells.length)} cells, ${String(atOnce)} at once.\n`);
  const trials = await tryAll(playsOf(cells, wanted), {
    ...{ seed, atOnce },
    ...(items === null ? {} : { items }),
    onTrial: (trial) => print(trialLine(trial)),
  });
  print(`\nSeed ${String(seed)}\n${closingTable(cells, trials, UNTRIED)}`);
  return trials.every(isGreen);
}

async function tryWithout(
  { seed, atOnce, file }: Wish,
  guards: readonly Guard[],
): Promise<boolean> {
  print(
    `Seed ${String(seed)}; ${String(guards.length)} guards are off in turn: red is what is wanted.\n`,
  );
  const proofs = await proveGuards(guards, CELLS, {
    ...{ seed, atOnce },
    onTrial: (trial) => print(trialLine(trial)),
  });
  const table = guardTable(proofs, seed);
  print(`\n${table}`);
  if (file !== null) writeFileSync(file, table);
  const idle = proofs.filter(({ isProven }) => !isProven).map(({ guard }) => guard.name);
  print(idle.length === 0 ? 'Every cell turned red.' : `Not red without: ${idle.join(', ')}`);
  return idle.length === 0;
}

async function main(): Promise<number> {
  const wish = readWish();
  const cells = wish === null ? [] : chosen(wish);
  if (wish === null || cells.length === 0) {
    process.stderr.write(`${USAGE}\nGuards: ${GUARDS.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  endOnSignals(wish.seed);
  const { path } = await findTemporalCli(process.env);
  process.env['TEMPORAL_CLI_PATH'] = path;
  const isGood = await (wish.without === null
    ? tryCells(wish, cells)
    : tryWithout(wish, wish.without));
  return isGood ? 0 : 1;
}

/** Temporal's SDK takes signals for its workers, of which there are none here: nothing else would end us. */
function endOnSignals(seed: number): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      print(
        `\nEnded by ${signal}; what is not printed above was not played. Again: --seed ${String(seed)}`,
      );
      // Workers are killed as this process exits; servers end with it (sandbox/leash.ts).
      process.exit(128 + constants.signals[signal]);
    });
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

watchParent(() => process.exit(1));
process.exit(await main());
