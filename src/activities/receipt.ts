import { NOBODY, type Receipt } from '../domain/receipt.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connectors } from './connector.ts';
import type { HeldRecord } from './held.ts';

export interface ReceiptInput {
  /** The day whose books the receipt is of: the home, or the day of a later delivery. */
  readonly day: string;
  readonly item: ItemReference;
  readonly receipt: Receipt;
  /** False for an item that this very run was the first ever to have. */
  readonly hasEarlier: boolean;
}

/**
 * Writes an item's receipt and keeps the list of who is held in step with it. A copy that an earlier
 * receipt records stays in this one, also when the mapping no longer leads to it. Gives its path.
 */
export function writeReceipt(connectors: Connectors) {
  return async (input: ReceiptInput): Promise<string> => {
    const { staging } = connectors.get(input.item.connector);
    const { itemKey } = input.receipt;
    const before = input.hasEarlier ? await staging.receipts.find(input.day, itemKey) : null;
    const named = new Set(input.receipt.mailboxes.map((copy) => copy.id));
    const kept = (before?.mailboxes ?? []).filter(
      (copy) => copy.outcome !== 'failed' && !named.has(copy.id),
    );
    const receipt = { ...input.receipt, mailboxes: [...kept, ...input.receipt.mailboxes] };
    const path = await staging.receipts.write(input.day, receipt);

    const waiting = new Set<string>();
    for (const { person, role, position, reason } of receipt.held) {
      if (person === NOBODY) continue;
      const record: HeldRecord = { item: input.item, role, position, reason };
      await staging.held.write({ person, itemKey }, record);
      waiting.add(person);
    }
    for (const { person } of before?.held ?? []) {
      if (!waiting.has(person)) await staging.held.drop({ person, itemKey });
    }
    return path;
  };
}
