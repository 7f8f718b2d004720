import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

import { dayOf } from '../domain/archive-day.ts';
import { dayWorkflowId, TASK_QUEUE } from '../domain/ids.ts';
import type { Books, DayOutcome, ThisRun } from '../domain/report.ts';
import type { ArchiveDayInput, DayResult, RetryChoice } from '../workflows/contracts.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { attributesOf } from './search-attributes.ts';
import type { TemporalAccess } from './session.ts';

/** A day whose workflow runs on the server, whoever started it. */
export interface StartedDay {
  readonly connector: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly workflowId: string;
  readonly runId: string;
  /** It ran already: this is the run that was there. */
  readonly joined: boolean;
}

/** How a day ended. */
export interface DayEnd extends StartedDay {
  readonly outcome: DayOutcome;
  readonly balances: boolean;
  /** Null when the day failed before its books were written. */
  readonly books: Books | null;
  readonly thisRun: ThisRun | null;
  /** Blob path. */
  readonly report: string | null;
  /** What the workflow failed with. */
  readonly problem: { readonly type: string; readonly message: string } | null;
  /** Late days that its run worked off too, and whose books do not balance. */
  readonly unbalanced: readonly string[];
}

/** @throws {UsageError} for a day that has not come: it could only end without a delivery */
export function refuseFuture(day: string, nowMs: number): void {
  if (day <= dayOf(nowMs)) return;
  throw new UsageError(`${day} has not come yet. Give a day up to today, YYYY-MM-DD.`);
}

export interface StartChoice {
  readonly retry?: RetryChoice | undefined;
  /** Takes a day before the connector's startDay. */
  readonly isBeforeStart?: boolean | undefined;
  /** Leaves the days before it to runs of their own. */
  readonly isOwnDayOnly?: boolean | undefined;
}

/**
 * Starts the workflow of a day, or joins the run of the day that is going on. Who asks for a retry must
 * look at `joined`: the run that was there does not know of it.
 */
export async function startDay(
  { client }: TemporalAccess,
  connector: string,
  day: string,
  { retry, isBeforeStart = false, isOwnDayOnly = false }: StartChoice = {},
): Promise<StartedDay> {
  const workflowId = dayWorkflowId(connector, day);
  const input: ArchiveDayInput = {
    connector,
    day,
    ...(retry === undefined ? {} : { retry }),
    ...(isBeforeStart ? { beforeStart: true } : {}),
    ...(isOwnDayOnly ? { ownDayOnly: true } : {}),
  };
  for (;;) {
    try {
      const handle = await client.workflow.start('archiveDay', {
        taskQueue: TASK_QUEUE,
        workflowId,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: attributesOf(connector, day),
        staticSummary: `O2 items of ${day} (${connector})`,
      });
      const { runId } = await handle.describe();
      return { connector, day, workflowId, runId, joined: false };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const { runId, status } = await client.workflow.getHandle(workflowId).describe();
    // One that ended in between did not see what was asked for: another is started.
    if (status.name === 'RUNNING') return { connector, day, workflowId, runId, joined: true };
  }
}

/** What somebody must know who asked for a run and was given one that was there. */
export function joinedWords({ connector, day, workflowId }: StartedDay): string {
  return `${connector} ${day} runs already, as ${workflowId}: joined that run, no other was started.`;
}

/** Waits for the end of a day, over its continue-as-new runs too. */
export async function endOfDay({ client }: TemporalAccess, started: StartedDay): Promise<DayEnd> {
  const handle = client.workflow.getHandle(started.workflowId, started.runId);
  try {
    const result = (await handle.result()) as DayResult;
    const { outcome, balances, books, thisRun, report, unbalanced = [] } = result;
    return { ...started, outcome, balances, books, thisRun, report, problem: null, unbalanced };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return failedDay(started, error);
  }
}

/**
 * 0 when all is archived, 3 when items are not or books do not balance (those of a late day in the same
 * run too), 1 when a day failed.
 */
export function exitCodeOfDays(ends: readonly DayEnd[]): ExitCode {
  const codes = ends.map(exitCodeOfDay);
  if (codes.includes(EXIT.failed)) return EXIT.failed;
  return codes.includes(EXIT.notArchived) ? EXIT.notArchived : EXIT.done;
}

function exitCodeOfDay({ outcome, balances, problem, unbalanced }: DayEnd): ExitCode {
  if (problem !== null) {
    return problem.type === 'books-discrepancy' ? EXIT.notArchived : EXIT.failed;
  }
  const isWhole = outcome === 'complete' || outcome === 'empty';
  return isWhole && balances && unbalanced.length === 0 ? EXIT.done : EXIT.notArchived;
}

/** A day without books, and why. */
export function failedDay(started: StartedDay, { cause, message }: WorkflowFailedError): DayEnd {
  const type = cause instanceof ApplicationFailure ? cause.type : cause?.name;
  return {
    ...started,
    outcome: type === 'no-delivery' ? 'no-delivery' : 'failed',
    balances: false,
    books: null,
    thisRun: null,
    report: null,
    problem: { type: type ?? 'failed', message: cause?.message ?? message },
    unbalanced: [],
  };
}
