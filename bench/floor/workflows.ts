import {
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { FloorActivities } from './activities.ts';
import type {
  FloorBatchInput,
  FloorBatchResult,
  FloorConverted,
  FloorDayInput,
  FloorDayResult,
  FloorImported,
  FloorItemInput,
  FloorItemResult,
} from './shapes.ts';

/**
 * Workflows of the floor: the product's tree (day → batches of 200 items, 4 in flight → items, 25 in
 * flight a batch), its activities and their deadlines, its search attributes and summaries, and
 * nothing else. Never changed together with the product (see shapes.ts).
 */
const BATCHES_IN_FLIGHT = 4;
const ITEMS_IN_FLIGHT = 25;
const HOUR_MS = 3_600_000;

const O2_CONNECTOR = defineSearchAttributeKey('O2Connector', SearchAttributeType.KEYWORD);
const O2_ARCHIVE_DAY = defineSearchAttributeKey('O2ArchiveDay', SearchAttributeType.KEYWORD);
const O2_KIND = defineSearchAttributeKey('O2Kind', SearchAttributeType.KEYWORD);
const O2_OUTCOME = defineSearchAttributeKey('O2Outcome', SearchAttributeType.KEYWORD);
const O2_ITEMS = defineSearchAttributeKey('O2Items', SearchAttributeType.INT);
const O2_NOT_ARCHIVED = defineSearchAttributeKey('O2NotArchived', SearchAttributeType.INT);

const activity = proxyActivities<FloorActivities>({
  startToCloseTimeout: 6 * HOUR_MS,
  heartbeatTimeout: 45_000,
});
const local = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: 60_000 });

export async function floorDay({ connector, day, items }: FloorDayInput): Promise<FloorDayResult> {
  const run = workflowInfo().runId;
  upsertSearchAttributes([
    { key: O2_CONNECTOR, value: connector },
    { key: O2_ARCHIVE_DAY, value: day },
  ]);
  const plan = await activity.planDay({ connector, day });
  const fetched = await activity.fetch({ connector, window: plan.window });
  for (const { path } of fetched.packages) await activity.stage({ connector, path });

  const thisRun = { started: 0, imported: 0, unchanged: 0 };
  const page = await activity.listSlices({
    connector,
    days: plan.window,
    after: null,
    limit: plan.slicesPerRun,
    items,
  });
  await inLanes(page.slices, BATCHES_IN_FLIGHT, async (slice, place) => {
    const batch = await executeChild<typeof floorBatch>('floorBatch', {
      workflowId: `floor-batch:${run}:${String(place + 1).padStart(4, '0')}`,
      args: [{ connector, run, parkMs: plan.parkMs, slice }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      typedSearchAttributes: [
        { key: O2_CONNECTOR, value: connector },
        { key: O2_ARCHIVE_DAY, value: slice.day },
      ],
      staticSummary: `Items ${String(slice.from + 1)} to ${String(slice.to)} of a package of ${slice.day}`,
    });
    thisRun.started += batch.started;
    thisRun.imported += batch.imported;
  });
  await activity.revisitHeld({ connector, run });

  const result = await activity.reconcile({ connector, day, thisRun, lateDays: [] });
  upsertSearchAttributes([
    { key: O2_OUTCOME, value: result.outcome },
    { key: O2_ITEMS, value: items },
    { key: O2_NOT_ARCHIVED, value: 0 },
  ]);
  return result;
}

export async function floorBatch(input: FloorBatchInput): Promise<FloorBatchResult> {
  const { connector, run, parkMs, slice } = input;
  const open = await activity.openItems({ connector, slice });
  let imported = 0;
  await inLanes(open.items, ITEMS_IN_FLIGHT, async (entry) => {
    const item = { ...open.common, ...entry };
    const result = await executeChild<typeof floorItem>('floorItem', {
      workflowId: `floor-item:${connector}:${item.itemKey}`,
      args: [{ run, item, parkMs }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      typedSearchAttributes: [
        { key: O2_CONNECTOR, value: connector },
        { key: O2_ARCHIVE_DAY, value: item.day },
        { key: O2_KIND, value: item.kind },
      ],
      staticSummary: `${item.kind} of ${item.at}, 2 kB`,
    });
    imported += result.imported;
  });
  return { started: open.items.length, imported, unchanged: 0, notArchived: 0, stoppedBy: null };
}

export async function floorItem({ run, item }: FloorItemInput): Promise<FloorItemResult> {
  const [converted, mapped] = await Promise.all([
    activity.convert(item),
    activity.map({ run, item }),
  ]);
  const { home, createdInRun } = converted;
  const copies = await Promise.all(
    mapped.mailboxes.map((mailbox) => activity.import({ run, item, home, createdInRun, mailbox })),
  );
  const receipt = await local.writeReceipt({
    day: item.day,
    item,
    receipt: receiptOf(item, converted, copies),
    hasEarlier: false,
  });
  return { outcome: 'imported', imported: copies.length, receipt };
}

function receiptOf(
  item: FloorItemInput['item'],
  converted: FloorConverted,
  copies: readonly FloorImported[],
): object {
  const at = new Date().toISOString();
  return {
    version: 1,
    itemKey: item.itemKey,
    home: converted.home,
    package: item.package,
    packageSha256: item.packageSha256,
    itemSha256: item.sha256,
    messageSha256: converted.messageSha256,
    outcome: 'imported',
    reason: null,
    mailboxes: copies.map(({ copy }) => copy),
    held: [],
    waived: null,
    flags: converted.flags,
    steps: ['convert', 'map', 'import'].map((step) => ({
      step,
      attempts: 1,
      startedAt: at,
      endedAt: at,
    })),
    writtenAt: at,
  };
}

/** Does all of the work, so many at a time. */
async function inLanes<T>(
  work: readonly T[],
  lanes: number,
  one: (what: T, place: number) => Promise<void>,
): Promise<void> {
  const waiting = work.entries();
  const lane = async (): Promise<void> => {
    for (const [place, what] of waiting) await one(what, place);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
