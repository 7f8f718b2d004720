import {
  executeChild,
  isCancellation,
  ParentClosePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import { batchWorkflowId } from '../domain/ids.ts';
import type { archiveBatch } from './archive-batch.ts';
import type {
  ArchiveBatchInput,
  BatchResult,
  RetryChoice,
  Slice,
  SlicePosition,
} from './contracts.ts';
import type { DayState } from './day-state.ts';
import { applicationFailureIn } from './failure.ts';
import { listSlices, revisitHeld } from './proxies.ts';
import { O2_ARCHIVE_DAY, O2_CONNECTOR } from './search-attributes.ts';

/**
 * Works off one page of the window's slices, and with the first page the items of held people whose
 * answer changed. Gives where the next page begins (the day then continues as new), or null.
 */
export async function archiveSlices(
  state: DayState,
  retry: RetryChoice | undefined,
): Promise<SlicePosition | null> {
  const { connector, plan, window, after } = state;
  await state.drain.pass();
  const page = await listSlices({
    connector,
    days: state.days,
    after,
    limit: plan.slicesPerRun,
  });
  state.items = page.totalItems;
  state.show();

  for (const slice of page.slices) {
    // A retry is of its day only; the window's other days have their chance as usual.
    const choice = slice.day === state.day ? retry : undefined;
    await startBatch(state, slice, choice === undefined ? {} : { retry: choice });
  }
  await window.drain();

  if (after === null && !state.isAwaitingOwnDay && state.stoppedBy === null) {
    await state.drain.pass();
    for (const { slice, keys } of await revisitHeld({
      connector,
      run: runId(),
      days: state.days,
    })) {
      state.items += keys.length;
      await startBatch(state, slice, { onlyKeys: keys });
    }
    await window.drain();
  }
  return state.stoppedBy === null ? page.next : null;
}

async function startBatch(
  state: DayState,
  slice: Slice,
  choice: Pick<ArchiveBatchInput, 'retry' | 'onlyKeys'>,
): Promise<void> {
  if (state.stoppedBy !== null) return;
  const { connector, plan, window } = state;
  state.batches += 1;
  const workflowId = batchWorkflowId(runId(), state.batches);
  await window.run(workflowId, async () => {
    const ended = executeChild<typeof archiveBatch>('archiveBatch', {
      workflowId,
      args: [{ connector, run: runId(), parkMs: plan.parkMs, slice, ...choice }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      typedSearchAttributes: [
        { key: O2_CONNECTOR, value: connector },
        { key: O2_ARCHIVE_DAY, value: slice.day },
      ],
      staticSummary: `Items ${String(slice.from + 1)} to ${String(slice.to)} of a package of ${slice.day}`,
    });
    await settle(state, slice.day, ended, choice.onlyKeys !== undefined);
  });
}

/** A batch that failed concerns the connector: nothing more is started, and the books still close. */
async function settle(
  state: DayState,
  day: string,
  ended: Promise<BatchResult>,
  isComingHome: boolean,
): Promise<void> {
  try {
    const batch = await ended;
    // What comes home was counted as unchanged when its slice was looked at.
    const wasSeen = isComingHome && state.days.includes(day);
    state.count(day, wasSeen ? { ...batch, unchanged: -batch.started } : batch);
  } catch (error) {
    const failure = applicationFailureIn(error);
    if (failure === null || isCancellation(error)) throw error;
    state.stoppedBy ??= { code: failure.type ?? 'internal-error', message: failure.message };
    state.touch(day);
  }
}

/** Of the day as a whole, also after it continued as new. */
function runId(): string {
  return workflowInfo().firstExecutionRunId;
}
