import { daysBetween } from './archive-day.ts';
import type { Coverage } from './coverage.ts';
import { counted, folded, grouped, paragraph, section, table } from './report-markup.ts';
import type { Report } from './report.ts';

const NOT_CHECKED =
  'Coverage is not checked: whether everyone who should be captured is, this report cannot say. Give report.registeredUsersFile the export of the users registered at TeleMessage.';

/** Rows that a page still shows well; the CSV and the JSON have all that are named. */
const MAX_ROWS = 200;

/** Who is registered at the vendor and silent, and who is seen and not registered. */
export function coverageSection({ coverage, day }: Report): string {
  const heading = 'Who is registered';
  if (coverage === undefined || coverage === null) return section(heading, paragraph(NOT_CHECKED));
  if (coverage.problem !== null) {
    const words = `Coverage could not be checked. ${coverage.problem}`;
    return section(heading, paragraph(words), faults(coverage));
  }
  const { registered, withItems, silentCount, unregisteredCount, packagesNotCovered } = coverage;
  return section(
    heading,
    paragraph(
      `${counted(registered, 'user')} registered: ${grouped(withItems)} with an item of this day, ${grouped(silentCount)} silent. ${counted(unregisteredCount, 'person', 'people')} of ours in items and not registered.`,
    ),
    packagesNotCovered === 0
      ? ''
      : paragraph(
          `${counted(packagesNotCovered, 'package')} had been indexed before the list was configured, or names more than 100,000 people: who stands in there is not known, so silent may be said of too many.`,
        ),
    unregistered(coverage),
    silent(coverage, day),
    faults(coverage),
  );
}

function unregistered({ unregistered: people, unregisteredCount }: Coverage): string {
  if (unregisteredCount === 0) return '';
  const rows = people.map(({ number, address, items }) => [number, address, items]);
  return (
    table(
      'In items of the day and not registered: register them, or correct the list',
      [
        { head: 'Number' },
        { head: 'Address', kind: 'name' } as const,
        { head: 'Items', kind: 'count' },
      ],
      rows,
    ) + rest(unregisteredCount - people.length)
  );
}

function silent({ silent: users, silentCount }: Coverage, day: string): string {
  if (silentCount === 0) return '';
  const rows = users.slice(0, MAX_ROWS).map(({ number, address, status, since }) => {
    const days = daysBetween(since, day).length;
    return [number, address, status, since, days];
  });
  const content = table(
    'Registered, and no item of theirs; longest first',
    [
      ...[{ head: 'Number' }, { head: 'Address', kind: 'name' } as const, { head: 'Status' }],
      ...[{ head: 'Silent since' }, { head: 'Days', kind: 'count' } as const],
    ],
    rows,
  );
  return folded(counted(silentCount, 'silent user'), content + rest(silentCount - rows.length));
}

function faults({ faults: rows, faultyRows }: Coverage): string {
  if (faultyRows === 0) return '';
  return (
    table(
      `${counted(faultyRows, 'faulty row')} of the list; what can be read of them is used`,
      [{ head: 'Line', kind: 'count' }, { head: 'What is wrong' }, { head: 'What to do' }],
      rows.map(({ row, problem, cure }) => [row, problem, cure]),
    ) + rest(faultyRows - rows.length)
  );
}

function rest(count: number): string {
  return count <= 0 ? '' : paragraph(`And ${grouped(count)} more.`);
}
