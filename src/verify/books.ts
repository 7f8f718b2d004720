import type { PackageIndex } from '../domain/index-entry.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import { booksOf, dayOutcome } from '../domain/report.ts';
import { readIndex } from './packages.ts';
import type { ProofPorts, ScopedPackage } from './ports.ts';
import type { Proof } from './proof.ts';
import type { ReceiptBook } from './receipts.ts';

/** Makes the books of the day again and compares them with its latest report; no receipt stands alone. */
export async function proveBooks(
  ports: ProofPorts,
  day: string,
  book: ReceiptBook,
  packages: readonly ScopedPackage[],
  proof: Proof,
): Promise<void> {
  const keys = new Set(packages.flatMap(({ entries }) => entries.map(({ itemKey }) => itemKey)));
  const receipts = new Map<string, ReceiptFacts>();
  for (const [itemKey, { latest }] of await book.of(day)) {
    receipts.set(itemKey, latest);
    if (!keys.has(itemKey)) proof.differs('receipt-of-nothing', { itemKey, path: latest.path });
  }
  proof.checked('books');
  const { staging } = ports;
  const report = await staging.reports.latest(day);
  if (report === null) {
    proof.differs('report-missing', { detail: day });
    return;
  }
  const indexes: PackageIndex[] = [];
  for (const { path } of await staging.packages.listIndexes(day)) {
    const index = await readIndex(ports, path);
    // Told where it was read first.
    if (index === null) return;
    indexes.push(index);
  }
  const again = booksOf(day, indexes, receipts);
  const outcome = dayOutcome(indexes, again);
  const faults = Object.entries(again.books).flatMap(([figure, count]) => {
    const said = report.books[figure as keyof typeof report.books];
    return said === count
      ? []
      : [`${figure}: ${String(said)} in the report, ${String(count)} made again`];
  });
  if (report.outcome !== outcome) {
    faults.push(`outcome: ${report.outcome} in the report, ${outcome} made again`);
  }
  if (faults.length === 0) return;
  const path = staging.reports.pathOf(report);
  proof.differs('books-differ', { path, detail: faults.join('; ') });
}
