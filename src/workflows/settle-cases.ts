import {
  ApplicationFailure,
  executeChild,
  ParentClosePolicy,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { CasePage } from '../activities/cases.ts';
import { batchWorkflowId } from '../domain/ids.ts';
import type { ThisRun } from '../domain/report.ts';
import type { archiveBatch } from './archive-batch.ts';
import type { BatchResult, DayResult, SettleCasesInput, SettledCases } from './contracts.ts';
import { Drain, drainedInWords } from './drain.ts';
import { listCases, reconcile } from './proxies.ts';
import { O2_ARCHIVE_DAY, O2_CONNECTOR } from './search-attributes.ts';
import { Window } from './window.ts';

const BATCHES_IN_FLIGHT = 4;

/**
 * Closes the cases that an operator waived, or opens them again and tries them at once; then gives
 * every day that was touched its next books. Needs neither the site nor, for a waiver, the tenant.
 */
export async function settleCases(input: SettleCasesInput): Promise<SettledCases> {
  const { connector, request } = input;
  upsertSearchAttributes([{ key: O2_CONNECTOR, value: connector }]);
  const run = workflowInfo().firstExecutionRunId;
  const drain = new Drain(connector);
  const window = new Window(BATCHES_IN_FLIGHT, drain.isOpen);
  drain.listen({
    children: () => window.running,
    onChange: () => setCurrentDetails(drainedInWords(connector, drain.drained).trim()),
  });
  const counts = new Map<string, ThisRun>();
  const stops: NonNullable<BatchResult['stoppedBy']>[] = [];
  let number = 0;
  let after: number | null = 0;
  while (after !== null && stops.length === 0) {
    await drain.pass();
    const { batches, parkMs, next }: CasePage = await listCases({ connector, request, after });
    for (const { slice, keys } of batches) {
      number += 1;
      const workflowId = batchWorkflowId(run, number);
      await window.run(workflowId, async () => {
        const batch = await executeChild<typeof archiveBatch>('archiveBatch', {
          workflowId,
          args: [{ connector, run, parkMs, slice, onlyKeys: keys, request }],
          parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
          typedSearchAttributes: [
            { key: O2_CONNECTOR, value: connector },
            { key: O2_ARCHIVE_DAY, value: slice.day },
          ],
          staticSummary: `${String(keys.length)} cases of ${slice.day}`,
        });
        counts.set(slice.day, added(counts.get(slice.day), batch));
        if (batch.stoppedBy !== null) stops.push(batch.stoppedBy);
      });
    }
    after = next;
  }
  await window.drain();
  return { days: await closeBooks({ connector, drain }, counts, stops) };
}

function added(before: ThisRun | undefined, { started, imported }: BatchResult): ThisRun {
  return {
    started: (before?.started ?? 0) + started,
    imported: (before?.imported ?? 0) + imported,
    unchanged: 0,
  };
}

async function closeBooks(
  { connector, drain }: { connector: string; drain: Drain },
  counts: ReadonlyMap<string, ThisRun>,
  [stop]: readonly NonNullable<BatchResult['stoppedBy']>[],
): Promise<DayResult[]> {
  const days: DayResult[] = [];
  for (const [day, thisRun] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await drain.pass();
    days.push(
      await reconcile.executeWithOptions({ summary: `books of ${day}` }, [
        { connector, day, thisRun, lateDays: [] },
      ]),
    );
  }
  setCurrentDetails(`The books of ${String(days.length)} days were closed anew.`);
  if (stop === undefined) return days;
  const { code: type, message } = stop;
  throw ApplicationFailure.create({ type, message, nonRetryable: true });
}
