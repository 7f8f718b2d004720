import type { Reason } from '../domain/reason.ts';
import type { RehearsedDay } from '../workflows/contracts.ts';
import type { DayEnd } from './days.ts';
import { equationText, failuresText, kindsText, packagesText, refusedText } from './report-text.ts';
import { counted, grouped, table } from './table.ts';

export interface RehearsedPersonRow {
  /** Both null when the item that names them cannot be read. */
  readonly number: string | null;
  readonly address: string | null;
  readonly reason: Reason;
  readonly items: number;
}

/** What a dry run tells of a day; the facts are missing when it failed. */
export type ShownRehearsal = DayEnd &
  Partial<
    Pick<RehearsedDay, 'kinds' | 'itemOutcomes' | 'failures' | 'packages' | 'peopleCount'>
  > & {
    readonly unmapped: readonly RehearsedPersonRow[];
  };

/** The books as they would be, and who would be held. */
export function rehearsalText(day: ShownRehearsal): string {
  const { connector, books, thisRun, kinds, itemOutcomes, failures, packages, problem } = day;
  if (problem !== null) {
    return `Dry run of ${connector} ${day.day}: a run would fail now (${problem.type}): ${problem.message}`;
  }
  return [
    `Dry run of ${connector} ${day.day}: ${day.outcome}. Nothing was written into any mailbox, receipt or report.\nThe books as they would be:`,
    books === null ? '' : equationText(books),
    thisRun === null
      ? ''
      : `a run would start ${counted(thisRun.started, 'item')}, make ${counted(thisRun.imported, 'copy', 'copies')} and leave ${counted(thisRun.unchanged, 'item')} as they are`,
    kinds === undefined || itemOutcomes === undefined ? '' : kindsText({ kinds, itemOutcomes }),
    packages === undefined ? '' : refusedText({ packages }),
    failures === undefined ? '' : failuresText({ failures }),
    peopleText(day),
    packages === undefined ? '' : packagesText({ packages }),
    `Archive it: o2-archiver run --connector ${connector} --day ${day.day} --wait`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function peopleText({ unmapped, peopleCount = 0 }: ShownRehearsal): string {
  if (unmapped.length === 0) return '';
  const rows = unmapped.map(({ number, address, reason, items }) => [
    ...[number, address, reason, items],
  ]);
  const rest = peopleCount - unmapped.length;
  return [
    'People without a mailbox, once each: their copies would be held',
    table(['number', 'address', 'reason', 'items'], rows),
    ...(rest > 0 ? [`and ${grouped(rest)} more`] : []),
  ].join('\n');
}
