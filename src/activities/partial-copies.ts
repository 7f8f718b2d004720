import { MAX_PARTIAL_NAMED, partialCopiesOf, type PartialCopy } from '../domain/partial-copies.ts';
import type { ListedReceipt } from '../staging/receipts.ts';
import type { Connector } from './connector.ts';

const READS_AT_ONCE = 8;

/**
 * The partial copies of a day, in the order of their items' keys, at most a hundred. Which receipts
 * have one their listing tells; which mailbox it is and what it lacks only they themselves.
 */
export async function partialCopies(
  { staging }: Pick<Connector, 'staging'>,
  receipts: ReadonlyMap<string, ListedReceipt>,
): Promise<PartialCopy[]> {
  const wanted = [...receipts.values()]
    .filter(
      ({ outcome, mailboxes }) =>
        outcome !== 'skipped' && mailboxes.some((copy) => copy.outcome === 'partial'),
    )
    .sort((a, b) => (a.itemKey < b.itemKey ? -1 : 1))
    .slice(0, MAX_PARTIAL_NAMED);
  const found: PartialCopy[] = [];
  for (let at = 0; at < wanted.length && found.length < MAX_PARTIAL_NAMED; at += READS_AT_ONCE) {
    const few = wanted.slice(at, at + READS_AT_ONCE);
    const read = await Promise.all(few.map(({ path }) => staging.receipts.read(path)));
    found.push(...read.flatMap(partialCopiesOf));
  }
  return found.slice(0, MAX_PARTIAL_NAMED);
}
