import type { AlarmCode } from '../domain/alarm.ts';
import type { WaivedDay } from '../domain/gaps.ts';
import type { Books, DayOutcome } from '../domain/report.ts';
import type { ShownStage } from './progress.ts';

/** What `status` found, as its JSON has it. */
export interface StatusDocument {
  readonly runs: readonly RunRow[];
  /** Connectors that start no item. */
  readonly drained: readonly DrainRow[];
  readonly schedules: readonly ScheduleRow[];
  /** The newest days that have a report, newest first. */
  readonly days: readonly DayRow[];
  /** The last seven days, newest first. Empty where one day is asked for. */
  readonly week: readonly WeekRow[];
  readonly alarms: readonly AlarmRow[];
  readonly held: readonly HeldRow[];
  /** What lies at the sites and is not staged. Empty where one day is asked for. */
  readonly sites: readonly SiteRow[];
  /** Days without a report that `resume --no-backfill` left out on purpose, oldest first. */
  readonly waivedDays: readonly WaivedDayRow[];
  readonly missing: readonly { readonly connector: string; readonly day: string }[];
  /** What did not answer, in words. */
  readonly unreachable: readonly string[];
  /** Of which connector it told nothing. */
  readonly silent: readonly {
    readonly connector: string;
    readonly source: 'temporal' | 'staging';
  }[];
}

export interface RunRow {
  readonly connector: string;
  /** Null in the moment before the run has found its day. */
  readonly day: string | null;
  /** It only tries the day, and writes into no mailbox. */
  readonly dryRun: boolean;
  readonly workflowId: string;
  readonly runId: string;
  readonly status: string;
  readonly startedAt: string;
  /** Null when it is over, or no worker answers. */
  readonly progress: RunProgress | null;
}

/** Of all the days that the run works off: its own and those before it that it looks back over. */
export interface RunProgress {
  readonly stage: ShownStage;
  readonly packages: number;
  /** The oldest of these days; null when the worker does not tell. */
  readonly since: string | null;
  readonly items: number;
  /** How many of the items are those of the run's own day; null when staging does not tell. */
  readonly itemsOfDay: number | null;
  readonly settled: number;
  readonly notArchived: number;
  /** Items a second: of the last minute where it is watched, else since the run began. */
  readonly perSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Who left a day out, when, and why. */
export interface WaivedDayRow extends WaivedDay {
  readonly connector: string;
}

/** Who drained a connector, since when, and why. */
export interface DrainRow {
  readonly connector: string;
  readonly since: string;
  readonly by: string;
  readonly reason: string | null;
}

export interface ScheduleRow {
  readonly connector: string;
  readonly scheduleId: string;
  readonly state: 'active' | 'paused' | 'none';
  /** Of a paused one who paused it, when and why, in their words. */
  readonly note: string | null;
  readonly next: string | null;
}

export interface DayRow {
  readonly connector: string;
  readonly day: string;
  readonly outcome: DayOutcome;
  readonly balances: boolean;
  readonly books: Books;
  /** Number of its latest report. */
  readonly report: number;
  readonly writtenAt: string;
  /** Somebody has signed that they read this report. */
  readonly isSigned: boolean;
}

export interface WeekRow {
  readonly connector: string;
  readonly day: string;
  /** Without a report: what is known of the day otherwise. */
  readonly outcome: DayOutcome | 'running' | 'waived' | 'missing';
}

export interface AlarmRow {
  readonly connector: string;
  readonly code: AlarmCode;
  /** The day or the package that it is about; null when it is about the connector. */
  readonly subject: string | null;
  readonly raisedAt: string;
  /** The run that raised it. */
  readonly workflowId: string;
  readonly runId: string;
}

export interface HeldRow {
  readonly connector: string;
  readonly people: number;
  readonly items: number;
  /** The one that was sent first; null when nothing is held. */
  readonly oldest: { readonly itemKey: string; readonly at: string } | null;
}

export interface SiteRow {
  readonly connector: string;
  /** Packages of the days since `startDay`; null when the site could not be asked. */
  readonly unfetched: number | null;
  /** By the day in its name; null when there is none. */
  readonly oldest: {
    readonly package: string;
    readonly day: string;
    readonly sizeBytes: number;
    readonly modifiedAt: string;
    /** No daily run looks back so far: it needs a backfill. */
    readonly isBeyondLookback: boolean;
  } | null;
  readonly askedAt: string;
  /** Why it could not be asked, in words. */
  readonly problem: string | null;
}

/** What one source told of one connector. */
export interface Told extends Partial<Omit<StatusDocument, 'unreachable' | 'silent'>> {
  /** By workflow id: how many of the items of a run are those of its own day. */
  readonly itemsOfDay?: ReadonlyMap<string, number>;
}
