import {
  ChildWorkflowFailure,
  executeChild,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  WorkflowIdReusePolicy,
  workflowInfo,
  condition,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { itemWorkflowId } from '../domain/ids.ts';
import { stopsRun } from '../domain/run-error.ts';
import type { archiveItem } from './archive-item.ts';
import type {
  ArchiveBatchInput,
  ArchiveItemInput,
  BatchResult,
  ItemReference,
  NotArchivedDetails,
} from './contracts.ts';
import { PARKED_SIGNAL } from './contracts.ts';
import { Drain, drainedInWords } from './drain.ts';
import { applicationFailureIn } from './failure.ts';
import { sizeInWords } from './item-details.ts';
import { awaitItems, openItems } from './proxies.ts';
import { progressQuery } from './queries.ts';
import { O2_ARCHIVE_DAY, O2_CONNECTOR, O2_KIND } from './search-attributes.ts';
import { Window } from './window.ts';

/** Children of one batch in flight; more lose (25 against 10: 1.16 times the rate). */
const ITEMS_IN_FLIGHT = 25;

/**
 * Rounds of waiting for items that run elsewhere. Each is one that another day's batch won: with a
 * handful of days that share an item there are as few. What is left is named by the books.
 */
const MAX_ROUNDS = 20;

/** Archives a slice of one package: a child workflow for each item that is open. */
export async function archiveBatch(input: ArchiveBatchInput): Promise<BatchResult> {
  const { connector, slice, retry, onlyKeys, request } = input;
  const tally: Tally = { started: 0, imported: 0, settled: 0, notArchived: 0, stoppedBy: null };
  const items = slice.to - slice.from;
  setHandler(progressQuery, () => ({
    items,
    settled: tally.settled,
    notArchived: tally.notArchived,
  }));
  const drain = new Drain(connector);
  const show = () => showDetails(tally, items, drainedInWords(connector, drain.drained));
  drain.listen({ onChange: show });

  const open = await openItems({
    connector,
    slice,
    ...(retry === undefined ? {} : { retry }),
    ...(onlyKeys === undefined ? {} : { onlyKeys }),
    ...(request === undefined ? {} : { request }),
  });
  tally.settled = open.unchanged;
  tally.notArchived = open.notArchived;
  drain.learn(open.drained);

  const window = new Window(ITEMS_IN_FLIGHT, drain.isOpen);
  const elsewhere: ItemReference[] = [];
  const start = async (references: readonly ItemReference[]): Promise<void> => {
    for (const item of references) {
      if (tally.stoppedBy !== null) break;
      const workflowId = itemWorkflowId(connector, item.itemKey);
      const hasWaivers = open.withWaivers?.includes(item.itemKey) === true;
      const work = { ...workOf(input, item), ...(hasWaivers ? { hasWaivers: true as const } : {}) };
      await window.run(workflowId, () => archive(work, workflowId, tally, elsewhere));
      if (tally.started % 50 === 0) show();
    }
  };
  await start(open.items.map((entry) => ({ ...open.common, ...entry })));
  void releaseWhenParked(window);
  await window.drain();
  for (let round = 0; elsewhere.length > 0 && round < MAX_ROUNDS; round += 1) {
    const busy = elsewhere.splice(0);
    const workflowIds = busy.map(({ itemKey }) => itemWorkflowId(connector, itemKey));
    await awaitItems({ workflowIds });
    if (tally.stoppedBy !== null) break;
    // The run that had an item does not know what the operator asked for.
    const again = request === undefined ? await withoutReceipt(input, busy, drain) : busy;
    tally.settled += busy.length - again.length;
    await start(again);
    await window.drain();
  }
  show();
  const { started, imported, notArchived, stoppedBy } = tally;
  return { started, imported, notArchived, stoppedBy, unchanged: open.unchanged };
}

/**
 * Of the items that ended elsewhere, those whose day has no receipt yet: the run that had them was of
 * another day and wrote that day's, or it was ended before it could.
 */
async function withoutReceipt(
  { connector, slice }: ArchiveBatchInput,
  busy: readonly ItemReference[],
  drain: Drain,
): Promise<readonly ItemReference[]> {
  const onlyKeys = busy.map(({ itemKey }) => itemKey);
  const { common, items, drained } = await openItems({
    ...{ connector, slice, onlyKeys },
    withoutReceipt: true,
  });
  drain.learn(drained);
  return items.map((entry) => ({ ...common, ...entry }));
}

interface Tally {
  started: number;
  imported: number;
  settled: number;
  notArchived: number;
  stoppedBy: BatchResult['stoppedBy'];
}

function workOf(
  { run, parkMs, retry, request }: ArchiveBatchInput,
  item: ItemReference,
): ArchiveItemInput {
  const isCompleting = retry?.outcome === 'partial' || retry?.itemKey !== undefined;
  return {
    ...{ run, item, parkMs },
    ...(request === undefined ? {} : { request }),
    ...(isCompleting ? { complete: true } : {}),
  };
}

async function archive(
  work: ArchiveItemInput,
  workflowId: string,
  tally: Tally,
  elsewhere: ItemReference[],
): Promise<void> {
  const { item } = work;
  tally.started += 1;
  try {
    const result = await executeChild<typeof archiveItem>('archiveItem', {
      workflowId,
      args: [work],
      // A finished upload must still write its receipt when the batch is ended.
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // Receipts decide whether there is anything to do; the id only keeps two runs apart.
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      typedSearchAttributes: [
        { key: O2_CONNECTOR, value: item.connector },
        { key: O2_ARCHIVE_DAY, value: item.day },
        { key: O2_KIND, value: item.kind },
      ],
      staticSummary: `${item.kind} of ${item.at}, ${sizeInWords(item.sizeBytes)}`,
    });
    tally.imported += result.imported;
    tally.settled += 1;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      tally.started -= 1;
      elsewhere.push(item);
      return;
    }
    if (!(error instanceof ChildWorkflowFailure)) throw error;
    tally.settled += 1;
    tally.notArchived += 1;
    const failure = applicationFailureIn(error);
    const code = failure?.type ?? '';
    if (stopsRun(code)) tally.stoppedBy ??= { code, message: failure?.message ?? code };
    tally.imported += (failure?.details?.[0] as NotArchivedDetails | undefined)?.imported ?? 0;
  }
}

/** When all that is left waits for its mailbox, the day may start another batch in this one's place. */
async function releaseWhenParked(window: Window): Promise<void> {
  const { parent, workflowId } = workflowInfo();
  try {
    await condition(() => window.isAllParked || window.running.length === 0);
    if (window.running.length === 0 || parent === undefined) return;
    await getExternalWorkflowHandle(parent.workflowId, parent.runId).signal(
      PARKED_SIGNAL,
      workflowId,
    );
  } catch (error) {
    // The day has ended, or this batch is cancelled: nobody waits for the place any more.
    log.info('PlaceNotNeeded', { error: String(error) });
  }
}

function showDetails(tally: Tally, items: number, drained: string): void {
  setCurrentDetails(
    `${String(tally.settled)} of ${String(items)} items settled, ${String(tally.notArchived)} not archived, ${String(tally.imported)} copies imported${drained}`,
  );
}
