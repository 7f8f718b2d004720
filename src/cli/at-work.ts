import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import type { Drained } from '../workflows/contracts.ts';
import { DRAIN_SIGNAL } from '../workflows/contracts.ts';
import { quoted } from './search-attributes.ts';
import type { TemporalAccess } from './session.ts';

/** What goes on for a connector, as the server has it: asked without a worker's answer. */
export interface AtWork {
  /** Workflow ids of the runs that start items: days, and cases that an operator settles. */
  readonly runs: readonly string[];
  /** Those of them that know of the drain, wait with all their batches, and have nothing in flight. */
  readonly waiting: readonly string[];
  readonly itemsInFlight: number;
  /** Names of activities of runs and batches that are at work. */
  readonly steps: readonly string[];
}

/** Its activity that is pending as long as a run waits for the end of a drain (src/workflows/drain.ts). */
const WAIT = 'awaitDrainEnd';

/** Nothing is at work, and nothing more will be before the drain is ended. */
export function isAtRest({ runs, waiting, itemsInFlight }: AtWork): boolean {
  return itemsInFlight === 0 && waiting.length === runs.length;
}

/** Looks at every run that starts items, and at its batches. */
export async function atWork({ client }: TemporalAccess, connector: string): Promise<AtWork> {
  const runs: string[] = [];
  const waiting: string[] = [];
  const steps: string[] = [];
  let itemsOfBatches = 0;
  for (const workflowId of await runsOf(client, connector)) {
    const run = await lookAt(client, workflowId);
    if (run === null) continue;
    runs.push(workflowId);
    const batches = await Promise.all(run.batches.map((id) => lookAt(client, id)));
    const known = [run, ...batches.filter((batch) => batch !== null)];
    const items = known.reduce((sum, { itemsInFlight }) => sum + itemsInFlight, 0);
    itemsOfBatches += items;
    steps.push(...known.flatMap((one) => one.steps));
    const isWaiting = known.every((one) => one.isWaiting && one.steps.length === 0);
    if (isWaiting && items === 0) waiting.push(workflowId);
  }
  // Also those whose batch was terminated: the list of the server may be a moment behind.
  const query = `WorkflowType = 'archiveItem' AND ${running(connector)}`;
  const { count } = await client.workflow.count(query);
  return { runs, waiting, itemsInFlight: Math.max(itemsOfBatches, count), steps };
}

/** Tells every run of the connector that its flag has changed, but those in `told`; adds them to it. */
export async function tellRuns(
  { client }: TemporalAccess,
  connector: string,
  drained: Drained | null,
  told: Set<string>,
): Promise<void> {
  for (const workflowId of await runsOf(client, connector)) {
    if (told.has(workflowId)) continue;
    told.add(workflowId);
    await orGone(client.workflow.getHandle(workflowId).signal(DRAIN_SIGNAL, drained));
  }
}

function running(connector: string): string {
  return `O2Connector = ${quoted(connector)} AND ExecutionStatus = 'Running'`;
}

async function runsOf(client: Client, connector: string): Promise<string[]> {
  const types = `(WorkflowType = 'archiveDay' OR WorkflowType = 'settleCases')`;
  const ids: string[] = [];
  for await (const run of client.workflow.list({ query: `${types} AND ${running(connector)}` })) {
    ids.push(run.workflowId);
  }
  return ids;
}

interface Seen {
  readonly isWaiting: boolean;
  readonly steps: readonly string[];
  readonly batches: readonly string[];
  readonly itemsInFlight: number;
}

/** Null when it has ended meanwhile. */
async function lookAt(client: Client, workflowId: string): Promise<Seen | null> {
  const found = await orGone(client.workflow.getHandle(workflowId).describe());
  if (found?.status.name !== 'RUNNING') return null;
  return seen(found);
}

function seen({ raw }: WorkflowExecutionDescription): Seen {
  const activities = (raw.pendingActivities ?? []).map(
    ({ activityType }) => activityType?.name ?? '',
  );
  const children = (type: string) =>
    (raw.pendingChildren ?? []).flatMap(({ workflowId, workflowTypeName }) =>
      workflowTypeName === type ? [workflowId ?? ''] : [],
    );
  return {
    isWaiting: activities.includes(WAIT),
    steps: activities.filter((name) => name !== WAIT),
    batches: children('archiveBatch'),
    itemsInFlight: children('archiveItem').length,
  };
}

async function orGone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
