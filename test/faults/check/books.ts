import type { Truth } from '../truth.ts';
import type { StagedBlob } from './evidence.ts';
import type { Finding } from './finding.ts';
import {
  indexesIn,
  latestBy,
  receiptsIn,
  reportsIn,
  type ReadIndex,
  type ReadReceipt,
  type ReceiptFacts,
} from './paths.ts';

/** I2: each day has a report, its equation closes, and it says what the receipts say. */
export function judgeBooks(books: readonly StagedBlob[], truth: Truth): Finding[] {
  const reports = latestBy(reportsIn(books), ({ day }) => day);
  const indexes = indexesIn(books);
  const receipts = receiptsIn(books);
  return truth.days.flatMap((day) => {
    const findings: Finding[] = [];
    const fault = (text: string): void =>
      void findings.push({
        invariant: 'I2',
        fault: 'report-open',
        where: `report of ${day}`,
        text,
      });
    const latest = reports.get(day);
    if (latest === undefined) {
      fault('there is none');
      return findings;
    }
    const { report } = latest;
    const expected = booksOf(
      indexes.filter((one) => one.day === day),
      receipts.filter((one) => one.day === day),
    );
    for (const [name, count] of Object.entries(expected)) {
      const told = report.books[name];
      if (told !== count)
        fault(`${name} is ${String(told)} and the receipts make ${String(count)}`);
    }
    const { available, imported, partiallyImported, skipped, waived, failed } = report.books;
    const sum = [imported, partiallyImported, skipped, waived, failed].reduce<number>(
      (total, count) => total + (count ?? NaN),
      0,
    );
    if (sum !== available) fault(`available is ${String(available)}, the rest ${String(sum)}`);
    if (!report.balances) fault('it says that it does not balance');
    const failures = report.failures.reduce((total, { count }) => total + count, 0);
    if (failures !== failed) fault('its failures do not add up to failed');
    return findings;
  });
}

type Books = Record<
  | 'available'
  | 'imported'
  | 'partiallyImported'
  | 'skipped'
  | 'waived'
  | 'failed'
  | 'items'
  | 'itemsWithReceipt',
  number
>;

/** contract.md, *The books of a day*, counted anew. */
function booksOf(indexes: readonly ReadIndex[], receipts: readonly ReadReceipt[]): Books {
  const latest = latestBy(receipts, ({ itemKey }) => itemKey);
  const books: Books = {
    ...{ available: 0, imported: 0, partiallyImported: 0, skipped: 0 },
    ...{ waived: 0, failed: 0, items: 0, itemsWithReceipt: 0 },
  };
  const seen = new Set<string>();
  for (const { itemKey } of indexes.flatMap(({ index }) => index.items)) {
    books.items += 1;
    const receipt = latest.get(itemKey)?.receipt;
    if (receipt === undefined) {
      books.available += 1;
      continue;
    }
    books.itemsWithReceipt += 1;
    const words = seen.has(itemKey) ? (['skipped'] as const) : copiesOf(receipt);
    seen.add(itemKey);
    books.available += words.length;
    for (const word of words) books[word] += 1;
  }
  return books;
}

type Word = 'imported' | 'partiallyImported' | 'skipped' | 'waived' | 'failed';

function copiesOf(receipt: ReceiptFacts): Word[] {
  if (receipt.outcome === 'skipped') return ['skipped'];
  const isClosed = receipt.outcome === 'waived';
  const copies = receipt.mailboxes.map(({ outcome, waived }): Word => {
    if (outcome === 'imported') return 'imported';
    if (outcome === 'partial') return 'partiallyImported';
    return waived === undefined ? 'failed' : 'waived';
  });
  const held = receipt.held.map(({ waived }): Word =>
    isClosed || waived !== undefined ? 'waived' : 'failed',
  );
  return [...copies, ...held];
}
