import { alarmWords } from '../domain/alarm.ts';
import { waiversOf } from '../domain/gaps.ts';
import { endCommand } from './drained.ts';
import type { Look } from './look.ts';
import { entry, wrapped } from './look.ts';
import { age, duration } from './progress.ts';
import type {
  AlarmRow,
  DrainRow,
  HeldRow,
  ScheduleRow,
  SiteRow,
  StatusDocument,
  WaivedDayRow,
} from './status-document.ts';
import { runLines } from './status-run-text.ts';
import { weekLines } from './status-week-text.ts';
import { counted, grouped, printable } from './table.ts';

const MISSING_NAMED = 10;

/** What is seen, line by line: what is wrong first, then each connector by itself. */
export function statusLines(status: StatusDocument, nowMs: number, look: Look): string[] {
  const parts = [
    ...status.unreachable.map((message) =>
      wrapped(`${look.paint('red', 'NOT ANSWERING:')} ${printable(message)}`, look.columns, 2),
    ),
    ...status.alarms.map((alarm) => alarmLines(alarm, look)),
    ...connectorsOf(status).map((id) => connectorLines(ofConnector(status, id), id, nowMs, look)),
    unsignedLines(status.days, look),
  ];
  const lines = parts.filter((part) => part.length > 0).flatMap((part) => ['', ...part]);
  return lines.length === 0 ? ['Nothing is known.'] : lines.slice(1);
}

function connectorsOf(status: StatusDocument): string[] {
  const { runs, drained, schedules, days, held, sites, silent } = status;
  const rows = [...schedules, ...held, ...sites, ...runs, ...days, ...drained, ...silent];
  return [...new Set(rows.map(({ connector }) => connector))];
}

function ofConnector(status: StatusDocument, id: string): StatusDocument {
  const mine = <T extends { readonly connector: string }>(rows: readonly T[]) =>
    rows.filter(({ connector }) => connector === id);
  return {
    runs: mine(status.runs),
    drained: mine(status.drained),
    schedules: mine(status.schedules),
    days: mine(status.days),
    week: mine(status.week),
    alarms: mine(status.alarms),
    held: mine(status.held),
    sites: mine(status.sites),
    waivedDays: mine(status.waivedDays),
    missing: mine(status.missing),
    unreachable: status.unreachable,
    silent: mine(status.silent),
  };
}

function connectorLines(status: StatusDocument, id: string, nowMs: number, look: Look): string[] {
  return [
    look.paint('bold', id),
    ...status.drained.flatMap((drain) => entry(look, 'drained', drainWords(drain, nowMs, look))),
    ...(isSilent(status, 'temporal') && status.runs.length === 0
      ? entry(look, 'runs', ['not known: Temporal does not answer'])
      : runLines(status.runs, status.drained.length > 0, nowMs, look)),
    ...status.schedules.flatMap((schedule) =>
      entry(look, 'schedule', scheduleWords(schedule, nowMs, look)),
    ),
    ...missingLines(status, id, look),
    ...waivedLines(status.waivedDays, look),
    ...status.held.flatMap((held) => entry(look, 'held', heldWords(held, nowMs, look))),
    ...status.sites.flatMap((site) => entry(look, 'site', siteWords(site, nowMs, look))),
    '',
    ...(isSilent(status, 'staging') && status.days.length === 0
      ? ['the days are not known']
      : weekLines(status, look)),
  ];
}

function isSilent({ silent }: StatusDocument, source: 'temporal' | 'staging'): boolean {
  return silent.some((one) => one.source === source);
}

function alarmLines(alarm: AlarmRow, look: Look): string[] {
  const { connector, code, subject, raisedAt, workflowId } = alarm;
  const about = subject === null ? connector : `${connector}, ${subject}`;
  const words = `since ${raisedAt}: ${code} (${about}), raised by ${workflowId}. ${alarmWords(code, connector, subject)}`;
  return wrapped(`${look.paint('red', 'ALARM')} ${words}`, look.columns, 2);
}

