import { WorkflowFailedError } from '@temporalio/client';
import { defaultPayloadConverter, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import type { RehearsalProgress } from '../activities/rehearse.ts';
import { rehearsalWorkflowId, TASK_QUEUE } from '../domain/ids.ts';
import type { RehearsedDay } from '../workflows/contracts.ts';
import type { DayEnd, StartedDay } from './days.ts';
import { exitCodeOfDays, failedDay, joinedWords } from './days.ts';
import { refuseWhenDrained } from './drained.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import { partyOf } from './held-party.ts';
import type { ShownSnapshot } from './progress.ts';
import { rehearsalText, type RehearsedPersonRow, type ShownRehearsal } from './rehearsal-text.ts';
import { attributesOf } from './search-attributes.ts';
import type { Session, TemporalAccess } from './session.ts';
import { counted } from './table.ts';
import { waitFor } from './wait.ts';

/** How a dry run ended; `rehearsed` is null when it failed. */
interface Rehearsal extends DayEnd {
  readonly rehearsed: RehearsedDay | null;
}

/** Tries each day, and tells what a run would make of it. */
export async function rehearseDays(
  session: Session,
  wanted: readonly { readonly connector: string; readonly day: string }[],
  isWaiting: boolean,
): Promise<ExitCode> {
  for (const connector of session.connectors) {
    await refuseWhenDrained(await session.staging(connector), connector.id);
  }
  const access = await session.temporal();
  const started: StartedDay[] = [];
  for (const { connector, day } of wanted) {
    const one = await start(access, connector, day);
    if (one.joined) session.output.note(joinedWords(one));
    started.push(one);
  }
  if (!isWaiting) {
    session.output.result({ dryRun: true, days: started }, () => startedText(started));
    return EXIT.done;
  }
  const { ends, interrupted } = await waitFor(session, access, started, {
    endOf,
    lookAt: rehearsalSnapshot,
  });
  if (ends === null) return interrupted;
  const days: (ShownRehearsal & { readonly dryRun: true })[] = [];
  for (const { rehearsed, ...end } of ends) {
    const { people: _people, ...facts } = rehearsed ?? {};
    const unmapped = rehearsed === null ? [] : await peopleOf(session, rehearsed);
    days.push({ ...facts, ...end, dryRun: true, unmapped });
  }
  session.output.result({ days }, () => days.map(rehearsalText).join('\n\n'));
  return exitCodeOfDays(ends);
}

/** Joins a dry run of the day that is going on. */
async function start(
  { client }: TemporalAccess,
  connector: string,
  day: string,
): Promise<StartedDay> {
  const workflowId = rehearsalWorkflowId(connector, day);
  const found = { connector, day, workflowId };
  try {
    const handle = await client.workflow.start('rehearseDay', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [{ connector, day }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      typedSearchAttributes: attributesOf(connector, day),
      staticSummary: `Dry run of ${day} (${connector})`,
    });
    return { ...found, runId: (await handle.describe()).runId, joined: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  // Should it have ended by now, its figures are those of a moment ago.
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  return { ...found, runId, joined: true };
}

async function endOf({ client }: TemporalAccess, started: StartedDay): Promise<Rehearsal> {
  const handle = client.workflow.getHandle(started.workflowId, started.runId);
  try {
    const rehearsed = (await handle.result()) as RehearsedDay;
    const { outcome, balances, books, thisRun } = rehearsed;
    const problem = problemOf(rehearsed);
    return {
      ...started,
      outcome,
      balances,
      books,
      thisRun,
      report: null,
      problem,
      rehearsed,
      unbalanced: [],
    };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { ...failedDay(started, error), rehearsed: null };
  }
}

/** What the run itself would fail with. */
function problemOf({ day, outcome, isLeft }: RehearsedDay): DayEnd['problem'] {
  if (outcome !== 'no-delivery') return null;
  return isLeft
    ? {
        type: 'package-not-ready',
        message: `A package of ${day} lies at the site and cannot be taken yet.`,
      }
    : { type: 'no-delivery', message: `The site has no package of ${day}.` };
}

/** How far a dry run is, from the server: the step that is pending, and what it said last. */
export async function rehearsalSnapshot(
  { client }: TemporalAccess,
  { workflowId, runId }: Pick<StartedDay, 'workflowId' | 'runId'>,
  atMs: number,
): Promise<ShownSnapshot | null> {
  const { raw, startTime } = await client.workflow.getHandle(workflowId, runId).describe();
  const [step] = raw.pendingActivities ?? [];
  if (step === undefined) return null;
  const none = { packages: 0, since: null, notArchived: 0, startedMs: startTime.getTime(), atMs };
  if (step.activityType?.name === 'fetch') return { stage: 'fetch', items: 0, settled: 0, ...none };
  const [said] = step.heartbeatDetails?.payloads ?? [];
  const { done, items } =
    said === undefined
      ? { done: 0, items: 0 }
      : defaultPayloadConverter.fromPayload<RehearsalProgress>(said);
  return { stage: 'rehearse', items, settled: done, ...none };
}

/** Who they are stands in their items only: neither Temporal nor state ever holds it. */
async function peopleOf(
  session: Session,
  { connector: id, people }: RehearsedDay,
): Promise<RehearsedPersonRow[]> {
  const connector = session.connectors.find((one) => one.id === id);
  if (connector === undefined || people.length === 0) return [];
  const reader = await session.openItems(connector);
  const rows: RehearsedPersonRow[] = [];
  for (const person of people) {
    const party = await partyOf(reader, person);
    const { number = null, address = null } = party ?? {};
    rows.push({ number, address, reason: person.reason, items: person.items });
  }
  return rows;
}

function startedText(started: readonly StartedDay[]): string {
  const lines = started.map(
    ({ connector, day, workflowId }) => `${connector} ${day}  is tried as ${workflowId}`,
  );
  const [first] = started;
  return [
    ...lines,
    `${counted(started.length, 'dry run')}. What it comes to: o2-archiver run --day ${first?.day ?? 'DAY'} --dry-run --wait`,
  ].join('\n');
}
