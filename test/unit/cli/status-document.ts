import type { RunProgress, StatusDocument } from '../../../src/cli/status-document.ts';

export const NOW_MS = Date.parse('2026-11-24T02:12:00Z');
export const KEY = 'ab'.repeat(32);

const BOOKS = {
  ...{ available: 160, imported: 155, partiallyImported: 1, skipped: 2, waived: 0, failed: 2 },
  ...{ items: 155, itemsWithReceipt: 155 },
};

export function aProgress(over: Partial<RunProgress> = {}): RunProgress {
  return {
    stage: 'archive',
    packages: 2,
    since: '2026-11-16',
    items: 310,
    itemsOfDay: 155,
    settled: 155,
    notArchived: 3,
    perSecond: 2.08,
    secondsLeft: 74,
    ...over,
  };
}

/** A connector on its second night: a day runs, and one of everything that is to be told. */
export function aStatus(over: Partial<StatusDocument> = {}): StatusDocument {
  const connector = 'o2';
  const workflowId = 'o2-day:o2:2026-11-23';
  const day = { connector, report: 2, writtenAt: '2026-11-23T02:05:00Z', isSigned: false };
  return {
    runs: [
      {
        ...{
          connector,
          day: '2026-11-23',
          dryRun: false,
          workflowId,
          runId: 'r',
          status: 'RUNNING',
        },
        ...{ startedAt: '2026-11-24T02:00:00Z', progress: aProgress() },
      },
    ],
    drained: [],
    schedules: [
      {
        ...{ connector, scheduleId: 'o2-archive:o2', state: 'active', note: null },
        next: '2026-11-25T02:00:00Z',
      },
    ],
    days: [
      { ...day, day: '2026-11-22', outcome: 'complete', balances: true, books: BOOKS },
      { ...day, day: '2026-11-21', outcome: 'no-delivery', balances: false, books: BOOKS },
    ],
    week: [
      { connector, day: '2026-11-23', outcome: 'running' },
      { connector, day: '2026-11-22', outcome: 'complete' },
      { connector, day: '2026-11-21', outcome: 'no-delivery' },
      { connector, day: '2026-11-20', outcome: 'waived' },
      { connector, day: '2026-11-19', outcome: 'missing' },
    ],
    alarms: [
      {
        ...{ connector, code: 'no-delivery', subject: '2026-11-21', workflowId, runId: 'r' },
        raisedAt: '2026-11-22T20:00:00Z',
      },
    ],
    held: [
      {
        ...{ connector, people: 3, items: 12 },
        oldest: { itemKey: KEY, at: '2026-11-02T10:00:00Z' },
      },
    ],
    sites: [
      {
        ...{ connector, unfetched: 2, askedAt: '2026-11-24T02:11:00Z', problem: null },
        oldest: {
          ...{ package: '202611230000-TeleMessage_7_x', day: '2026-11-23', sizeBytes: 1_234_567 },
          ...{ modifiedAt: '2026-11-24T01:12:00Z', isBeyondLookback: false },
        },
      },
    ],
    missing: [{ connector, day: '2026-11-19' }],
    waivedDays: [],
    unreachable: [],
    silent: [],
    ...over,
  };
}
