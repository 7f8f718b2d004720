import type { ReceiptFacts } from '../domain/report.ts';
import { booksOf, type DayBooks } from '../domain/report.ts';
import type { Staging } from '../staging/staging.ts';
import { equationText, failuresText, kindsText } from './report-text.ts';
import type { Chosen } from './sent.ts';
import { findSent, lookedText, packagesNamed } from './sent.ts';
import { table } from './table.ts';

/** The books of the items that were sent on a day, over all packages that hold such items. */
export interface SentReport extends Pick<
  DayBooks,
  'books' | 'balances' | 'kinds' | 'itemOutcomes' | 'failures' | 'flags' | 'open'
> {
  readonly connector: string;
  readonly sent: { readonly day: string; readonly timeZone: string };
  /** The hours covered, [from, to) in UTC. */
  readonly window: { readonly from: string; readonly to: string };
  readonly packages: ReturnType<typeof packagesNamed>;
  /** How the packages were found, in words. */
  readonly looked: string;
}

export async function sentReport(
  staging: Staging,
  connector: string,
  { day, timeZone, hours }: Extract<Chosen, { by: 'sent' }>,
): Promise<SentReport> {
  const found = await findSent(staging, hours);
  const receipts = new Map<string, ReceiptFacts>();
  for (const packageDay of new Set(found.packages.map(({ listed }) => listed.day))) {
    for (const [itemKey, receipt] of await staging.receipts.latest(packageDay)) {
      // Delivered again on another day: its home has what became of it.
      if (receipts.get(itemKey)?.outcome !== 'skipped' && receipts.has(itemKey)) continue;
      receipts.set(itemKey, receipt);
    }
  }
  const indexes = found.packages.map(({ index, entries }) => ({ ...index, items: entries }));
  const { books, balances, kinds, itemOutcomes, failures, flags, open } = booksOf(
    day,
    indexes,
    receipts,
  );
  return {
    connector,
    sent: { day, timeZone },
    window: hours,
    ...{ balances, books, kinds, itemOutcomes, failures, flags, open },
    packages: packagesNamed(found.packages),
    looked: lookedText(found),
  };
}

export function sentReportText(report: SentReport): string {
  const { connector, sent, window, balances, books, packages, looked } = report;
  const rows = packages.map((line) => [line.day, line.package, line.delivery, line.items]);
  return [
    `${connector}  sent ${sent.day} (${sent.timeZone})  ${balances ? 'The books balance.' : 'THE BOOKS DO NOT BALANCE.'}\nwindow ${window.from} to ${window.to}`,
    equationText(books),
    kindsText(report),
    failuresText(report),
    rows.length === 0 ? '' : table(['day', 'package', 'delivery', 'items'], rows),
    looked,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
