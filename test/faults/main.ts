import { parseArgs } from 'node:util';
import { findTemporalCli } from '../../sandbox/setup/temporal-cli.ts';
import { watchParent } from '../../src/parent-watch.ts';
import type { Cell } from './cell.ts';
import { CELLS, UNTRIED } from './registry.ts';
import { isGreen, tryAll } from './round.ts';
import { closingTable, trialLine } from './table.ts';

const USAGE = `npm run test:faults [-- flags]

Plays every cell of the fault matrix on a small office of its own and has a checker, which shares no
code with the product, judge what was left behind.

  --seed N       repeats a run (else a new one, printed)
  --only F18     cells or rows whose name begins so; several by comma
  --trials N     of each cell
  --at-once N    cells beside each other (4)

Ends with 1 when a cell is red.
`;

interface Wish {
  readonly seed: number;
  readonly only: readonly string[];
  readonly trials: number | null;
  readonly atOnce: number;
}

function readWish(): Wish | null {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      only: { type: 'string' },
      trials: { type: 'string' },
      'at-once': { type: 'string', default: '4' },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const [trials, atOnce] = [values.trials ?? '1', values['at-once']].map(Number);
  const areWhole = [trials, atOnce].every((n) => Number.isInteger(n) && (n ?? 0) > 0);
  if (!areWhole || !Number.isInteger(seed)) return null;
  return {
    seed,
    only: values.only?.split(',') ?? [],
    trials: values.trials === undefined ? null : (trials ?? 1),
    atOnce: atOnce ?? 1,
  };
}

function chosen({ only }: Wish): Cell[] {
  return CELLS.filter(
    ({ id, row }) =>
      only.length === 0 ||
      only.some((name) => row === name || id === name || id.startsWith(`${name}-`)),
  );
}

async function main(): Promise<boolean> {
  const wish = readWish();
  const cells = wish === null ? [] : chosen(wish);
  if (wish === null || cells.length === 0) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return false;
  }
  // The tenant's many offices each listen to the process's end.
  const { path } = await findTemporalCli(process.env);
  process.env['TEMPORAL_CLI_PATH'] = path;
  print(
    `Seed ${String(wish.seed)}; ${String(cells.length)} cells, ${String(wish.atOnce)} at once.\n`,
  );
  const trials = await tryAll(cells, {
    seed: wish.seed,
    atOnce: wish.atOnce,
    ...(wish.trials === null ? {} : { trials: wish.trials }),
    onTrial: (trial) => print(trialLine(trial)),
  });
  print(`\nSeed ${String(wish.seed)}\n${closingTable(cells, trials, UNTRIED)}`);
  return trials.every(isGreen);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

watchParent(() => process.exit(1));
const isDone = await main();
process.exit(process.exitCode ?? (isDone ? 0 : 1));
