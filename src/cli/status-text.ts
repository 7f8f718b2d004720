import { ALARMS, type AlarmCode } from '../domain/alarm.ts';
import type { Books, DayOutcome } from '../domain/report.ts';
import type { DayStage } from '../workflows/contracts.ts';
import { STAGE_WORDS } from './progress.ts';
import { counted, grouped, table } from './table.ts';

export interface RunRow {
  readonly connector: string;
  /** Null in the moment before the run has found its day. */
  readonly day: string | null;
  readonly workflowId: string;
  readonly runId: string;
  readonly status: string;
  readonly startedAt: string;
  /** Null when it is over, or no worker answers. */
  readonly progress: {
    readonly stage: DayStage;
    readonly items: number;
    readonly settled: number;
    readonly notArchived: number;
  } | null;
}

export interface ScheduleRow {
  readonly connector: string;
  readonly scheduleId: string;
  readonly state: 'active' | 'paused' | 'none';
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
}

export interface StatusDocument {
  readonly runs: RunRow[];
  readonly schedules: ScheduleRow[];
  readonly days: DayRow[];
  readonly alarms: AlarmRow[];
  readonly held: HeldRow[];
  readonly missing: { readonly connector: string; readonly day: string }[];
  /** What did not answer, in words. */
  readonly unreachable: string[];
}

const MISSING_NAMED = 10;

export function statusText(status: StatusDocument): string {
  return [
    ...status.unreachable.map((message) => `NOT ANSWERING: ${message}`),
    ...status.alarms.map(alarmText),
    ...status.schedules.map(scheduleText),
    status.runs.length === 0 ? 'Nothing runs now.' : runsText(status.runs),
    status.days.length === 0 ? 'No report yet.' : daysText(status.days),
    unsignedText(status.days),
    ...status.held.flatMap(heldText),
    missingText(status.missing),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function alarmText({ connector, code, subject, raisedAt, workflowId }: AlarmRow): string {
  const about = subject === null ? connector : `${connector}, ${subject}`;
  return `ALARM since ${raisedAt}: ${code} (${about}). ${ALARMS[code]}\n  raised by ${workflowId}`;
}

/** Reports that nobody has signed yet; silent where nobody ever signs. */
function unsignedText(days: readonly DayRow[]): string {
  if (!days.some(({ isSigned }) => isSigned)) return '';
  const unsigned = days.filter(({ isSigned }) => !isSigned);
  const [first] = unsigned;
  if (first === undefined) return '';
  return `Not signed: ${unsigned.map(({ connector, day }) => `${connector} ${day}`).join(', ')}. When read: o2-archiver report sign --connector ${first.connector} --day ${first.day} --note TEXT`;
}

function scheduleText({ connector, state, note, next }: ScheduleRow): string {
  switch (state) {
    case 'none':
      return `${connector}: no schedule. Create it: o2-archiver schedule apply --connector ${connector}`;
    case 'paused':
      return `${connector}: the schedule is paused. ${note ?? ''}`.trimEnd();
    case 'active':
      return `${connector}: the schedule is active, next at ${next ?? '–'}`;
  }
}

function runsText(runs: readonly RunRow[]): string {
  const rows = runs.map(({ connector, day, workflowId, status, startedAt, progress }) => [
    connector,
    day,
    status.toLowerCase(),
    progress === null ? null : STAGE_WORDS[progress.stage],
    progress === null ? null : `${grouped(progress.settled)} of ${grouped(progress.items)}`,
    progress?.notArchived ?? null,
    startedAt,
    workflowId,
  ]);
  const head = ['connector', 'day', 'run', 'stage', 'items', 'not archived', 'since', 'workflow'];
  return table(head, rows);
}

function daysText(days: readonly DayRow[]): string {
  const rows = days.map(({ connector, day, outcome, balances, books, report }) => [
    connector,
    day,
    outcome,
    balances ? 'yes' : 'NO',
    books.available,
    books.imported,
    books.partiallyImported,
    books.skipped,
    books.waived,
    books.failed,
    report,
  ]);
  const head = ['connector', 'day', 'outcome', 'balances', 'available', 'imported', 'partial'];
  return table([...head, 'skipped', 'waived', 'failed', 'report'], rows);
}

function heldText({ connector, people, items }: HeldRow): string[] {
  if (items === 0) return [];
  return [
    `${connector}: ${counted(items, 'item')} held for ${counted(people, 'person', 'people')}. Who: o2-archiver report --connector ${connector} --day DAY`,
  ];
}

function missingText(missing: StatusDocument['missing']): string {
  const [first] = missing;
  const last = missing.at(-1);
  if (first === undefined || last === undefined) return '';
  const named = missing.slice(0, MISSING_NAMED).map(({ connector, day }) => `${connector} ${day}`);
  const more = missing.length > MISSING_NAMED ? ', …' : '';
  return [
    `${counted(missing.length, 'day')} without a report: ${named.join(', ')}${more}`,
    `The next scheduled run makes them up; now: o2-archiver backfill --connector ${first.connector} --from ${first.day} --to ${last.day}`,
  ].join('\n');
}
