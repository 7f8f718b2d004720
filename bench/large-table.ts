import type { Recordings } from './generate-recordings.ts';
import type { GraphCounts } from './tenant-control.ts';

export interface LargeRound extends Recordings {
  readonly idleBytes: number;
  readonly peakBytes: number;
  readonly graph: GraphCounts;
  readonly stagingReadBytes: number;
  readonly stagingWrittenBytes: number;
  readonly seconds: number;
}

const MEGABYTE = 1_000_000;
/** What a recording of this size may take, and what many of them together may. */
const BAR = { sizeBytes: 110 * MEGABYTE, overIdleBytes: 100 * MEGABYTE };

const COLUMNS: readonly (readonly [name: string, read: (round: LargeRound) => string])[] = [
  ['recordings', ({ count, sizeBytes }) => `${String(count)} × ${inMegabytes(sizeBytes, 1)}`],
  ['idle MB', ({ idleBytes }) => inMegabytes(idleBytes)],
  ['peak MB', ({ peakBytes }) => inMegabytes(peakBytes)],
  ['over idle', (round) => inMegabytes(overIdle(round))],
  ['requests', ({ graph }) => String(graph.requests)],
  ['429', ({ graph }) => String(graph.throttled)],
  ['sent MB', ({ graph }) => inMegabytes(graph.bytes, 1)],
  ['sent ÷ size', (round) => (round.graph.bytes / sizeOf(round)).toFixed(3)],
  ['staged MB', ({ stagingWrittenBytes }) => inMegabytes(stagingWrittenBytes)],
  ['read MB', ({ stagingReadBytes }) => inMegabytes(stagingReadBytes)],
  ['read ÷ size', (round) => (round.stagingReadBytes / sizeOf(round)).toFixed(2)],
  ['seconds', ({ seconds }) => seconds.toFixed(1)],
];

/** For people: a row a day, then the bars. */
export function renderLarge(rounds: readonly LargeRound[]): string {
  const rows = [COLUMNS.map(([name]) => name), ...rounds.map((round) => cellsOf(round))];
  const table = rows.map((cells) => cells.map((cell) => cell.padStart(11)).join(' '));
  return [...table, '', ...rounds.flatMap(barsOf), ''].join('\n');
}

function cellsOf(round: LargeRound): string[] {
  return COLUMNS.map(([, read]) => read(round));
}

function barsOf(round: LargeRound): string[] {
  if (round.sizeBytes < BAR.sizeBytes && round.count === 1) return [];
  const isReached = overIdle(round) <= BAR.overIdleBytes;
  const what = `${String(round.count)} × ${inMegabytes(round.sizeBytes)} MB`;
  return [
    `${isReached ? 'reached ' : 'MISSED  '} ${what}: ${inMegabytes(overIdle(round))} MB over idle   bar <= ${inMegabytes(BAR.overIdleBytes)}`,
  ];
}

function overIdle({ peakBytes, idleBytes }: LargeRound): number {
  return peakBytes - idleBytes;
}

function sizeOf({ count, sizeBytes }: Recordings): number {
  return count * sizeBytes;
}

function inMegabytes(bytes: number, digits = 0): string {
  return (bytes / MEGABYTE).toFixed(digits);
}
