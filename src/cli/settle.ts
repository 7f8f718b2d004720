import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { casesWorkflowId, TASK_QUEUE } from '../domain/ids.ts';
import type { DayResult, SettledCases } from '../workflows/contracts.ts';
import { O2_CONNECTOR } from './search-attributes.ts';
import type { Session } from './session.ts';

/** A worker takes this up at once; without any, nothing happens. */
const SILENCE_MS = 10_000;

/** Lets a worker do what was asked for and waits for its end; gives the books of the days it touched. */
export async function settleCases(
  session: Session,
  connector: string,
  request: string,
): Promise<readonly DayResult[]> {
  const { client } = await session.temporal();
  const workflowId = casesWorkflowId(connector, request);
  const handle = await client.workflow.start('settleCases', {
    taskQueue: TASK_QUEUE,
    workflowId,
    args: [{ connector, request }],
    typedSearchAttributes: [{ key: O2_CONNECTOR, value: connector }],
    staticSummary: `Cases of an operator (${connector})`,
  });
  const silence = setTimeout(() => {
    session.output.note(
      `${workflowId} goes on. Is a worker running? If not: npm run worker. Ctrl-C ends the waiting, not the work.`,
    );
  }, SILENCE_MS);
  try {
    return ((await handle.result()) as SettledCases).days;
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : error;
    if (!(cause instanceof ApplicationFailure)) throw error;
    throw new Error(`${workflowId} failed (${cause.type ?? 'failed'}): ${cause.message}`, {
      cause: error,
    });
  } finally {
    clearTimeout(silence);
  }
}
