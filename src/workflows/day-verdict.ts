import { upsertSearchAttributes, type ApplicationFailure } from '@temporalio/workflow';
import type { DayResult } from './contracts.ts';
import { showDetails } from './current-details.ts';
import type { DayState } from './day-state.ts';
import { failureInWords } from './failure.ts';
import { O2_ITEMS, O2_NOT_ARCHIVED, O2_OUTCOME } from './search-attributes.ts';

/** Completes when the books balance; otherwise fails with the counts, the reason and the cure. */
export function judge(state: DayState, result: DayResult): DayResult {
  const { books, outcome } = result;
  upsertSearchAttributes([
    { key: O2_OUTCOME, value: state.stoppedBy === null ? outcome : 'failed' },
    { key: O2_ITEMS, value: books.items },
    { key: O2_NOT_ARCHIVED, value: books.failed + books.items - books.itemsWithReceipt },
  ]);
  showDetails(state.closingDetails(result));
  const counts = `${String(books.items)} items, ${String(books.imported)} copies imported, ${String(books.failed)} failed, ${String(books.items - books.itemsWithReceipt)} items open`;
  const again = againCommand(state.connector, state.day);
  if (state.stoppedBy !== null) {
    const { code, message } = state.stoppedBy;
    throw failed(code, `${message} So far: ${counts}. ${afterTheCure(state.connector, state.day)}`);
  }
  if (outcome === 'no-delivery') {
    throw failed(
      'no-delivery',
      `The site has no package of ${state.day}. Ask TeleMessage for it; when it is there: ${again}`,
    );
  }
  if (!result.balances) {
    throw failed(
      'books-discrepancy',
      `The books of ${state.day} do not balance: ${counts}. ${openInWords(result)} Take them up: ${again}`,
    );
  }
  return result;
}

function openInWords({ books, open = [] }: DayResult): string {
  const more = books.items - books.itemsWithReceipt - open.length;
  return `Items without an end: ${open.join(', ')}${more > 0 ? ` and ${String(more)} more, which the report names` : ''}.`;
}

/** A worker reads its configuration and secrets when it starts. */
export function afterTheCure(connector: string, day: string): string {
  return `After the cure (restart the worker when its configuration or a secret changed): ${againCommand(connector, day)}`;
}

/** What an operator types to run the day again. */
export function againCommand(connector: string, day: string): string {
  return `o2-archiver run --connector ${connector} --day ${day} --wait`;
}

/** Ends the day red: `type` is the reason's code, and the message says what to type. */
export function failed(type: string, message: string): ApplicationFailure {
  return failureInWords({ type, message });
}
