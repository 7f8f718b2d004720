import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type {
  FloorConverted,
  FloorDayResult,
  FloorEntry,
  FloorFetched,
  FloorImported,
  FloorImportInput,
  FloorMapped,
  FloorOpenItems,
  FloorPage,
  FloorPlan,
  FloorReceiptInput,
  FloorReference,
  FloorSlice,
} from './shapes.ts';

/**
 * Activities of the floor: nothing is read, written or sent; each gives a result of the product's
 * shape and size at once. Never changed together with the product (see shapes.ts).
 */
const SLICE_ITEMS = 200;
const AT = '2026-11-23T09:15:42Z';
const PARK_MS = 7_200_000;
const MAILBOX = '11111111-2222-4333-8444-555555555555';
/** An immutable id of Exchange is of this length. */
const MESSAGE_ID = `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${'x'.repeat(84)}=`;
const FIRST_ATTEMPT = 1;

export const floorActivities = {
  planDay: (input: { connector: string; day: string }): Promise<FloorPlan> =>
    Promise.resolve({
      window: Array.from({ length: 8 }, (_, back) => dayBack(input.day, 7 - back)),
      gaps: [],
      waitUntilMs: Date.parse(AT),
      parkMs: PARK_MS,
      slicesPerRun: 100,
    }),

  fetch: (input: { connector: string; window: readonly string[] }): Promise<FloorFetched> => {
    const day = input.window.at(-1) ?? '';
    const packages = [{ day, path: packagePath(day, 'zip'), isIndexed: false }];
    return Promise.resolve({ packages, newDays: [day], growing: 0 });
  },

  stage: (input: { connector: string; path: string }) =>
    Promise.resolve({
      index: input.path.replace('.zip', '.index.json'),
      outcome: 'taken',
      reason: null,
      items: 0,
    }),

  listSlices: (input: {
    connector: string;
    days: readonly string[];
    after: null;
    limit: number;
    items: number;
  }): Promise<FloorPage> => {
    const day = input.days.at(-1) ?? '';
    const index = packagePath(day, 'index.json');
    const slices: FloorSlice[] = [];
    for (let from = 0; from < input.items; from += SLICE_ITEMS) {
      slices.push({ day, index, from, to: Math.min(from + SLICE_ITEMS, input.items) });
    }
    return Promise.resolve({ slices, totalItems: input.items, next: null });
  },

  revisitHeld: (_input: { connector: string; run: string }): Promise<never[]> =>
    Promise.resolve([]),

  openItems: (input: { connector: string; slice: FloorSlice }): Promise<FloorOpenItems> => {
    const { connector, slice } = input;
    const common = {
      connector,
      day: slice.day,
      package: slice.index.replace('.index.json', '.zip'),
      packageSha256: digest(slice.index),
    };
    const items: FloorEntry[] = [];
    for (let place = slice.from; place < slice.to; place += 1) {
      items.push(entry(`${connector}/${slice.day}/${String(place)}`, place));
    }
    return Promise.resolve({ common, items, unchanged: 0, notArchived: 0 });
  },

  convert: (item: FloorReference): Promise<FloorConverted> =>
    Promise.resolve({
      outcome: 'message',
      messageSha256: item.sha256,
      home: item.day,
      createdInRun: Context.current().info.workflowExecution?.runId ?? null,
      flags: [],
      attempts: FIRST_ATTEMPT,
    }),

  map: (_input: { run: string; item: FloorReference }): Promise<FloorMapped> =>
    Promise.resolve({
      mailboxes: [{ id: MAILBOX, rule: 'automatic', mappingVersion: null }],
      held: [],
      attempts: FIRST_ATTEMPT,
    }),

  import: (input: FloorImportInput): Promise<FloorImported> =>
    Promise.resolve({
      copy: {
        ...input.mailbox,
        messageId: MESSAGE_ID,
        at: AT,
        outcome: 'imported',
        reason: null,
      },
      isMade: true,
      attempts: FIRST_ATTEMPT,
    }),

  writeReceipt: (input: FloorReceiptInput): Promise<string> =>
    Promise.resolve(`receipts/${input.day.replaceAll('-', '/')}/${input.item.itemKey}/1.json`),

  reconcile: (input: {
    connector: string;
    day: string;
    thisRun: FloorDayResult['thisRun'];
    lateDays: readonly string[];
  }): Promise<FloorDayResult> => {
    const items = input.thisRun.started;
    const books = {
      available: items,
      imported: input.thisRun.imported,
      partiallyImported: 0,
      skipped: 0,
      waived: 0,
      failed: 0,
      items,
      itemsWithReceipt: items,
    };
    return Promise.resolve({
      connector: input.connector,
      day: input.day,
      outcome: 'complete',
      balances: true,
      books,
      thisRun: input.thisRun,
      report: `reports/${input.day}/1.json`,
    });
  },
};

export type FloorActivities = typeof floorActivities;

function entry(name: string, place: number): FloorEntry {
  const offset = place * 900;
  return {
    offset,
    dataOffset: offset + 68,
    compressedBytes: 832,
    sizeBytes: 1_480,
    method: 8,
    sha256: digest(`bytes of ${name}`),
    itemKey: digest(name),
    kind: 'sms',
    at: AT,
    problem: null,
  };
}

function packagePath(day: string, end: string): string {
  const compact = day.replaceAll('-', '');
  return `packages/${day.replaceAll('-', '/')}/${compact}0000-TeleMessage_1_${compact}000101/1.${end}`;
}

function dayBack(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
