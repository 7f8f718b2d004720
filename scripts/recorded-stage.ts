import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../src/activities/index.ts';
import {
  batchWorkflowId,
  casesWorkflowId,
  dayWorkflowId,
  itemWorkflowId,
} from '../src/domain/ids.ts';
import { fakeWorld, type FakeWorld } from '../test/support/fake-activities.ts';
import type { TestTemporal } from '../test/support/temporal.ts';
import { until } from '../test/support/until.ts';
import { workflowBundle } from '../test/support/workflow-bundle.ts';

/** One history to keep, `<workflow type>.<what happens in it>`. */
export interface RecordedRun {
  readonly name: string;
  readonly history: History;
}

type HistoryEvent = NonNullable<History['events']>[number];

/** The archive day of what is recorded. */
export const DAY = '2026-11-21';

/** What is played on a stage: one way through the workflows. */
export type Way = (stage: Stage) => Promise<void>;

/** A world, a connector and a task queue of its own, and what is kept of its runs. */
export class Stage {
  readonly world: FakeWorld = fakeWorld();
  /** The world's activities; a way replaces those it is about. */
  readonly activities: Activities = { ...this.world.activities };
  readonly connector = 'o2';
  readonly taskQueue = `recorded-${randomUUID()}`;
  readonly client: Client;
  /** Workflow id of the day that was run last. */
  lastDay = '';
  readonly #temporal: TestTemporal;
  readonly #kept: RecordedRun[] = [];

  constructor(temporal: TestTemporal) {
    this.#temporal = temporal;
    this.client = temporal.client;
  }

  async play(way: Way): Promise<RecordedRun[]> {
    const worker = await Worker.create({
      connection: this.#temporal.native,
      taskQueue: this.taskQueue,
      workflowBundle: await workflowBundle(),
      activities: this.#asTheyAre(),
    });
    await worker.runUntil(way(this));
    return this.#kept;
  }

  /** A worker takes its activities over when it is made; a way replaces them later. */
  #asTheyAre(): Record<string, (input: never) => Promise<unknown>> {
    const names = Object.keys(this.activities) as (keyof Activities)[];
    return Object.fromEntries(
      names.map((name) => [name, (input: never) => this.activities[name](input)]),
    );
  }

  /** Keys that no other way has: item workflow ids hold no day. */
  items(count: number): string[] {
    const begin = randomUUID().replaceAll('-', '');
    return Array.from({ length: count }, (_, at) => begin + at.toString(16).padStart(32, '0'));
  }

  /** Runs the day to its end, whatever that is; gives the id of its first run. */
  async runDay(day: string, suffix: string = randomUUID(), retry?: object): Promise<string> {
    const handle = await this.client.workflow.start('archiveDay', {
      taskQueue: this.taskQueue,
      workflowId: `${dayWorkflowId(this.connector, day)}-${suffix}`,
      args: [{ connector: this.connector, day, ...(retry === undefined ? {} : { retry }) }],
    });
    this.lastDay = handle.workflowId;
    await handle.result().catch(() => undefined);
    return handle.firstExecutionRunId;
  }

  /** Lets an operator's request be done; gives the workflow that did it. */
  async settle(action: 'waive' | 'unwaive', keys: readonly string[]) {
    const begun = await this.beginToSettle(action, keys);
    await begun.result();
    return { workflowId: begun.workflowId, runId: begun.firstExecutionRunId };
  }

  beginToSettle(action: 'waive' | 'unwaive', keys: readonly string[]) {
    const request = randomUUID();
    this.world.requests.set(request, { action, day: DAY, keys });
    return this.client.workflow.start('settleCases', {
      taskQueue: this.taskQueue,
      workflowId: casesWorkflowId(this.connector, request),
      args: [{ connector: this.connector, request }],
    });
  }

  /** Waits until the run's history has such an event: it went this way. */
  async recorded(workflowId: string, attributes: keyof HistoryEvent): Promise<void> {
    await until(`${workflowId} has ${attributes}`, async () => {
      const history = await this.client.workflow
        .getHandle(workflowId)
        .fetchHistory()
        .catch(() => null);
      const isThere = history?.events?.some((event) => Boolean(event[attributes]));
      return isThere === true ? true : null;
    });
  }

  async keep(name: string, workflowId: string, runId?: string): Promise<void> {
    const history = await this.client.workflow.getHandle(workflowId, runId).fetchHistory();
    this.#kept.push({ name, history });
  }

  keepItem(name: string, itemKey: string | undefined): Promise<void> {
    return this.keep(`archiveItem.${name}`, itemWorkflowId(this.connector, itemKey ?? ''));
  }

  keepBatch(name: string, dayRunId: string, number = 1): Promise<void> {
    return this.keep(`archiveBatch.${name}`, batchWorkflowId(dayRunId, number));
  }
}
