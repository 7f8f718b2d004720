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
    ['Items from before the day', report.lateItems],
  ],
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
        ['Number', 'Address', 'Reason', 'Items waiting'],
        report.unmapped.map((person) => [
          person.number ?? '—',
          person.address ?? '—',
          person.reason,
          person.items,
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
<p><small>Connector ${escape(report.connector)} · report ${String(report.number)} · written ${escape(report.writtenAt)}${report.changes.length === 0 ? '' : ` · changed: ${escape(report.changes.join('; '))}`}</small></p>
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
        : 'Failed: the books do not balance. Items without a receipt are taken up by the next run.';
  }
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
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886;overflow-wrap:anywhere}
.good,.bad{font-size:1.15rem;border-left:.4rem solid;padding-left:.8rem}.good{border-color:#2a8}.bad{border-color:#d43}`;