function drainWords({ connector, since, by, reason }: DrainRow, nowMs: number, look: Look) {
  const why = reason === null ? '' : `: ${printable(reason)}`;
  return [
    `${look.paint('yellow', 'DRAINED')} since ${since} (${age(since, nowMs)}) by ${printable(by)}${why}`,
    `No item is started before: ${endCommand(connector)}`,
  ];
}

function scheduleWords({ connector, state, note, next }: ScheduleRow, nowMs: number, look: Look) {
  switch (state) {
    case 'none':
      return [`none. Create it: o2-archiver schedule apply --connector ${connector}`];
    case 'paused': {
      const isOurs = note?.startsWith('Paused by ') === true;
      const by = note === null ? 'without a note' : `its note: ${printable(note)}`;
      const words = isOurs ? printable(note) : `Paused by another hand than o2-archiver, ${by}`;
      const resume = `Run it again: o2-archiver schedule resume --connector ${connector}`;
      return [`${look.paint('yellow', 'PAUSED.')} ${words}`, resume];
    }
    case 'active': {
      if (next === null) return ['active'];
      const seconds = (Date.parse(next) - nowMs) / 1_000;
      return [`active, next run ${next} (in ${duration(Math.max(0, seconds))})`];
    }
  }
}

function waivedLines(waived: readonly WaivedDayRow[], look: Look): string[] {
  const words = waiversOf(waived).map(
    ({ days, by, at, reason }) => `${days.join(', ')} by ${printable(`${by} on ${at}: ${reason}`)}`,
  );
  return words.length === 0 ? [] : entry(look, 'waived', words);
}

function missingLines({ missing, runs }: StatusDocument, id: string, look: Look): string[] {
  const running = new Set(runs.filter(({ dryRun }) => !dryRun).map(({ day }) => day));
  const days = missing.map(({ day }) => day).filter((day) => !running.has(day));
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return [];
  const named = `${days.slice(0, MISSING_NAMED).join(', ')}${days.length > MISSING_NAMED ? ', …' : ''}`;
  return entry(look, 'missing', [
    `${look.paint('red', counted(days.length, 'day'))} without a report: ${named}`,
    `The next scheduled run makes them up; now: o2-archiver backfill --connector ${id} --from ${first} --to ${last}`,
  ]);
}

function heldWords({ connector, people, items, oldest }: HeldRow, nowMs: number, look: Look) {
  if (items === 0) return ['nothing'];
  const count = `${counted(items, 'item')} for ${counted(people, 'person', 'people')}`;
  return [
    look.paint('yellow', count),
    ...(oldest === null
      ? []
      : [`the oldest was sent ${oldest.at} (${age(oldest.at, nowMs)} ago): ${oldest.itemKey}`]),
    `Who: o2-archiver report --connector ${connector} --day DAY`,
  ];
}

function siteWords({ connector, unfetched, oldest, problem }: SiteRow, nowMs: number, look: Look) {
  if (problem !== null)
    return [`${look.paint('yellow', 'could not be asked:')} ${printable(problem)}`];
  if (oldest === null) return ['every package there is fetched'];
  const { package: name, day, sizeBytes, modifiedAt, isBeyondLookback } = oldest;
  return [
    `${counted(unfetched ?? 0, 'package')} not fetched; the oldest, of ${day}: ${printable(name)}, ${grouped(sizeBytes)} bytes, there since ${modifiedAt} (${age(modifiedAt, nowMs)})`,
    isBeyondLookback
      ? `No daily run looks back so far: o2-archiver backfill --connector ${connector} --from ${day} --to ${day}`
      : 'The next run takes it.',
  ];
}

/** Reports that nobody has signed yet; silent where nobody ever signs. */
function unsignedLines(days: StatusDocument['days'], look: Look): string[] {
  if (!days.some(({ isSigned }) => isSigned)) return [];
  const unsigned = days.filter(({ isSigned }) => !isSigned);
  const [first] = unsigned;
  if (first === undefined) return [];
  const named = unsigned.map(({ connector, day }) => `${connector} ${day}`).join(', ');
  return [
    ...wrapped(`Not signed: ${named}`, look.columns, 2),
    ...wrapped(
      `When read: o2-archiver report sign --connector ${first.connector} --day ${first.day} --note TEXT`,
      look.columns,
      2,
    ),
  ];
}
