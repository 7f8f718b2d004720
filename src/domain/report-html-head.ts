import { standingRefusals } from './deliveries.ts';
import { dayRanges, waiversOf } from './gaps.ts';
import {
  command,
  counted,
  escape,
  grouped,
  list,
  paragraph,
  section,
  shown,
  time,
} from './report-markup.ts';
import type { Report } from './report.ts';

/** What the day came to: a sentence, the equation, and what differs from the report before. */
export function head(title: string, report: Report): string {
  const { connector, window, number, writtenAt } = report;
  const { word, kind, sentence } = outcomeOf(report);
  return `<header><h1>${escape(title)}</h1>
<p class="about">Connector ${escape(connector)} · items delivered for ${time(window.from)} to ${time(window.to)} UTC · report ${grouped(number)}, written ${time(writtenAt)} UTC</p>
<p class="outcome ${kind}"><strong>${escape(word)}</strong> ${escape(sentence)}</p>
${daysWithout(report)}</header>
${equation(report)}
${changes(report)}`;
}

function outcomeOf({ outcome, books, balances, packages: lines }: Report) {
  const refusals = standingRefusals(lines).length;
  const lacking = counted(books.partiallyImported, 'copy lacks', 'copies lack');
  switch (outcome) {
    case 'complete': {
      if (books.partiallyImported > 0) {
        const sentence = `but ${lacking} something: each is named below with what to do. The books balance.`;
        return { word: '! Complete,', kind: 'warn', sentence };
      }
      const save =
        books.waived === 0
          ? ''
          : `, save ${counted(books.waived, 'copy', 'copies')} whose case was closed`;
      const sentence = `Every item is archived for everyone it belongs to${save}. The books balance.`;
      return { word: '✓ Complete.', kind: 'good', sentence };
    }
    case 'partial': {
      const parts = [
        ...(books.failed > 0
          ? [
              `${counted(books.failed, 'copy', 'copies')} ${books.failed === 1 ? 'is' : 'are'} not archived`,
            ]
          : []),
        ...(refusals > 0 ? [`${counted(refusals, 'package')} refused as a whole`] : []),
        ...(books.partiallyImported > 0 ? [`${lacking} something`] : []),
      ];
      const sentence = `${parts.join(', ')}; each is named below with what to do. The books balance.`;
      return { word: '! Partial.', kind: 'warn', sentence };
    }
    case 'empty': {
      const sentence = 'The site delivered a package without items. The books balance.';
      return { word: '✓ Empty.', kind: 'good', sentence };
    }
    case 'no-delivery': {
      const sentence = 'The site has no package of this day. Ask TeleMessage for it.';
      return { word: '✗ No delivery.', kind: 'bad', sentence };
    }
    case 'failed': {
      const why = balances
        ? 'The run of this day failed; its message in Temporal says why.'
        : 'The books do not balance. Items without an end are named below; the next run takes them up.';
      return { word: '✗ Failed.', kind: 'bad', sentence: why };
    }
  }
}

/** Days that have no report of their own in which this could be read. */
function daysWithout({ gaps = [], waivedDays = [], connector }: Report): string {
  const missing =
    gaps.length === 0
      ? []
      : [
          `<p class="outcome warn"><strong>! ${counted(gaps.length, 'earlier day')} without a report.</strong> When this one was written there was none of ${dayRanges(gaps)}. What is still missing, and how to make it up:</p>`,
          command(`o2-archiver status --connector ${connector}`),
        ];
  const leftOut = waiversOf(waivedDays).map(
    ({ days, by, at, reason }) =>
      `<p class="outcome"><strong>${counted(days.length, 'earlier day')} left out on purpose.</strong> ${dayRanges(days)}, by ${escape(by)} on ${time(at)} UTC: ${escape(reason)}</p>`,
  );
  return [...missing, ...leftOut].join('\n');
}

function equation({ books }: Report): string {
  const terms = [
    ['', books.available, 'available', ''],
    ['=', books.imported, 'imported', ''],
    ['+', books.partiallyImported, 'partially imported', ''],
    ['+', books.skipped, 'skipped', ''],
    ['+', books.waived, 'waived', ''],
    ['+', books.failed, 'failed', books.failed > 0 ? 'bad' : ''],
  ] as const;
  const items = terms.map(
    ([sign, count, name, kind]) =>
      `<li${kind === '' ? '' : ` class="${kind}"`}><span class="sign">${sign}</span> <b>${shown(count)}</b> <span>${name}</span></li>`,
  );
  return section(
    'The equation',
    `<ul class="sum">${items.join('\n')}</ul>`,
    paragraph(
      `Counted in copies: an item that goes to three mailboxes is three. The packages hold ${counted(books.items, 'item')}; ${grouped(books.itemsWithReceipt)} of them ${books.itemsWithReceipt === 1 ? 'has' : 'have'} a receipt.`,
    ),
  );
}

function changes({ changes: lines, number }: Report): string {
  if (lines.length === 0) return '';
  return section(`Changed since report ${grouped(number - 1)}`, list(lines));
}
