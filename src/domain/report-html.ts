import { deliveryWords } from './deliveries.ts';
import { REFUSALS } from './index-entry.ts';
import { notArchivedSection, partialSection } from './report-html-archived.ts';
import { coverageSection } from './report-html-coverage.ts';
import { head } from './report-html-head.ts';
import { picturesSection } from './report-html-pictures.ts';
import {
  command,
  counted,
  duration,
  escape,
  folded,
  list,
  paragraph,
  section,
  table,
} from './report-markup.ts';
import { STYLE } from './report-style.ts';
import type { Report } from './report.ts';

/** The report as one self-contained page: no script, nothing loaded from elsewhere. */
export function renderHtml(report: Report): string {
  const title = `O2 archive, ${report.day}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${escape(title)}</title><style>${STYLE}</style></head><body><main>
${head(title, report)}
${notArchivedSection(report)}
${partialSection(report)}
${unmapped(report)}
${withoutEnd(report)}
${picturesSection(report)}
${lateAndAmended(report)}
${worthALook(report)}
${coverageSection(report)}
${packages(report)}
${thisRun(report)}
${foot(report)}
</main></body></html>
`;
}

function unmapped({ unmapped: people }: Report): string {
  if (people.length === 0) return section('Unmapped people', paragraph('None.'));
  return section(
    'Unmapped people',
    table(
      'People of ours without a mailbox, once each, and how many items wait for them since when (UTC); what to do stands with the reason above',
      [
        ...[
          { head: 'Number' },
          { head: 'Address', kind: 'name' } as const,
          { head: 'Reason', kind: 'word' } as const,
        ],
        ...[{ head: 'Items of the day', kind: 'count' } as const],
        ...[{ head: 'On all days', kind: 'count' } as const],
        { head: 'Waiting since' },
      ],
      people.map((person) => [
        ...[person.number, person.address, person.reason, person.items, person.itemsOverall],
        { at: person.since },
      ]),
    ),
  );
}

function withoutEnd({ open, connector, day }: Report): string {
  if (open.length === 0) return '';
  return section(
    'Items without an end',
    paragraph(
      'They have no receipt: this is why the books do not balance. The next run takes them up:',
    ),
    command(`o2-archiver run --connector ${connector} --day ${day} --wait`),
    list(open, 'code'),
  );
}

function lateAndAmended({ lateItems, lateness, lateDays, amended, connector }: Report): string {
  const groups = amended.groups.map(({ keys }) => keys.join(' '));
  return section(
    'Late and amended',
    lateness === undefined || lateness === null
      ? ''
      : table(
          'From an item’s own time to the arrival of its package',
          [
            ...[{ head: 'Items', kind: 'count' } as const, { head: 'Median' }],
            ...[{ head: 'Longest' }, { head: 'Over 24 hours', kind: 'count' } as const],
          ],
          [
            [
              ...[lateness.items, duration(lateness.medianSeconds)],
              ...[duration(lateness.maxSeconds), lateness.over24Hours],
            ],
          ],
        ),
    paragraph(`${counted(lateItems, 'item')} from before the day.`),
    lateDays.length === 0
      ? ''
      : paragraph(
          `The run that wrote this took late packages of these earlier days; each has its next report: ${lateDays.join(', ')}.`,
        ),
    paragraph(
      `${counted(amended.count, 'item')} delivered before with other content${amended.count === 0 ? '.' : '; every version is archived. What each says:'}`,
    ),
    groups.length === 0
      ? ''
      : `${command(`o2-archiver item KEY --connector ${connector}`)}${list(groups, 'code')}`,
  );
}

function worthALook({ flags, withoutRecording = [] }: Report): string {
  return section(
    'Worth a look',
    table(
      'Items that are archived and have something about them',
      [{ head: 'What' }, { head: 'Items', kind: 'count' }],
      [
        ['Connected calls without a recording', flags['connected-without-recording']],
        ['Files removed by the vendor before we saw the item', flags['files-removed-at-source']],
        ['Texts that the customer encrypted', flags.encrypted],
        ['Texts in a character set that nobody knows', flags['unknown-charset']],
        ['Texts that could not be read as their headers say', flags['doubtful-text']],
        ['Times that cannot be right, set to the start of the day', flags['time-corrected']],
      ],
    ),
    withoutRecording.length === 0
      ? ''
      : folded('Keys of the calls without a recording', list(withoutRecording, 'code')),
  );
}

function packages({ packages: lines }: Report): string {
  if (lines.length === 0) return section('Packages', paragraph('No package was delivered.'));
  return section(
    'Packages',
    table(
      'As received, each with the digest of its bytes',
      [
        ...[
          { head: 'Package', kind: 'name' } as const,
          { head: 'Delivery', kind: 'count' } as const,
        ],
        ...[{ head: 'Outcome' }, { head: 'Items', kind: 'count' } as const],
        ...[{ head: 'SHA-256', kind: 'code' } as const, { head: 'Notes', kind: 'name' } as const],
      ],
      lines.map((line) => [
        ...[line.name, line.delivery],
        ...[deliveryWords(line, lines), line.items, line.sha256],
        [
          line.isLate ? 'Came after the first report of the day.' : '',
          line.reason === null ? '' : REFUSALS[line.reason],
          ...line.notes,
        ]
          .filter((note) => note !== '')
          .join(' '),
      ]),
    ),
  );
}

function thisRun({ thisRun: { started, imported, unchanged } }: Report): string {
  return section(
    'The run that wrote this',
    paragraph(
      `${counted(started, 'item')} started, ${counted(imported, 'copy', 'copies')} imported, ${counted(unchanged, 'item')} unchanged.`,
    ),
  );
}

function foot({ connector, day, mappingVersion }: Report): string {
  const mapping =
    mappingVersion === undefined || mappingVersion === null
      ? 'No custom mapping was in force.'
      : `Custom mapping in force: ${mappingVersion}.`;
  return `<footer><p>${escape(mapping)} All times are UTC. When you have read it:</p>
${command(`o2-archiver report sign --connector ${connector} --day ${day} --note TEXT`)}</footer>`;
}
