import { lackWords, RAISE_LIMIT, RAISE_OWN_LIMIT } from './partial-copies.ts';
import { REASONS } from './reason.ts';
import { command, counted, grouped, paragraph, section, table } from './report-markup.ts';
import type { Report } from './report.ts';

/** Copies that are not made, and those whose case a person closed. */
export function notArchivedSection(report: Report): string {
  const { failures, connector, day, books } = report;
  const heading = 'Not archived';
  if (failures.length === 0) {
    const rest = books.partiallyImported === 0 ? '' : ' Copies that lack something stand below.';
    return section(heading, paragraph(`Nothing.${rest}`), waived(report));
  }
  return section(
    heading,
    table(
      'Copies by reason, with the time of the oldest item (UTC)',
      [
        ...[{ head: 'Reason', kind: 'word' } as const, { head: 'Copies', kind: 'count' } as const],
        ...[{ head: 'Oldest item' }, { head: 'What to do' }],
      ],
      failures.map(({ reason, count, oldest }) => [reason, count, { at: oldest }, REASONS[reason]]),
    ),
    paragraph('The items behind a reason:'),
    command(`o2-archiver items --connector ${connector} --day ${day} --reason REASON`),
    waived(report),
  );
}

function waived({ books, connector, day }: Report): string {
  if (books.waived === 0) return '';
  return (
    paragraph(
      `${counted(books.waived, 'copy is', 'copies are')} waived: somebody closed the case. Who did, and why:`,
    ) + command(`o2-archiver items --connector ${connector} --day ${day} --outcome waived`)
  );
}

/** Copies that lack something, one by one, each with the cure that it has. */
export function partialSection({ books, partial, connector, day }: Report): string {
  if (books.partiallyImported === 0) return '';
  const heading = 'Partially archived';
  if (partial === undefined) {
    const words = `${counted(books.partiallyImported, 'copy lacks', 'copies lack')} something. The items:`;
    const items = `o2-archiver items --connector ${connector} --day ${day} --outcome partial`;
    return section(heading, paragraph(words), command(items));
  }
  const rest = books.partiallyImported - partial.length;
  return section(
    heading,
    table(
      'Copies that are in their mailbox and lack something; what is left out for a limit lies in staging',
      [
        ...[{ head: 'Item', kind: 'code' } as const, { head: 'Mailbox', kind: 'code' } as const],
        ...[{ head: 'Attachments left out', kind: 'count' } as const, { head: 'Why' }],
      ],
      partial.map((copy) => [copy.itemKey, copy.mailbox, copy.omitted, lackWords(copy)]),
    ),
    rest <= 0 ? '' : paragraph(`And ${grouped(rest)} more.`),
    partial.some(({ omitted }) => omitted > 0) ? cure(connector) : '',
  );
}

function cure(connector: string): string {
  return [
    paragraph(`Where attachments are left out: ${RAISE_OWN_LIMIT}. Then retry the item.`),
    command(RAISE_LIMIT),
    command(`o2-archiver retry --connector ${connector} --item KEY`),
  ].join('\n');
}
