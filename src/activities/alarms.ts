import {
  alarmName,
  alarmWords,
  isAlarmCode,
  isOfConnector,
  subjectOf,
  type Alarm,
  type AlarmCode,
} from '../domain/alarm.ts';
import { toSeconds } from '../domain/archive-day.ts';
import { standingRefusals } from '../domain/deliveries.ts';
import type { Report } from '../domain/report.ts';
import { RunError } from '../domain/run-error.ts';
import type { Notice } from '../notify/notifier.ts';
import type { Connector, Connectors } from './connector.ts';

/** How a day's run ended. */
export interface RunEnd {
  readonly connector: string;
  readonly day: string;
  /** The days whose books the run closed. */
  readonly closedDays: readonly string[];
  readonly isReportUndelivered: boolean;
  /** Type of the failure that ended it, or what delays it; null when it completed. */
  readonly failure: string | null;
  readonly workflowId: string;
  readonly runId: string;
}

/** Another run that raised an alarm so long ago has had its chance to tell it. */
const OTHERS_CHANCE_MS = 15 * 60_000;

type Cause = Pick<Alarm, 'code' | 'subject'>;

/** Address of a run in the Temporal Web UI. */
export type RunLink = (workflowId: string, runId: string) => string;

/**
 * Raises the alarms of a run that ended and ends those whose cause is gone, each told once; then, for
 * a run that completed, the outside monitor's heartbeat. What could not be told stands untold in
 * state, and the next run tells it.
 *
 * @throws {RunError} `notify-unreachable`
 */
export function tellAlarms(connectors: Connectors, linkOf: RunLink) {
  return async (run: RunEnd): Promise<void> => {
    const connector = connectors.get(run.connector);
    try {
      await raiseAndEnd(connector, run, linkOf);
    } catch (error) {
      // What cannot be kept is told at each run's end, rather than never.
      if (!isOfStaging(error)) throw error;
      await tellUnkept(connector, run, linkOf);
    }
    if (run.failure === null) await connector.notifier.beat?.();
  };
}

async function raiseAndEnd(connector: Connector, run: RunEnd, linkOf: RunLink): Promise<void> {
  const { staging, notifier } = connector;
  const reports = await Promise.all(run.closedDays.map((day) => staging.reports.latest(day)));
  const causes = causesOf(run, reports);
  const raisedAt = toSeconds(Date.now());
  const { day, workflowId, runId } = run;
  // What stopped the run is said; that its day is therefore not whole says nothing more.
  const isStopped = run.failure !== null && !isOfDay(run.failure);
  for (const cause of causes) {
    if (isStopped && cause.code === 'books-discrepancy') continue;
    await staging.alarms.raise({ ...cause, day, workflowId, runId, raisedAt, toldAt: null });
  }
  const stands = new Set(causes.map(alarmName));
  for (const alarm of await staging.alarms.list()) {
    if (!stands.has(alarmName(alarm)) && isOver(alarm, run, reports)) {
      await end(connector, alarm, linkOf(workflowId, runId));
    } else if (notifier.tell !== null && isOursToTell(alarm, runId)) {
      const link = linkOf(alarm.workflowId, alarm.runId);
      await notifier.tell(noticeOf(run.connector, alarm, 'raised', alarm.raisedAt, link));
      await staging.alarms.setTold(alarm, toSeconds(Date.now()));
    }
  }
}

function isOfStaging(error: unknown): boolean {
  return error instanceof RunError && error.code.startsWith('staging-');
}

async function tellUnkept({ notifier }: Connector, run: RunEnd, linkOf: RunLink): Promise<void> {
  const { connector, day, workflowId, runId } = run;
  const raisedAt = toSeconds(Date.now());
  for (const cause of causesOf(run, [])) {
    const alarm = { ...cause, day, workflowId, runId, raisedAt, toldAt: null };
    const link = linkOf(workflowId, runId);
    await notifier.tell?.(noticeOf(connector, alarm, 'raised', raisedAt, link));
  }
}

/** Two runs that end at once see each other's alarms: each tells its own. */
function isOursToTell({ toldAt, runId, raisedAt }: Alarm, ourRunId: string): boolean {
  if (toldAt !== null) return false;
  return runId === ourRunId || Date.parse(raisedAt) < Date.now() - OTHERS_CHANCE_MS;
}

/** What is wrong now: the run's own failure, and what the reports of the closed days say. */
function causesOf(run: RunEnd, reports: readonly (Report | null)[]): Cause[] {
  const { failure, day } = run;
  const causes: Cause[] = reports.flatMap((report) => (report === null ? [] : causesIn(report)));
  if (run.isReportUndelivered) causes.push({ code: 'report-undelivered', subject: null });
  if (failure === null) return causes;
  const code: AlarmCode = isAlarmCode(failure) ? failure : 'internal-error';
  return [...causes, { code, subject: subjectOf(code, day) }];
}

function causesIn({ day, outcome, balances, packages }: Report): Cause[] {
  const causes: Cause[] = standingRefusals(packages).map(({ name }) => ({
    code: 'package-refused',
    subject: name,
  }));
  if (outcome === 'no-delivery') causes.push({ code: 'no-delivery', subject: day });
  else if (!balances) causes.push({ code: 'books-discrepancy', subject: day });
  return causes;
}

function isOfDay(failure: string): boolean {
  return subjectOf(failure as AlarmCode, '') !== null;
}

/** A connector's alarm ends with a run that got to its end; a day's and a package's by its report. */
function isOver(alarm: Alarm, run: RunEnd, reports: readonly (Report | null)[]): boolean {
  if (isOfConnector(alarm)) {
    return run.failure === null || isOfDay(run.failure);
  }
  return reports.some(
    (report) =>
      report !== null &&
      (report.day === alarm.subject || report.packages.some(({ name }) => name === alarm.subject)),
  );
}

async function end(
  { settings, staging, notifier }: Connector,
  alarm: Alarm,
  link: string,
): Promise<void> {
  // Nobody is told of the end of what nobody was told of.
  if (alarm.toldAt !== null) {
    await notifier.tell?.(noticeOf(settings.id, alarm, 'ended', toSeconds(Date.now()), link));
  }
  await staging.alarms.end(alarm);
}

function noticeOf(
  connector: string,
  alarm: Alarm,
  state: Notice['state'],
  at: string,
  link: string,
): Notice {
  const { code, subject } = alarm;
  const about = subject === null ? connector : `${connector}, ${subject}`;
  const text =
    state === 'raised'
      ? // A command that was copied must not take the link with it.
        `ALARM ${code} (${about}): ${alarmWords(code, connector, subject)}\n${link}`
      : `ENDED ${code} (${about}), raised at ${alarm.raisedAt}. ${link}`;
  return { text, connector, alarm: code, state, subject, link, at };
}
