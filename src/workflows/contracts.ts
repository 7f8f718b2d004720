import type { PartyRole } from '../domain/item.ts';
import type { Books, DayOutcome, Report, ThisRun } from '../domain/report.ts';
import type { IndexEntry } from '../domain/index-entry.ts';
import type { ItemOutcome } from '../domain/receipt.ts';
import type { Reason } from '../domain/reason.ts';

/**
 * Inputs, results, queries and signals of the workflows. All of it is recorded in histories: fields
 * are added, never changed or removed, and hold references only.
 */

export interface ArchiveDayInput {
  readonly connector: string;
  /** `YYYY-MM-DD`; without one, the UTC day before the run's nominal time. */
  readonly day?: string;
  /** Takes a day before the connector's `startDay`, which is otherwise never taken. */
  readonly beforeStart?: true;
  /** Leaves the days before its own alone: a backfill gives each of them a run of its own. */
  readonly ownDayOnly?: true;
  /** Starts again what is not archived, whatever its reason. */
  readonly retry?: RetryChoice;
  /** Set by the workflow itself when it continues as new. */
  readonly carried?: CarriedDay;
}

/** What a run of a day is about, from configuration and reports. */
export interface DayPlan {
  /** The days that the run works off, oldest first; its own day is the last. */
  readonly window: readonly string[];
  /** Earlier days without a report: each gets a run of its own. Empty for a run by hand. */
  readonly gaps: readonly string[];
  /** Days of the window whose last report does not balance: a run of theirs died. */
  readonly staleDays: readonly string[];
  /** Until when a scheduled run looks again for its package, epoch milliseconds. */
  readonly waitUntilMs: number;
  readonly parkMs: number;
  /** People are told of a fetch that takes longer. */
  readonly fetchAlarmMs: number;
  readonly slicesPerRun: number;
  /** The tenant is tried with a message of our own before the first import. */
  readonly hasCanary: boolean;
  /** How many mailboxes get the report of the day. */
  readonly readers: number;
  /** The connector was drained: the plan is made anew when that has ended. */
  readonly drained?: Drained;
}

/** An operator said that no item is to be started. */
export interface Drained {
  readonly by: string;
  /** ISO 8601 UTC in seconds. */
  readonly since: string;
}

/** What a day takes along when it continues as new: nothing that receipts would not tell again. */
export interface CarriedDay {
  readonly plan: DayPlan;
  readonly startedAt: string;
  readonly newDays: readonly string[];
  readonly touchedDays: readonly string[];
  readonly after: SlicePosition;
  readonly batches: number;
  readonly counts: Readonly<Record<string, ThisRun>>;
  readonly settled: number;
  readonly notArchived: number;
  readonly packages: number;
  readonly isDelivered: boolean;
  readonly isAwaitingOwnDay: boolean;
  readonly drained?: Drained;
}

export interface SlicePosition {
  readonly index: string;
  readonly from: number;
}

export interface RetryChoice {
  /** With `partial`, and with an item key, copies that lack something are completed. */
  readonly outcome?: 'unmapped' | 'failed' | 'partial';
  readonly itemKey?: string;
}

export interface DayResult {
  readonly connector: string;
  readonly day: string;
  readonly outcome: DayOutcome;
  readonly balances: boolean;
  readonly books: Books;
  readonly thisRun: ThisRun;
  /** Blob path of the report, `reports/2026-11-23/1.json`. */
  readonly report: string | null;
  /** Keys of items without a final receipt, a few of them. */
  readonly open?: readonly string[];
  /** Other days that this run worked off, whose books it closed and which do not balance. */
  readonly unbalanced?: readonly string[];
}

export interface RehearseDayInput {
  readonly connector: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
}

/** The books of a day as they would be after its next run; nothing of it is written. */
export interface RehearsedDay {
  readonly connector: string;
  readonly day: string;
  readonly outcome: DayOutcome;
  readonly balances: boolean;
  readonly books: Books;
  /** What that run would start, make and leave as it is. */
  readonly thisRun: ThisRun;
  readonly kinds: Report['kinds'];
  readonly itemOutcomes: Report['itemOutcomes'];
  readonly failures: Report['failures'];
  readonly packages: Report['packages'];
  /** The first hundred people without a mailbox, those with the most items first. */
  readonly people: readonly RehearsedPerson[];
  readonly peopleCount: number;
  /** A package of the day lies at the site and cannot be taken yet. */
  readonly isLeft: boolean;
}

