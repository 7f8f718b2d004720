import { REASONS } from './reason.ts';
import { REFUSALS } from './index-entry.ts';
import type { Report } from './report.ts';

/** The report as one self-contained page: no script, nothing loaded from elsewhere. */
export function renderHtml(report: Report): string {
  const { books } = report;
  const title = `O2 archive, ${report.day}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style></head><body><main>
<h1>${escape(title)}</h1>
<p class="${report.balances ? 'good' : 'bad'}">${escape(sentence(report))}</p>
<p>${String(books.available)} available = ${String(books.imported)} imported + ${String(books.partiallyImported)} partially imported + ${String(books.skipped)} skipped + ${String(books.waived)} waived + ${String(books.failed)} failed</p>
${table(
  ['Figure', 'Count'],
  [
    ['Items in the packages', books.items],
    ['Items with a receipt', books.itemsWithReceipt],
    ['SMS', report.kinds.sms],
    ['MMS', report.kinds.mms],
    ['Calls', report.kinds.call],
    ...Object.entries(report.itemOutcomes).map(([outcome, count]) => [`Items ${outcome}`, count]),
    ...Object.entries(report.flags).map(([flag, count]) => [words(flag), count]),
    ['Items from before the day', report.lateItems],
    ['Items delivered before with other content', report.amended.count],
    ['This run: items started', report.thisRun.started],
    ['This run: copies imported', report.thisRun.imported],
    ['This run: items unchanged', report.thisRun.unchanged],
  ],
)}
${section(
  'Items without an end',
  report.open,
  `The next run takes them up: o2-archiver run --connector ${report.connector} --day ${report.day} --wait`,
)}
${section(
  'Versions of one item',
  report.amended.groups.map(({ keys }) => keys.join(' ')),
  'The source delivered them with other content; each is archived. What each says: o2-archiver item KEY',
)}
<h2>What was not archived</h2>
${
  report.failures.length === 0
    ? '<p>Nothing.</p>'
    : table(
        ['Reason', 'Copies', 'Oldest item', 'What to do'],
        report.failures.map(({ reason, count, oldest }) => [
          reason,
          count,
          oldest,
          REASONS[reason],
        ]),
      )
}
<h2>Unmapped people</h2>
${
  report.unmapped.length === 0
    ? '<p>None.</p>'
    : table(
        ['Number', 'Address', 'Reason', 'Items waiting', 'On all days', 'Since', 'What to do'],
        report.unmapped.map((person) => [
          person.number ?? '—',
          person.address ?? '—',
          person.reason,
          person.items,
          person.itemsOverall,
          person.since,
          REASONS[person.reason],
        ]),
      )
}
<h2>Packages</h2>
${
  report.packages.length === 0
    ? '<p>No package was delivered.</p>'
    : table(
        ['Package', 'Outcome', 'Items', 'SHA-256', 'Notes'],
        report.packages.map((line) => [
          `${line.name} (${String(line.delivery)})`,
          line.reason === null ? line.outcome : `refused: ${REFUSALS[line.reason]}`,
          line.items,
          line.sha256,
          [line.isLate ? 'late' : '', ...line.notes].filter(Boolean).join(' '),
        ]),
      )
}
${section('Late packages', report.lateDays, 'The run that wrote this took packages of these earlier days too; each has its next report.')}
<p><small>Window ${escape(report.window.from)} to ${escape(report.window.to)} · connector ${escape(report.connector)} · report ${String(report.number)} · written ${escape(report.writtenAt)}${report.changes.length === 0 ? '' : ` · changed: ${escape(report.changes.join('; '))}`}</small></p>
</main></body></html>
`;
}

function sentence({ outcome, books, balances }: Report): string {
  switch (outcome) {
    case 'complete':
      return 'Complete: every item is archived for everyone it belongs to, and the books balance.';
    case 'partial':
      return `Partial: ${String(books.failed)} copies are not archived or a package was refused; each is named below. The books balance.`;
    case 'empty':
      return 'Empty: the site delivered a package without items. The books balance.';
    case 'no-delivery':
      return 'No delivery: the site has no package of this day. Ask TeleMessage for it.';
    case 'failed':
      return balances
        ? 'Failed.'
        : 'Failed: the books do not balance. Items without an end are named below; the next run takes them up.';
  }
}

/** Nothing where there is nothing to list. */
function section(title: string, lines: readonly string[], advice: string): string {
  if (lines.length === 0) return '';
  const items = lines.map((line) => `<li>${escape(line)}</li>`).join('');
  return `<h2>${escape(title)}</h2><p>${escape(advice)}</p><ul>${items}</ul>`;
}

/** `files-removed-at-source` → `Files removed at source`. */
function words(flag: string): string {
  return `${flag.slice(0, 1).toUpperCase()}${flag.slice(1).replaceAll('-', ' ')}`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = (tag: string, row: readonly (string | number)[]) =>
    `<tr>${row.map((value) => `<${tag}>${escape(String(value))}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:auto;padding:1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}li,th,td{overflow-wrap:anywhere}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886}
.good,.bad{font-size:1.15rem;border-left:.4rem solid;padding-left:.8rem}.good{border-color:#2a8}.bad{border-color:#d43}`;
