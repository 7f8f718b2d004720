import { randomInt } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { archive, feedItem } from './archive.ts';
import { command, READERS, runRound, type Failure, type Round } from './round.ts';

const USAGE = `npm run test:hostile [-- flags]

Makes hostile items as the TeleMessage site delivers them, archives each by the product's own way, and
has mailparser, postal-mime and Python's email package read every message back. Whatever a reader sees
otherwise than the item's maker knows is counted; every count must be 0.

  --seeds N        rounds, each with a seed of its own (20)
  --items N        items of a round (500)
  --from SEED      the first seed; those after it count up (drawn by chance, and printed)
  --only SEED:INDEX  one item alone, with its files and all that differs

Ends with 1 when anything differs, with 2 when the flags are wrong.
`;
/** One of ten thousand may be enough to see what is wrong; more only hide it. */
const MAX_SHOWN = 10;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      items: { type: 'string', default: '500' },
      from: { type: 'string', default: String(randomInt(2 ** 31)) },
      only: { type: 'string' },
    },
  });
  if (values.only !== undefined) return runOnly(values.only);
  const [seeds, items, from] = [values.seeds, values.items, values.from].map(wholeNumber) as [
    number,
    number,
    number,
  ];
  if (seeds < 1 || items < 1) throw new TypeError('--seeds and --items are at least 1');
  return runSeeds(from, seeds, items);
}

async function runSeeds(from: number, seeds: number, items: number): Promise<number> {
  const started = performance.now();
  const indices = Array.from({ length: items }, (_, index) => index);
  print(`${seeds} seeds from ${from}, ${items} items each\n`);
  print(row(['seed', ...COLUMNS.map(([title]) => title)]));
  const rounds: Round[] = [];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const round = await runRound(seed, indices);
    rounds.push(round);
    print(row([String(seed), ...COLUMNS.map(([, cell]) => cell([round]))]));
  }
  print(row(['total', ...COLUMNS.map(([, cell]) => cell(rounds))]));
  const seconds = (performance.now() - started) / 1000;
  const archivingMs = rounds.reduce((sum, round) => sum + round.archivingMs, 0);
  const count = seeds * items;
  print(`\n${rate(count / seconds)} items/s with making and reading back, ${seconds.toFixed(1)} s`);
  print(`${rate((count * 1000) / archivingMs)} items/s read, composed and rendered, on one thread`);
  if (rounds.some(({ differences }) => differences.python === null)) {
    print("Python's reader was skipped: there is no python3 on this machine");
  }
  const failures = rounds.flatMap((round) => round.failures);
  for (const failure of failures.slice(0, MAX_SHOWN)) print(described(failure, 300));
  if (failures.length > MAX_SHOWN) print(`… and ${failures.length - MAX_SHOWN} more`);
  return failures.length === 0 && rounds.every(isClean) ? 0 : 1;
}

/** Titles and what stands below them, of one round or of all. */
const COLUMNS: readonly (readonly [string, (rounds: readonly Round[]) => string])[] = [
  ['items', total((round) => round.items)],
  ['refused', total((round) => round.refused)],
  ['archiver', total((round) => round.archiverFailures)],
  ['injected', total((round) => round.injectedHeaders)],
  ['doubled', total((round) => round.doubledFiles)],
  ['lost', total((round) => round.lostParts)],
  ...READERS.map((reader) => [reader, total((round) => round.differences[reader] ?? NaN)] as const),
];

function total(of: (round: Round) => number): (rounds: readonly Round[]) => string {
  return (rounds) => {
    const sum = rounds.reduce((whole, round) => whole + of(round), 0);
    return Number.isNaN(sum) ? 'skipped' : String(sum);
  };
}

function isClean(round: Round): boolean {
  return round.injectedHeaders + round.doubledFiles + round.lostParts === 0;
}

async function runOnly(label: string): Promise<number> {
  const parts = label.split(':').map(wholeNumber);
  const [seed, index] = parts;
  if (seed === undefined || index === undefined || parts.length !== 2) {
    throw new TypeError('--only takes SEED:INDEX');
  }
  const folder = await mkdtemp(join(tmpdir(), 'hostile-item-'));
  const { bytes } = feedItem(seed, index);
  await writeFile(join(folder, 'delivered.eml'), bytes);
  const { failures } = await runRound(seed, [index]);
  try {
    const { eml } = await archive(bytes, `${seed}/${index}`);
    if (eml !== null) await writeFile(join(folder, 'archived.eml'), eml);
  } catch {
    // It is among the failures already.
  }
  print(`As delivered and as archived: ${folder}`);
  for (const failure of failures) print(described(failure, 20_000));
  if (failures.length === 0) print('Nothing differs.');
  return failures.length === 0 ? 0 : 1;
}

function described(failure: Failure, most: number): string {
  const { seed, index, reader, differences } = failure;
  const lines = differences.flatMap(({ field, expected, found }) => [
    `  ${field}`,
    `    expected ${shown(expected, most)}`,
    `    found    ${shown(found, most)}`,
  ]);
  return [`\n${reader} differs on item ${seed}:${index}`, `  ${command(failure)}`, ...lines].join(
    '\n',
  );
}

function shown(value: unknown, most: number): string {
  return inspect(value, { depth: 5, breakLength: 200, maxStringLength: most });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text)) throw new TypeError(`"${text}" is no whole number`);
  return value;
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en-GB');
}

function row(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(12)).join('');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
