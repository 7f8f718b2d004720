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
}

const KINDS: readonly Kind[] = [
  { name: 'unit', needs: 'nothing; under 30 s' },
  { name: 'property', needs: 'nothing; many random cases, and python3 where it is there' },
  { name: 'workflow', needs: 'Temporal dev server' },
  { name: 'integration', needs: 'Temporal dev server, Azurite, stand-ins on loopback' },
  { name: 'replay', needs: 'recorded histories' },
  { name: 'e2e', needs: 'all of it, as processes' },
];

/** They start nothing that others could collide with. */
function isPure({ name }: Kind): boolean {
  return name === 'unit' || name === 'property';
}

/** Of one file, with everything it starts. */
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

  const files = KINDS.map((kind) => ({ ...kind, files: filesOf(kind.name, wanted) }));
  const chosen = files.filter((kind) => kind.files.length > 0);
  if (chosen.length === 0) throw new Error(`No test file fits: ${wanted.join(' ')}`);
  print(['Tests, the pure ones first:', ...chosen.map(planLine), ''].join('\n'));
  const pure = chosen.filter(isPure).flatMap((kind) => kind.files);
  const others = chosen.filter((kind) => !isPure(kind)).flatMap((kind) => kind.files);
  if (others.length > 0) {
    const { path, server } = await findTemporalCli(process.env);
    process.env['TEMPORAL_CLI_PATH'] = path;
    print(`Temporal CLI with server ${server}: ${path}\n`);
  }

  const counts: Counts[] = [];
  counts.push(await runFiles(pure, availableParallelism(), PURE_TIMEOUT_MS, stop.signal));
  counts.push(await runFiles(others, OTHER_CONCURRENCY, OTHER_TIMEOUT_MS, stop.signal));
  const sum = (key: keyof Counts): number => counts.reduce((total, each) => total + each[key], 0);
  for (const [name, key] of TOTALS) print(`ℹ ${name} ${sum(key)}`);
  print(`ℹ duration_ms ${performance.now() - startedAt}`);
  return sum('failed') === 0 && sum('cancelled') === 0 && !stop.signal.aborted;
}

function filesOf(kind: string, wanted: readonly string[]): string[] {
  const root = fileURLToPath(new URL('..', import.meta.url));
  return globSync(`test/${kind}/**/*.test.ts`, { cwd: root })
    .filter(
      (file) => wanted.length === 0 || wanted.some((part) => part === kind || file.includes(part)),
    )
    .sort();
}

function planLine({ name, needs, files }: Kind & { files: readonly string[] }): string {
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  return `  ${name.padEnd(12)} ${count.padStart(9)}   ${needs}`;
}

/** Runs the files by node's own runner and shows what it says, but for the closing totals. */
async function runFiles(
  files: string[],
  concurrency: number,
  timeout: number,
  signal: AbortSignal,
): Promise<Counts> {
  const none = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };
  if (files.length === 0 || signal.aborted) return none;
  let counts: Counts = none;
  const events = run({ files, concurrency, timeout, signal });
  events.on('test:summary', (summary) => {
    // The declarations leave `failed` out.
    if (summary.file === undefined) counts = summary.counts as unknown as Counts;
  });
  for await (const text of Readable.from(withoutTotals(events)).pipe(new spec())) {
    process.stdout.write(text as Buffer);
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
