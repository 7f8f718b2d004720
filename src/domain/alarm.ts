import type { RunErrorCode } from './run-error.ts';

/** What nobody can be told of by a run: the worker lacks the connector, or the server is away. */
type Untellable = 'unknown-connector' | 'temporal-unreachable' | 'notify-unreachable';

export type AlarmCode =
  | Exclude<RunErrorCode, Untellable>
  | 'fetch-delayed'
  | 'package-refused'
  | 'report-undelivered'
  | 'internal-error';

/**
 * The closed list of alarms, in the words that reach a person: what is wrong and what to do first.
 * docs/runbook.md has a page for each. No number, name, address or text of an item stands in any.
 * A command stands at the end, whole: what is in capitals its reader fills in, except a DAY that the
 * alarm itself is about (`alarmWords`).
 */
export const ALARMS = {
  configuration: 'The configuration of the worker cannot be used. Run: o2-archiver check',
  'site-unreachable':
    'The TeleMessage site does not answer. Run: o2-archiver check; then ask TeleMessage.',
  'site-login-refused':
    'The TeleMessage site refuses the login. Do not try passwords: ask TeleMessage for the right one.',
  'site-host-key':
    'The TeleMessage site shows another host key than the pinned one. Ask TeleMessage before you change it.',
  'site-folder-missing': 'The folder at the TeleMessage site is not there. Run: o2-archiver check',
  'package-changed':
    'A package changes at the site while it is read. Ask TeleMessage what it does.',
  'package-unreadable': 'A package at the site cannot be read. Run: o2-archiver check',
  'staging-unavailable': 'Azure Storage does not answer. Look at the state of Azure.',
  'staging-refused':
    'Azure Storage refuses the worker. Give it back its role on the three containers.',
  'staging-container-missing': 'A staging container is missing. Run: o2-archiver schedule apply',
  'staging-corrupt':
    'Staged bytes differ from what was received. Run: o2-archiver verify --day DAY',
  'tenant-unavailable': 'Microsoft 365 does not answer. Look at its service health.',
  'tenant-refused':
    'Microsoft 365 refuses the app: its secret, its consent or its scope. Run: o2-archiver check',
  'platform-changed':
    'Microsoft 365 stores messages otherwise than before. Nothing was archived since. Run: o2-archiver check --canary ADDRESS',
  'mapping-invalid': 'The active mapping cannot be read. Run: o2-archiver mapping activate FILE',
  'no-delivery': 'The site had no package of the day. Ask TeleMessage for it.',
  'package-not-ready': 'A package of the day lies at the site and cannot be taken yet.',
  'books-discrepancy':
    'The books of the day do not balance. Its report names the items: o2-archiver report --day DAY',
  'invariant-broken':
    'The archiver stopped at a contradiction of its own. Keep its log; report it.',
  'package-refused':
    'A package was refused whole: nothing of it is archived. Ask TeleMessage to deliver it again.',
  'fetch-delayed':
    'The packages could not be fetched for half an hour; the run goes on trying. Run: o2-archiver check',
  'report-undelivered':
    'The report could not be brought to every mailbox of report.deliverTo. Run: o2-archiver check',
  'internal-error': 'The archiver itself failed. Keep its log; report it.',
} as const satisfies Record<AlarmCode, string>;

/**
 * The words of an alarm of one connector: their command names it, as it must where there are several,
 * and its day, so that it can be typed as it stands. Where they end with a command and not with a full stop,
 * nothing may follow on its line.
 */
export function alarmWords(code: AlarmCode, connector: string, subject: string | null): string {
  const words: string = ALARMS[code];
  const named = words.replace(/o2-archiver(?: [a-z]+)+/u, `$& --connector ${connector}`);
  return OF_A_DAY.has(code) && subject !== null
    ? named.replace('--day DAY', `--day ${subject}`)
    : named;
}

/** Whose matter is one day; the others are the connector's, whatever the day. */
const OF_A_DAY: ReadonlySet<AlarmCode> = new Set([
  'no-delivery',
  'package-not-ready',
  'books-discrepancy',
]);

/** An alarm that stands. */
export interface Alarm {
  readonly code: AlarmCode;
  /** The day or the package that it is about; null when it is about the connector. */
  readonly subject: string | null;
  /** Archive day of the run that raised it, `YYYY-MM-DD`. */
  readonly day: string;
  readonly workflowId: string;
  readonly runId: string;
  /** ISO 8601 UTC in seconds, as `toldAt`. */
  readonly raisedAt: string;
  /** Null until a person was told. */
  readonly toldAt: string | null;
}

export function isAlarmCode(code: string): code is AlarmCode {
  return Object.hasOwn(ALARMS, code);
}

export function isOfConnector({ code, subject }: Pick<Alarm, 'code' | 'subject'>): boolean {
  return subject === null && !OF_A_DAY.has(code);
}

/** What the alarm of a failed run is about. */
export function subjectOf(code: AlarmCode, day: string): string | null {
  return OF_A_DAY.has(code) ? day : null;
}

/** One alarm has one name: raised twice it is the same alarm. */
export function alarmName({ code, subject }: Pick<Alarm, 'code' | 'subject'>): string {
  return subject === null ? code : `${code}/${subject}`;
}
