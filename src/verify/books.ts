import type { PackageIndex } from '../domain/index-entry.ts';
import type { ReceiptFacts, Report } from '../domain/report.ts';
import { booksOf, dayOutcome } from '../domain/report.ts';
import { readIndex } from './packages.ts';
import type { ProofPorts } from './ports.ts';
import type { Proof } from './proof.ts';
import type { ReceiptBook } from './receipts.ts';

/** Makes the books of the day again and compares them with its latest report; no receipt stands alone. */
export async function proveBooks(
  ports: ProofPorts,
  day: string,
  book: ReceiptBook,
  proof: Proof,
): Promise<void> {
  const { staging } = ports;
  proof.checked('books');
  const indexes: PackageIndex[] = [];
  for (const { path } of await staging.packages.listIndexes(day)) {
    const index = await readIndex(ports, path);
    // Told where it was read first; without it neither books nor receipts can be judged.
    if (index === null) return;
    indexes.push(index);
  }
  const keys = new Set(indexes.flatMap(({ items }) => items.map(({ itemKey }) => itemKey)));
  const receipts = new Map<string, ReceiptFacts>();
  for (const [itemKey, { latest }] of await book.of(day)) {
    receipts.set(itemKey, latest);
    if (!keys.has(itemKey)) proof.differs('receipt-of-nothing', { itemKey, path: latest.path });
  }
  const report = await staging.reports.latest(day);
  if (report === null) {
    proof.differs('report-missing', { detail: day });
    return;
  }
  const faults = bookFaults(report, indexes, receipts);
  if (faults.length === 0) return;
  const path = staging.reports.pathOf(report);
  proof.differs('books-differ', { path, detail: faults.join('; ') });
}

/** What the report says otherwise than the books that are made again, in words. */
export function bookFaults(
  report: Report,
  indexes: readonly PackageIndex[],
  receipts: ReadonlyMap<string, ReceiptFacts>,
): string[] {
  const again = booksOf(report.day, indexes, receipts);
  const wasNoted = figuresOf(report);
  const isMade = figuresOf({ ...again, outcome: dayOutcome(indexes, again) });
  const names = new Set([...wasNoted.keys(), ...isMade.keys()]);
  return [...names]
    .filter((name) => wasNoted.get(name) !== isMade.get(name))
    .map((name) => `${name}: ${said(wasNoted.get(name) ?? 0, isMade.get(name) ?? 0)}`);
}

/** By name. Of all that a report counts, what the next one is written for when it changes. */
function figuresOf({
  books,
  kinds,
  failures,
  lateItems,
  outcome,
}: Pick<Report, 'books' | 'kinds' | 'failures' | 'lateItems' | 'outcome'>) {
  return new Map<string, string | number>([
    ...Object.entries(books),
    ...Object.entries(kinds),
    ...failures.map(({ reason, count }) => [`failed for ${reason}`, count] as const),
    ['items of earlier days', lateItems],
    ['outcome', outcome],
  ]);
}

function said(inReport: string | number, again: string | number): string {
  return `${String(inReport)} in the report, ${String(again)} made again`;
}