/** Somebody of ours without a mailbox, by one of their items: who it is stands only in that. */
export interface RehearsedPerson {
  readonly item: ItemReference;
  readonly role: PartyRole;
  readonly position: number;
  readonly reason: Reason;
  /** Items of the day that would wait for them. */
  readonly items: number;
}

/** A range of one package's index, by position. */
export interface Slice {
  readonly day: string;
  /** Blob path of the index. */
  readonly index: string;
  readonly from: number;
  readonly to: number;
}

export interface ArchiveBatchInput {
  readonly connector: string;
  /** Run id of the day: the scope of "once per run" checks. */
  readonly run: string;
  readonly parkMs: number;
  readonly slice: Slice;
  readonly retry?: RetryChoice;
  /** Only these keys of the slice: items that have a chance now, or that a request is about. */
  readonly onlyKeys?: readonly string[];
  /** Id of what an operator asked for (state container): cases to close or to open again. */
  readonly request?: string;
}

export interface BatchResult {
  readonly started: number;
  readonly imported: number;
  readonly unchanged: number;
  readonly notArchived: number;
  /** Code and message of what concerns the whole connector: nothing more was started after it. */
  readonly stoppedBy: { readonly code: string; readonly message: string } | null;
}

/** Everything an item's activities need to find its bytes; no entry name, no text, no person. */
export interface ItemReference extends Omit<IndexEntry, 'name' | 'source'> {
  readonly connector: string;
  readonly day: string;
  /** Blob path of the staged package. */
  readonly package: string;
  readonly packageSha256: string;
}

export interface ArchiveItemInput {
  /** Run id of the day: the scope of "once per run" checks. */
  readonly run: string;
  /** How long a copy may wait for its mailbox before it fails. */
  readonly parkMs: number;
  readonly item: ItemReference;
  /** Id of what an operator asked for: the item's case is closed, or opened and tried at once. */
  readonly request?: string;
  /** The latest receipt closes the case of some copy: such a copy is not made. */
  readonly hasWaivers?: true;
  /** Copies that lack something are completed. */
  readonly complete?: true;
}

export interface ItemResult {
  readonly outcome: ItemOutcome;
  /** Copies made by this run. */
  readonly imported: number;
  readonly receipt: string;
  /** Why copies that lack something could not be completed: reasons, or Graph's codes. */
  readonly notCompleted?: readonly string[];
}

export interface SettleCasesInput {
  readonly connector: string;
  /** Id of what the operator asked for; it lies in the state container. */
  readonly request: string;
}

export interface SettledCases {
  /** The next books of every day that was touched. */
  readonly days: readonly DayResult[];
}

export type DayStage = 'waiting' | 'fetch' | 'stage' | 'archive' | 'reconcile' | 'done';

/** Answer of the query `progress` on archiveDay. */
export interface DayProgress {
  readonly day: string;
  readonly stage: DayStage;
  readonly packages: number;
  /** The oldest of the days whose items are counted; the last is the run's own. */
  readonly since?: string;
  /** Items in the window's slices. */
  readonly items: number;
  /** Items that are settled: archived before, or ended in this run. */
  readonly settled: number;
  readonly notArchived: number;
  readonly startedAt: string;
  /** Workflow ids of batches in flight: each answers `progress` too. */
  readonly running: readonly string[];
  /** While the connector is drained: nothing more is started. */
  readonly drained?: Drained;
}

/** Answer of the query `progress` on archiveBatch. */
export interface BatchProgress {
  readonly items: number;
  readonly settled: number;
  readonly notArchived: number;
}

export const PROGRESS_QUERY = 'progress';
/** Batch → day: all that is left of it waits, so its place is free. */
export const PARKED_SIGNAL = 'parked';
/** Operator → day and settleCases → batches: look at the flag in the state container. */
export const DRAIN_SIGNAL = 'drain';

/** Types of the failures that item and day workflows end with, besides reasons and run errors. */
export interface NotArchivedDetails {
  readonly outcome: ItemOutcome;
  readonly reason: Reason;
  readonly receipt: string;
  readonly imported: number;
}
