import { ApplicationFailure } from '@temporalio/activity';
import type { RunEnd } from '../../src/activities/alarms.ts';
import type { Delivery } from '../../src/activities/deliver-report.ts';
import type { Activities } from '../../src/activities/index.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import type { Reason } from '../../src/domain/reason.ts';
import { isArchived } from '../../src/domain/receipt.ts';
import type { Drained, Slice } from '../../src/workflows/contracts.ts';

/** An office in memory: what is at the site, who has a mailbox, and what was done with it. */
export interface FakeWorld {
  readonly activities: Activities;
  /** Items by day; one package a day. */
  readonly site: Map<string, string[]>;
  /** By item key: the one of its home. */
  readonly receipts: Map<string, Receipt>;
  /** The day that had an item first, by item key. */
  readonly homes: Map<string, string>;
  /** Receipts of other days than the item's home, as `<day>/<item key>`. */
  readonly skipped: Set<string>;
  /** Copies made, as `<item key>@<mailbox>`. */
  readonly copies: string[];
  /** Item keys whose import is refused, with the reason. */
  readonly refused: Map<string, Reason>;
  /** What operators asked for, by id. */
  readonly requests: Map<string, FakeRequest>;
  /** The flag in staging. */
  drained: Drained | null;
  readonly reports: Set<string>;
  readonly fetches: string[];
  gaps: string[];
  /** Earlier days of the window. */
  lookback: string[];
  /** Days whose package is still being written at the site. */
  growing: string[];
  waitUntilMs: number;
  fetchAlarmMs: number;
  /** The fetch answers when this does. */
  siteAnswers: Promise<undefined>;
  /** How many mailboxes get the report; which of them refuse it; which got it. */
  readers: number;
  closedReaders: number[];
  readonly delivered: Delivery[];
  /** How runs ended, as people are told. */
  readonly ends: RunEnd[];
  slicesPerRun: number;
  sliceItems: number;
}

export interface FakeRequest {
  readonly action: 'waive' | 'unwaive';
  readonly day: string;
  readonly keys: readonly string[];
}

const CASES_PER_PAGE = 3;

function drainedIn({ drained }: Pick<FakeWorld, 'drained'>): { drained?: Drained } {
  return drained === null ? {} : { drained };
}

function requestOf({ requests }: Pick<FakeWorld, 'requests'>, id: string): FakeRequest {
  const request = requests.get(id);
  if (request === undefined) throw new Error(`nobody asked for ${id}`);
  return request;
}

