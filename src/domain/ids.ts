/**
 * Names in Temporal. They are part of the surface that operators' scripts rely on (docs/temporal.md)
 * and hold no text, number, name or address.
 */
export const TASK_QUEUE = 'o2-archiver';

export function scheduleId(connector: string): string {
  return `o2-archive:${connector}`;
}

/** Of a day started by hand; under the schedule the server appends its nominal time instead. */
export function dayWorkflowId(connector: string, day?: string): string {
  return day === undefined ? `o2-day:${connector}` : `o2-day:${connector}:${day}`;
}

export function batchWorkflowId(dayRunId: string, number: number): string {
  return `o2-batch:${dayRunId}:${String(number).padStart(4, '0')}`;
}

/** No day in it: schedule, backfill and retry of one item meet on one id. */
export function itemWorkflowId(connector: string, itemKey: string): string {
  return `o2-item:${connector}:${itemKey}`;
}

/** Of what an operator asked for: cases to close or to open again. */
export function casesWorkflowId(connector: string, request: string): string {
  return `o2-cases:${connector}:${request}`;
}

/** Of a dry run: it never meets the run of its day. */
export function rehearsalWorkflowId(connector: string, day: string): string {
  return `o2-rehearsal:${connector}:${day}`;
}

/** Name → type of each search attribute that `schedule apply` registers. */
export const SEARCH_ATTRIBUTES = {
  O2Connector: 'Keyword',
  O2ArchiveDay: 'Keyword',
  O2Kind: 'Keyword',
  O2Outcome: 'Keyword',
  O2Reason: 'Keyword',
  O2Items: 'Int',
  O2NotArchived: 'Int',
} as const;
