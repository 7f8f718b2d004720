import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { TestEvent } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { findTemporalCli } from '../sandbox/setup/temporal-cli.ts';
import { watchParent } from '../src/parent-watch.ts';

/**
 * `npm test [-- KIND | PART OF A PATH …]`: every test that needs no container engine, the pure ones
 * first, with the totals of all of them at the end.
 */
interface Kind {
  readonly name: string;
  readonly needs: string;
  /** Only when its name or a part of a path asks for it. */
  readonly isExtra?: true;
}

const KINDS: readonly Kind[] = [
  { name: 'unit', needs: 'nothing; under 30 s' },
  {
    name: 'property',
    needs: 'nothing; many random cases and other long ones, and python3 where it is there',
  },
  { name: 'workflow', needs: 'Temporal dev server' },
  { name: 'integration', needs: 'Temporal dev server, Azurite, stand-ins on loopback' },
  { name: 'replay', needs: 'recorded histories' },
  { name: 'e2e', needs: 'all of it, as processes' },
  // Not of `npm test`: not every machine has a browser, and its download is no package of a registry.
  { name: 'browser', needs: 'a sandbox and a Chromium', isExtra: true },
];

/** Runs the files that its arguments name: those of the kind `unit` share their processes. */
const SEVERAL_FILES = fileURLToPath(new URL('support/several-files.ts', import.meta.url));

/** Of one file, with everything it starts; of the kind `unit`, of all that share a process. */
const PURE_TIMEOUT_MS = 120_000;
const OTHER_TIMEOUT_MS = 600_000;
/** The others start servers of their own and mostly wait for them. */
const OTHER_CONCURRENCY = availableParallelism() >= 8 ? 3 : 2;

interface Counts {
  tests: number;
  suites: number;
  passed: number;
  failed: number;
  cancelled: number;
  skipped: number;
  todo: number;
}

const NO_COUNTS: Counts = {
  ...{ tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 },
};

/** Its names in node's own closing lines, in their order. */
const TOTALS = [
  ['tests', 'tests'],
  ['suites', 'suites'],
  ['pass', 'passed'],
  ['fail', 'failed'],
  ['cancelled', 'cancelled'],
  ['skipped', 'skipped'],
  ['todo', 'todo'],
] as const;

async function main(wanted: readonly string[]): Promise<boolean> {
  const startedAt = performance.now();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort());
  }
  watchParent(() => stop.abort());

  const files = KINDS.map((kind) => ({ ...kind, files: filesOf(kind, wanted) }));
  const chosen = files.filter((kind) => kind.files.length > 0);
  if (chosen.length === 0) throw new Error(`No test file fits: ${wanted.join(' ')}`);
  print(['Tests, the pure ones first:', ...chosen.map(planLine), ''].join('\n'));
  const named = (name: string) => chosen.find((kind) => kind.name === name)?.files ?? [];
  const [unit, property] = [named('unit'), named('property')];
  const others = chosen
    .filter(({ name }) => name !== 'unit' && name !== 'property')
    .flatMap((kind) => kind.files);
  if (others.length > 0) {
    const { path, server } = await findTemporalCli(process.env);
    process.env['TEMPORAL_CLI_PATH'] = path;
    print(`Temporal CLI with server ${server}: ${path}\n`);
  }

  const counts: Counts[] = [];
  const { signal } = stop;
  const processes = availableParallelism();
  counts.push(
    ...(await Promise.all(dealt(unit, processes).map((hand) => runTogether(hand, signal)))),
  );
  counts.push(await runFiles(property, processes, PURE_TIMEOUT_MS, signal));
  counts.push(await runFiles(others, OTHER_CONCURRENCY, OTHER_TIMEOUT_MS, signal));
  const sum = (key: keyof Counts): number => counts.reduce((total, each) => total + each[key], 0);
  for (const [name, key] of TOTALS) print(`ℹ ${name} ${sum(key)}`);
  print(`ℹ duration_ms ${performance.now() - startedAt}`);
  return sum('failed') === 0 && sum('cancelled') === 0 && !stop.signal.aborted;
}

function filesOf({ name, isExtra }: Kind, wanted: readonly string[]): string[] {
  if (isExtra === true && wanted.length === 0) return [];
  const root = fileURLToPath(new URL('..', import.meta.url));
  return globSync(`test/${name}/**/*.test.ts`, { cwd: root })
    .filter(
      (file) => wanted.length === 0 || wanted.some((part) => part === name || file.includes(part)),
    )
    .sort();
}

function planLine({ name, needs, files }: Kind & { files: readonly string[] }): string {
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  return `  ${name.padEnd(12)} ${count.padStart(9)}   ${needs}`;
}

/** Neighbours apart: the files of one room take long or short together. */
function dealt(files: readonly string[], hands: number): string[][] {
  return Array.from({ length: hands }, (_, hand) => files.filter((_, at) => at % hands === hand));
}

/** Runs the files in one process; shows what it says when it is over, since others run beside it. */
async function runTogether(files: readonly string[], signal: AbortSignal): Promise<Counts> {
  if (files.length === 0 || signal.aborted) return NO_COUNTS;
  const said: Buffer[] = [];
  const one = { files: [SEVERAL_FILES], argv: [...files], timeout: PURE_TIMEOUT_MS, signal };
  const counts = await shown(run(one), (text) => void said.push(text));
  process.stdout.write(Buffer.concat(said));
  return counts;
}

async function runFiles(
  files: string[],
  concurrency: number,
  timeout: number,
  signal: AbortSignal,
): Promise<Counts> {
  if (files.length === 0 || signal.aborted) return NO_COUNTS;
  return shown(run({ files, concurrency, timeout, signal }), (text) => {
    process.stdout.write(text);
  });
}

/** Shows what node's own runner says, but for the closing totals. */
async function shown(
  events: ReturnType<typeof run>,
  show: (text: Buffer) => void,
): Promise<Counts> {
  let counts: Counts = NO_COUNTS;
  events.on('test:summary', (summary) => {
    // The declarations leave `failed` out.
    if (summary.file === undefined) counts = summary.counts as unknown as Counts;
  });
  for await (const text of Readable.from(withoutTotals(events)).pipe(new spec())) {
    show(text as Buffer);
  }
  return counts;
}

async function* withoutTotals(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  for await (const event of events) {
    const isTotal =
      event.type === 'test:diagnostic' &&
      event.data.file === undefined &&
      /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(
        event.data.message,
      );
    if (!isTotal) yield event;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// A runner that runs inside another one would say nothing.
delete process.env['NODE_TEST_CONTEXT'];
try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