/** Activities of the product's shapes over a world in memory, for tests of the orchestration. */
export function fakeWorld(): FakeWorld {
  const world = {
    site: new Map<string, string[]>(),
    receipts: new Map<string, Receipt>(),
    homes: new Map<string, string>(),
    skipped: new Set<string>(),
    copies: [] as string[],
    refused: new Map<string, Reason>(),
    requests: new Map<string, FakeRequest>(),
    drained: null as Drained | null,
    reports: new Set<string>(),
    fetches: [] as string[],
    gaps: [] as string[],
    lookback: [] as string[],
    growing: [] as string[],
    waitUntilMs: 0,
    fetchAlarmMs: 60_000,
    siteAnswers: Promise.resolve(undefined),
    slicesPerRun: 100,
    readers: 0,
    closedReaders: [] as number[],
    delivered: [] as Delivery[],
    ends: [] as RunEnd[],
    sliceItems: 200,
  };
  const slicesOf = (days: readonly string[]): Slice[] =>
    days.flatMap((day) => {
      const items = world.site.get(day)?.length ?? 0;
      const slices: Slice[] = [];
      for (let from = 0; from < items; from += world.sliceItems) {
        const to = Math.min(from + world.sliceItems, items);
        slices.push({ day, index: `index/${day}`, from, to });
      }
      return slices;
    });

  const isHome = (day: string, key: string) => (world.homes.get(key) ?? day) === day;
  const hasReceipt = (day: string, key: string) =>
    world.skipped.has(`${day}/${key}`) || (isHome(day, key) && world.receipts.has(key));

  const activities: Activities = {
    planDay: async ({ day, isScheduled }) => ({
      window: [...world.lookback, day],
      gaps: isScheduled ? world.gaps.filter((gap) => gap < day && !world.reports.has(gap)) : [],
      waitUntilMs: world.waitUntilMs,
      parkMs: 60_000,
      fetchAlarmMs: world.fetchAlarmMs,
      slicesPerRun: world.slicesPerRun,
      staleDays: [],
      hasCanary: false,
      readers: world.readers,
      ...drainedIn(world),
    }),
    tryCanary: async () => undefined,
    fetch: async ({ window }) => {
      world.fetches.push(...window);
      await world.siteAnswers;
      const days = window.filter((day) => world.site.has(day));
      const packages = days.map((day) => ({ day, path: `package/${day}`, isIndexed: false }));
      const leftDays = world.growing.filter((day) => window.includes(day));
      return { packages, newDays: [], leftDays };
    },
    stage: async ({ path }) => ({ index: path, outcome: 'taken', reason: null, items: 0 }),
    listSlices: async ({ days, after, limit }) => {
      const all = slicesOf(days);
      const begin =
        after === null
          ? 0
          : all.findIndex(({ index, from }) => index === after.index && from === after.from) + 1;
      const slices = all.slice(begin, begin + limit);
      const last = slices.at(-1);
      const isLast = last === undefined || begin + limit >= all.length;
      const next = isLast ? null : { index: last.index, from: last.from };
      return { slices, totalItems: all.reduce((sum, { from, to }) => sum + to - from, 0), next };
    },
    revisitHeld: async () => [],
    openItems: async ({ connector, slice, retry, onlyKeys, request, withoutReceipt }) => {
      const keys = (world.site.get(slice.day) ?? []).slice(slice.from, slice.to);
      const open = keys.filter((key) => {
        if (request !== undefined) return onlyKeys?.includes(key) === true;
        if (withoutReceipt === true && onlyKeys?.includes(key) !== true) return false;
        if (!hasReceipt(slice.day, key)) return true;
        const receipt = isHome(slice.day, key) ? world.receipts.get(key) : undefined;
        return retry !== undefined && receipt !== undefined && !isArchived(receipt.outcome);
      });
      return {
        common: { connector, day: slice.day, package: 'package/1.zip', packageSha256: 'aa' },
        items: open.map((itemKey) => ({
          offset: 0,
          dataOffset: 0,
          compressedBytes: 1,
          sizeBytes: 1,
          method: 8,
          sha256: 'bb',
          itemKey,
          kind: 'sms',
          at: '2026-11-21T09:00:00Z',
          problem: null,
        })),
        unchanged: keys.length - open.length,
        notArchived: 0,
        ...drainedIn(world),
      };
    },
    awaitItems: async () => undefined,
    awaitDrainEnd: async () => {
      if (world.drained === null) return;
      throw ApplicationFailure.create({ type: 'drained', nextRetryDelay: 100 });
    },
    convert: async (item) => {
      const home = world.homes.get(item.itemKey) ?? item.day;
      world.homes.set(item.itemKey, home);
      return {
        ...{ outcome: 'message', messageSha256: 'cc', home },
        ...{ createdInRun: null, flags: [], attempts: 1 },
      };
    },
    map: async () => ({
      mailboxes: [{ id: 'mailbox-1', rule: 'custom', mappingVersion: null }],
      held: [],
      attempts: 1,
    }),
    import: async ({ item, mailbox }) => {
      const reason = world.refused.get(item.itemKey);
      if (reason !== undefined) {
        throw ApplicationFailure.create({ type: reason, message: reason, nonRetryable: true });
      }
      world.copies.push(`${item.itemKey}@${mailbox.id}`);
      return {
        copy: { ...mailbox, messageId: 'm', at: '', outcome: 'imported', reason: null },
        isMade: true,
        attempts: 1,
      };
    },
    writeReceipt: async ({ day, receipt }) => {
      const { itemKey, outcome, reason } = receipt;
      if (outcome === 'skipped') world.skipped.add(`${day}/${itemKey}`);
      else world.receipts.set(itemKey, receipt);
      return { path: `receipts/${itemKey}`, outcome, reason };
    },
    listCases: async ({ request, after }) => {
      const { keys, day } = requestOf(world, request);
      const page = keys.slice(after, after + CASES_PER_PAGE);
      const slice = { day, index: `index/${day}`, from: 0, to: world.site.get(day)?.length ?? 0 };
      const next = after + CASES_PER_PAGE < keys.length ? after + CASES_PER_PAGE : null;
      return { batches: [{ slice, keys: page }], parkMs: 60_000, next };
    },
    settleCase: async ({ item, request }) => {
      const { action } = requestOf(world, request);
      const { itemKey } = item;
      const receipt = world.receipts.get(itemKey);
      if (receipt === undefined) throw new Error('an item without a receipt has no case');
      const ending =
        action === 'waive'
          ? ({ outcome: 'waived', reason: null } as const)
          : ({ outcome: 'failed', reason: 'mailbox-full' } as const);
      world.receipts.set(itemKey, { ...receipt, ...ending });
      return { path: `receipts/${itemKey}`, ...ending, action, hasWaivers: false };
    },
    rehearse: async ({ connector, day }) => {
      const items = world.site.get(day)?.length ?? 0;
      const books = { available: items, imported: items, partiallyImported: 0, skipped: 0 };
      return {
        ...{ connector, day, balances: true },
        outcome: items === 0 ? 'no-delivery' : 'complete',
        books: { ...books, waived: 0, failed: 0, items, itemsWithReceipt: items },
        thisRun: { started: items, imported: items, unchanged: 0 },
        kinds: { sms: items, mms: 0, call: 0 },
        itemOutcomes: {
          imported: items,
          partial: 0,
          skipped: 0,
          unmapped: 0,
          waived: 0,
          failed: 0,
        },
        ...{ failures: [], packages: [], people: [], peopleCount: 0 },
      };
    },
    deliverReport: async (delivery) => {
      if (world.closedReaders.includes(delivery.reader)) {
        throw ApplicationFailure.create({ type: 'no-mailbox', message: 'no', nonRetryable: true });
      }
      world.delivered.push(delivery);
    },
    tellAlarms: async (end) => void world.ends.push(end),
    reconcile: async ({ connector, day, thisRun }) => {
      world.reports.add(day);
      const keys = world.site.get(day) ?? [];
      const known = keys.filter((key) => hasReceipt(day, key));
      const skipped = known.filter((key) => !isHome(day, key)).length;
      const failed = known.filter(
        (key) => isHome(day, key) && world.receipts.get(key)?.outcome === 'failed',
      ).length;
      const isDelivered = world.site.has(day);
      return {
        connector,
        day,
        outcome: !isDelivered
          ? 'no-delivery'
          : failed > 0
            ? 'partial'
            : keys.length === 0
              ? 'empty'
              : 'complete',
        balances: isDelivered && known.length === keys.length,
        books: {
          available: keys.length,
          imported: known.length - failed - skipped,
          partiallyImported: 0,
          skipped,
          waived: 0,
          failed,
          items: keys.length,
          itemsWithReceipt: known.length,
        },
        thisRun,
        report: `reports/${day}/1.json`,
      };
    },
  };
  return Object.assign(world, { activities });
}
