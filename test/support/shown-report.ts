import { addDays } from '../../src/domain/archive-day.ts';
import { gapsOf } from '../../src/domain/gaps.ts';
import type { Report } from '../../src/domain/report.ts';
import { trendOf, trendWindow } from '../../src/domain/trend.ts';

const DAY = '2026-11-23';
const HOURS = [
  2, 0, 1, 0, 0, 3, 11, 38, 92, 121, 104, 96, 71, 88, 112, 97, 83, 64, 41, 22, 14, 9, 6,
];

/** A report as a day of a small office gives it: for pictures, and for tests of the page as a whole. */
export function shownReport(over: Partial<Report> = {}): Report {
  const day = {
    day: DAY,
    outcome: 'partial',
    books: {
      ...{ available: 2_318, imported: 2_276, partiallyImported: 4, skipped: 12, waived: 5 },
      ...{ failed: 21, items: 1_084, itemsWithReceipt: 1_084 },
    },
  } as const;
  const trend = trendOf(trendWindow(DAY, '2026-10-01'), [...month(), day]);
  return {
    ...day,
    version: 1,
    connector: 'o2',
    window: { from: `${DAY}T00:00:00Z`, to: '2026-11-24T00:00:00Z' },
    number: 2,
    writtenAt: '2026-11-24T09:41:07Z',
    balances: true,
    thisRun: { started: 14, imported: 31, unchanged: 1_070 },
    kinds: { sms: 742, mms: 118, call: 224 },
    itemOutcomes: { imported: 1_049, partial: 4, skipped: 12, unmapped: 13, waived: 3, failed: 3 },
    packages: [
      {
        ...{ name: '202611230000-TeleMessage_1_20261124010512', delivery: 1, items: 1_000 },
        sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
        ...{ outcome: 'taken', reason: null, notes: [], isLate: false },
      },
      {
        ...{ name: '202611230000-TeleMessage_2_20261124010512', delivery: 1, items: 0 },
        sha256: '486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7',
        ...{ outcome: 'refused', reason: 'count-mismatch', notes: [], isLate: false },
      },
      {
        ...{ name: '202611230000-TeleMessage_2_20261124081900', delivery: 1, items: 84 },
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
        ...{ outcome: 'taken', reason: null, isLate: true },
        notes: ['Files that are neither .eml nor .mf: 1 (.txt 1).'],
      },
    ],
    failures: [
      { reason: 'no-user', count: 14, oldest: '2026-11-23T06:12:44Z' },
      { reason: 'no-mailbox', count: 4, oldest: '2026-11-23T08:55:01Z' },
      { reason: 'mailbox-full', count: 3, oldest: '2026-11-23T10:07:30Z' },
    ],
    unmapped: [
      {
        ...{ number: '+447700900231', address: 'jonas.lindqvist@example.com', reason: 'no-user' },
        ...{ items: 9, itemsOverall: 31, since: '2026-11-18T14:02:10Z' },
      },
      {
        ...{ number: '+447700900377', address: null, reason: 'no-user' },
        ...{ items: 5, itemsOverall: 5, since: '2026-11-23T06:12:44Z' },
      },
      {
        ...{ number: null, address: 'nadia.okafor-bartholomew@emea.example.com' },
        ...{ reason: 'no-mailbox', items: 4, itemsOverall: 12, since: '2026-11-20T08:55:01Z' },
      },
    ],
    partial: [
      {
        ...{ itemKey: '7d'.repeat(32), mailbox: '0b5f3a52-6f5e-4c0e-9d35-2f6a8f1c7e90' },
        ...{ omitted: 1, isCutAtSource: false },
      },
      {
        ...{ itemKey: '7d'.repeat(32), mailbox: '3c1d9e77-41ab-4d2f-8a60-b7e5d2c4f018' },
        ...{ omitted: 1, isCutAtSource: false },
      },
      {
        ...{ itemKey: 'e4'.repeat(32), mailbox: '3c1d9e77-41ab-4d2f-8a60-b7e5d2c4f018' },
        ...{ omitted: 0, isCutAtSource: true },
      },
      {
        ...{ itemKey: 'e4'.repeat(32), mailbox: '9a2e6b10-5d83-4f7c-b1c4-60d8e3f7a245' },
        ...{ omitted: 0, isCutAtSource: true },
      },
    ],
    flags: {
      ...{ encrypted: 0, 'unknown-charset': 0, 'doubtful-text': 0, 'time-corrected': 2 },
      ...{ 'files-removed-at-source': 1, 'connected-without-recording': 2 },
    },
    amended: { count: 1, groups: [{ keys: ['3f'.repeat(32), 'a1'.repeat(32)] }] },
    lateItems: 9,
    lateDays: ['2026-11-21'],
    mappingVersion: '2026-11-02T101500Z-7c1f',
    open: [],
    changes: [
      'available copies: 2,150 → 2,318',
      'imported: 2,112 → 2,276',
      'package 202611230000-TeleMessage_2_20261124081900, delivery 1, was added',
    ],
    hours: { ofTheDay: [...HOURS, 0], otherDays: 9 },
    lateness: { items: 1_072, medianSeconds: 45_840, maxSeconds: 353_219, over24Hours: 9 },
    withoutRecording: ['5e'.repeat(32), 'c0'.repeat(32)],
    trend,
    ...gapsOf(trend, '2026-10-01', [
      {
        ...{ day: '2026-11-09', by: 'ops@archive-1', at: '2026-11-10T08:14:20Z' },
        reason: 'the tenant was closed for the merger',
      },
    ]),
    coverage: {
      ...{ problem: null, registered: 142, withItems: 137, silentCount: 5 },
      silent: [
        { ...someone(5, 'suspended'), since: '2026-10-30' },
        { ...someone(17, 'activated'), since: '2026-11-16' },
        { ...someone(42, 'activated'), since: '2026-11-21' },
        { ...someone(66, 'pending'), since: DAY },
        { ...someone(90, null), number: null, since: DAY },
      ],
      unregisteredCount: 1,
      unregistered: [{ number: '+447700900377', address: 'p.moreau@example.com', items: 6 }],
      faultyRows: 1,
      faults: [
        {
          ...{ row: 58, problem: 'The mobile number cannot be read.' },
          cure: 'Write it with "+" and country code, in a column of type Text.',
        },
      ],
      packagesNotCovered: 0,
    },
    ...over,
  };
}

/** Weekdays are full and weekends thin; one day failed, one had no delivery, two have no report. */
function month(): Pick<Report, 'day' | 'outcome' | 'books'>[] {
  return Array.from({ length: 29 }, (_, at) => {
    const day = addDays(DAY, at - 29);
    const isWeekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
    const items = isWeekend ? 60 + ((at * 7) % 50) : 900 + ((at * 137) % 290);
    const failed = at % 9 === 4 ? 11 : 0;
    const outcome = failed > 0 ? ('partial' as const) : ('complete' as const);
    if (at === 11) return { day, outcome: 'no-delivery' as const, books: booksOf(0, 0) };
    if (at === 18) return { day, outcome: 'failed' as const, books: booksOf(items, 40) };
    return { day, outcome, books: booksOf(items, failed) };
  }).filter((_, at) => at !== 15 && at !== 22);
}

function booksOf(items: number, failed: number): Report['books'] {
  return {
    ...{ available: 2 * items, imported: 2 * items - failed, partiallyImported: 0, skipped: 0 },
    ...{ waived: 0, failed, items, itemsWithReceipt: items },
  };
}

function someone(last: number, status: string | null) {
  const digits = String(last).padStart(3, '0');
  return { number: `+447700900${digits}`, address: `user${digits}@example.com`, status };
}
