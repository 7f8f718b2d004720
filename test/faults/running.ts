import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { dayWorkflowId, TASK_QUEUE } from '../../src/domain/ids.ts';
import type { DayResult } from '../../src/workflows/contracts.ts';
import type { Office } from '../support/office.ts';
import type { DayEnd, Stage } from './cell.ts';

export const CONNECTOR = 'o2';

/** Starts days by hand; `atEnd` is called after each of them. */
export function starter(
  { temporal }: Office,
  usualDay: string,
  atEnd: () => Promise<void>,
): Stage['startDay'] {
  const { workflow } = temporal.client;
  return async ({ day = usualDay, retry, workflowId } = {}) => {
    const handle = await workflow.start('archiveDay', {
      taskQueue: TASK_QUEUE,
      workflowId: workflowId ?? dayWorkflowId(CONNECTOR, day),
      args: [{ connector: CONNECTOR, day, ...(retry === undefined ? {} : { retry }) }],
    });
    return {
      workflowId: handle.workflowId,
      runId: handle.firstExecutionRunId,
      async end() {
        const end = await endOf(handle.result() as Promise<DayResult>);
        await atEnd();
        return end;
      },
    };
  };
}

/** As the Web UI's Terminate, on whatever runs. */
export async function terminateAll({ temporal }: Office): Promise<void> {
  const { workflow } = temporal.client;
  const running: string[] = [];
  for await (const { workflowId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    running.push(workflowId);
  }
  for (const workflowId of running) {
    // What ended meanwhile needs no end.
    await workflow.getHandle(workflowId).terminate().catch(unlessNotFound);
  }
}

function unlessNotFound(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

async function endOf(result: Promise<DayResult>): Promise<DayEnd> {
  try {
    return { result: await result, failure: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause } = error;
    const type = cause instanceof ApplicationFailure ? (cause.type ?? '') : (cause?.name ?? '');
    return { result: null, failure: { type, message: cause?.message ?? '' } };
  }
}
