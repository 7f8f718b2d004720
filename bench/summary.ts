import { median, type Round } from './round.ts';
import type { Contender } from './stage.ts';

/** What the medians of the rounds come to, per item. */
export interface Side {
  readonly rounds: number;
  readonly itemsPerSecond: number;
  readonly workerMs: number;
  readonly temporalMs: number;
  /** Worker and Temporal together: what is compared. */
  readonly cpuMs: number;
  readonly stubMs: number;
  readonly eventsPerItem: number;
  readonly batchEvents: number;
  readonly blobRequests: number;
  readonly graphRequestsPerCopy: number | null;
  readonly subRequestsPerCopy: number | null;
  readonly throttled: number;
}

export interface Bar {
  readonly what: string;
  readonly value: number;
  /** What it must reach now, and what it aims at. */
  readonly now: string;
  readonly aim: string;
  readonly isReached: boolean;
}

export interface Summary {
  readonly items: number;
  readonly mailboxes: number;
  readonly sides: Readonly<Partial<Record<Contender, Side>>>;
  readonly bars: readonly Bar[];
  /** Of the product's last round, by kind. */
  readonly graphRequests: Readonly<Record<string, number>>;
}

const FLOOR_SHARE = { now: 0.5, aim: 0.8 };
const MAX_REQUESTS_PER_COPY = 1.05;

export function summarise(rounds: readonly Round[], mailboxes: number): Summary {
  const sides: Partial<Record<Contender, Side>> = {};
  for (const contender of ['floor', 'product'] as const) {
    const own = rounds.filter((round) => round.contender === contender);
    if (own.length > 0) sides[contender] = sideOf(own);
  }
  return {
    items: rounds[0]?.items ?? 0,
    mailboxes,
    sides,
    bars: barsOf(sides, cpuShare(rounds)),
    graphRequests: rounds.findLast(({ graph }) => graph !== null)?.graph?.byKind ?? {},
  };
}

function sideOf(rounds: readonly Round[]): Side {
  const of = (read: (round: Round) => number) => median(rounds.map(read));
  const perItemMs = (read: (round: Round) => number) =>
    of((round) => (read(round) * 1_000) / round.items);
  const perCopy = (read: (graph: NonNullable<Round['graph']>) => number) =>
    rounds.every(({ graph }) => graph === null)
      ? null
      : of(({ graph }) => (graph === null ? NaN : read(graph) / graph.copies));
  return {
    rounds: rounds.length,
    itemsPerSecond: of((round) => round.items / round.wallSeconds),
    workerMs: perItemMs((round) => round.workerSeconds),
    temporalMs: perItemMs((round) => round.temporalSeconds),
    cpuMs: perItemMs((round) => round.workerSeconds + round.temporalSeconds),
    stubMs: perItemMs((round) => round.stubSeconds),
    eventsPerItem: of((round) => round.eventsPerItem),
    batchEvents: of((round) => round.batchEvents / round.items),
    blobRequests: of((round) => round.blobRequests / round.items),
    graphRequestsPerCopy: perCopy((graph) => graph.requests),
    subRequestsPerCopy: perCopy((graph) => graph.subRequests),
    throttled: rounds.reduce((sum, { graph }) => sum + (graph?.throttled ?? 0), 0),
  };
}

/** The median of the rounds' own ratios: two rounds beside each other meet the same machine. */
function cpuShare(rounds: readonly Round[]): number {
  const cpuOf = (contender: Contender) =>
    rounds
      .filter((round) => round.contender === contender)
      .map((round) => round.workerSeconds + round.temporalSeconds);
  const ours = cpuOf('product');
  return median(cpuOf('floor').map((floor, place) => floor / (ours[place] ?? NaN)));
}

function barsOf({ floor, product }: Summary['sides'], share: number): Bar[] {
  if (product === undefined) return [];
  const requests = product.graphRequestsPerCopy ?? NaN;
  const most = `<= ${String(MAX_REQUESTS_PER_COPY)}`;
  const limit = MAX_REQUESTS_PER_COPY;
  const bars = [
    {
      what: 'Graph requests per copy',
      value: requests,
      now: most,
      aim: most,
      isReached: requests <= limit,
    },
  ];
  if (floor === undefined) return bars;
  const events = product.eventsPerItem - floor.eventsPerItem;
  return [
    {
      what: 'CPU per item, floor ÷ ours',
      value: share,
      now: `>= ${String(FLOOR_SHARE.now)}`,
      aim: `>= ${String(FLOOR_SHARE.aim)}`,
      isReached: share >= FLOOR_SHARE.now,
    },
    ...bars,
    {
      what: 'Events per item beyond the floor',
      value: events,
      now: '0',
      aim: '0',
      isReached: events <= 0,
    },
  ];
}

/** For people: the two sides beside each other, then the bars. */
export function render(summary: Summary): string {
  const { floor, product } = summary.sides;
  const row = (name: string, read: (side: Side) => number | null, digits: number) =>
    line(name, shown(floor, read, digits), shown(product, read, digits));
  const ratio =
    floor === undefined || product === undefined
      ? []
      : [
          `wall clock, ours ÷ floor: ${(product.itemsPerSecond / floor.itemsPerSecond).toFixed(2)}`,
          `worker alone, floor ÷ ours: ${(floor.workerMs / product.workerMs).toFixed(2)}`,
          `Temporal alone, floor ÷ ours: ${(floor.temporalMs / product.temporalMs).toFixed(2)}`,
        ];
  return [
    `${String(summary.items)} items to ${String(summary.mailboxes)} mailboxes, medians of ${String((product ?? floor)?.rounds ?? 0)} rounds`,
    '',
    line('per item', 'floor', 'ours'),
    row('items per second', (side) => side.itemsPerSecond, 1),
    row('CPU of the worker, ms', (side) => side.workerMs, 2),
    row('CPU of Temporal, ms', (side) => side.temporalMs, 2),
    row('CPU that counts, ms', (side) => side.cpuMs, 2),
    row('CPU of the stubs (not counted), ms', (side) => side.stubMs, 2),
    row('history events', (side) => side.eventsPerItem, 0),
    row("history events of its batch's share", (side) => side.batchEvents, 2),
    row('blob requests', (side) => side.blobRequests, 2),
    row('Graph requests per copy', (side) => side.graphRequestsPerCopy, 3),
    row('sub-requests in batches per copy', (side) => side.subRequestsPerCopy, 3),
    row('answers 429 in all rounds', (side) => side.throttled, 0),
    '',
    ...ratio,
    '',
    ...summary.bars.map(
      ({ what, value, now, aim, isReached }) =>
        `${isReached ? 'reached ' : 'MISSED  '} ${what}: ${value.toFixed(3)}   bar ${now}   aim ${aim}`,
    ),
    '',
    `Graph requests of the last round: ${JSON.stringify(summary.graphRequests)}`,
    '',
  ].join('\n');
}

function shown(
  side: Side | undefined,
  read: (side: Side) => number | null,
  digits: number,
): string {
  return (side === undefined ? null : read(side))?.toFixed(digits) ?? '–';
}

function line(name: string, floor: string, ours: string): string {
  return `${name.padEnd(36)}${floor.padStart(10)}${ours.padStart(10)}`;
}
