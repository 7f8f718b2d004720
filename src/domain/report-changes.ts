import type { Books, Report, UnmappedPerson } from './report.ts';

const WORDS: Readonly<Record<keyof Books, string>> = {
  available: 'available copies',
  imported: 'imported',
  partiallyImported: 'partially imported',
  skipped: 'skipped',
  waived: 'waived',
  failed: 'failed',
  items: 'items',
  itemsWithReceipt: 'items with receipt',
};

/** What waits on other days is told as it is, and makes no new report of this one. */
function ofTheDay({ number, address, reason, items }: UnmappedPerson) {
  return { number, address, reason, items };
}

/**
 * What differs between two reports of a day, in words; empty when the books are the same. What a
 * run did (`thisRun`), when and as which number it was written makes no difference.
 */
export function changesBetween(before: Report, after: Report): string[] {
  const changes: string[] = [];
  if (before.outcome !== after.outcome) {
    changes.push(`outcome: ${before.outcome} → ${after.outcome}`);
  }
  for (const figure of Object.keys(WORDS) as (keyof Books)[]) {
    const [was, is] = [before.books[figure], after.books[figure]];
    if (was !== is) changes.push(`${WORDS[figure]}: ${String(was)} → ${String(is)}`);
  }
  const known = new Set(before.packages.map((line) => `${line.name}/${String(line.delivery)}`));
  for (const { name, delivery } of after.packages) {
    if (!known.has(`${name}/${String(delivery)}`)) {
      changes.push(`package ${name}, delivery ${String(delivery)}, was added`);
    }
  }
  const same = (pick: (report: Report) => unknown) =>
    JSON.stringify(pick(before)) === JSON.stringify(pick(after));
  if (after.lateDays.length > 0 && !same((report) => report.lateDays)) {
    changes.push(`late packages were taken of ${after.lateDays.join(', ')}`);
  }
  if (!same((report) => report.failures)) changes.push('failures by reason changed');
  if (!same(({ unmapped }) => unmapped.map(ofTheDay))) changes.push('unmapped people changed');
  if (before.partial !== undefined && !same(({ partial }) => partial)) {
    changes.push('what partial copies lack changed');
  }
  const [wasAmended, isAmended] = [before.amended.count, after.amended.count];
  if (wasAmended !== isAmended) {
    changes.push(`amended items: ${String(wasAmended)} → ${String(isAmended)}`);
  }
  if (!same((report) => report.open)) changes.push('items without a receipt changed');
  return changes;
}
