import {
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RehearsedDay, RehearseDayInput } from './contracts.ts';
import { failed } from './day-verdict.ts';
import { applicationFailureIn } from './failure.ts';
import { fetch, rehearse } from './proxies.ts';
import { O2_ARCHIVE_DAY, O2_CONNECTOR } from './search-attributes.ts';

/**
 * A dry run: fetches the day's packages as a run does, and tells what that run would make of them.
 * Nothing but the packages as received stays: no index, message, receipt, report or copy.
 */
export async function rehearseDay(input: RehearseDayInput): Promise<RehearsedDay> {
  const { connector, day } = input;
  upsertSearchAttributes([
    { key: O2_CONNECTOR, value: connector },
    { key: O2_ARCHIVE_DAY, value: day },
  ]);
  setCurrentDetails('**Dry run**: nothing is written to any mailbox, receipt or report.');
  try {
    const fetched = await fetch.executeWithOptions({ summary: `packages of ${day}` }, [
      { connector, window: [day] },
    ]);
    const { runId: run } = workflowInfo();
    const rehearsed = await rehearse.executeWithOptions({ summary: `items of ${day}` }, [
      { connector, day, run },
    ]);
    const result = { ...rehearsed, isLeft: fetched.leftDays.includes(day) };
    setCurrentDetails(inWords(result));
    return result;
  } catch (error) {
    const failure = isCancellation(error) ? null : applicationFailureIn(error);
    if (failure === null) throw error;
    throw failed(failure.type ?? 'internal-error', failure.message);
  }
}

function inWords({ day, outcome, books, thisRun, peopleCount }: RehearsedDay): string {
  return `**Dry run of ${day}: ${outcome}**

A run would start ${String(thisRun.started)} items and make ${String(thisRun.imported)} copies; ${String(books.failed)} copies would not be made, for ${String(peopleCount)} people without a mailbox and other reasons. Nothing of it is written.`;
}
