import type {
  ScheduleDescription,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';

import type { ConnectorConfig } from '../config/config.ts';
import { dayWorkflowId, scheduleId, TASK_QUEUE } from '../domain/ids.ts';
import { attributesOf, O2_CONNECTOR } from './search-attributes.ts';

type Definition = Pick<
  ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>,
  'scheduleId' | 'spec' | 'action' | 'policies' | 'typedSearchAttributes'
>;

const DAY_MS = 86_400_000;

/** The schedule as it should be: once a day at a time of UTC, nothing dropped, nothing doubled. */
export function scheduleDefinition({ id, schedule }: ConnectorConfig): Definition {
  const [hour, minute] = schedule.at.split(':').map(Number);
  return {
    scheduleId: scheduleId(id),
    spec: {
      calendars: [{ hour: hour ?? 0, minute: minute ?? 0, comment: `daily at ${schedule.at} UTC` }],
      timezone: 'UTC',
    },
    action: {
      type: 'startWorkflow',
      workflowType: 'archiveDay',
      workflowId: dayWorkflowId(id),
      taskQueue: TASK_QUEUE,
      args: [{ connector: id }],
      typedSearchAttributes: attributesOf(id),
      staticSummary: `O2 items of the day before (${id})`,
    },
    policies: {
      overlap: 'BUFFER_ALL',
      catchupWindow: schedule.catchupDays * DAY_MS,
      pauseOnFailure: false,
    },
    typedSearchAttributes: attributesOf(id),
  };
}

/** What can differ, in words, by what it is called. */
export type ScheduleFacts = Readonly<Record<string, string>>;

export function wantedFacts(connector: ConnectorConfig): ScheduleFacts {
  const { action } = scheduleDefinition(connector);
  return {
    'starts at': `${connector.schedule.at} UTC`,
    'catch-up': `${String(connector.schedule.catchupDays)} d`,
    overlap: 'BUFFER_ALL',
    'pause on failure': 'no',
    workflow: `archiveDay ${JSON.stringify(action.args)}`,
    'workflow id': dayWorkflowId(connector.id),
    'task queue': TASK_QUEUE,
    connector: connector.id,
  };
}

export function actualFacts({
  spec,
  action,
  policies,
  ...rest
}: ScheduleDescription): ScheduleFacts {
  const connector = rest.typedSearchAttributes.get(O2_CONNECTOR);
  return {
    'starts at': startsAt(spec),
    'catch-up': `${String(policies.catchupWindow / DAY_MS)} d`,
    overlap: String(policies.overlap),
    'pause on failure': policies.pauseOnFailure ? 'yes' : 'no',
    workflow: `${action.workflowType} ${JSON.stringify(action.args)}`,
    'workflow id': action.workflowId,
    'task queue': action.taskQueue,
    connector: connector ?? '(none)',
  };
}

export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

export function differences(actual: ScheduleFacts, wanted: ScheduleFacts): Difference[] {
  return Object.entries(wanted)
    .filter(([what, after]) => actual[what] !== after)
    .map(([what, after]) => ({ what, before: actual[what] ?? '(none)', after }));
}

function startsAt(spec: ScheduleDescription['spec']): string {
  const [calendar, ...others] = spec.calendars ?? [];
  const intervals = spec.intervals ?? [];
  const [hour] = calendar?.hour ?? [];
  const [minute] = calendar?.minute ?? [];
  const isOne = (at: typeof hour) => at !== undefined && at.start === at.end;
  const isDaily = others.length === 0 && intervals.length === 0 && isOne(hour) && isOne(minute);
  if (!isDaily || hour === undefined || minute === undefined) return 'other times';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(hour.start)}:${two(minute.start)} ${spec.timezone ?? 'UTC'}`;
}
