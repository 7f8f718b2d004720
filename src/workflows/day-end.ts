import { isCancellation, log, workflowInfo } from '@temporalio/workflow';
import type { DayResult } from './contracts.ts';
import type { DayState } from './day-state.ts';
import { applicationFailureIn } from './failure.ts';
import { deliverReport, tellAlarms } from './proxies.ts';

/** Brings the report of the day to its readers. One who cannot have it is an alarm, not a failure. */
export async function bring(state: DayState, { report }: DayResult): Promise<void> {
  const number = Number(/\/(\d+)\.json$/.exec(report ?? '')?.[1]);
  if (Number.isNaN(number)) return;
  const { connector, day, plan } = state;
  const run = workflowInfo().runId;
  await state.drain.pass();
  const deliveries = Array.from({ length: plan.readers }, async (_, reader) => {
    try {
      await deliverReport({ connector, run, day, number, reader });
    } catch (error) {
      if (isCancellation(error)) throw error;
      state.isReportUndelivered = true;
      log.warn('ReportNotDelivered', { day, reader, reason: applicationFailureIn(error)?.type });
    }
  });
  await Promise.all(deliveries);
}

/** Tells people how the run ended. That they could not be told does not change how it ended. */
export async function tell(state: DayState, failure: string | null): Promise<void> {
  const { connector, day, closedDays, isReportUndelivered } = state;
  const { workflowId, runId } = workflowInfo();
  const end = { connector, day, closedDays, isReportUndelivered, failure, workflowId, runId };
  try {
    await tellAlarms(end);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('AlarmsNotTold', { day });
  }
}
