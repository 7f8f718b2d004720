import { log } from '@temporalio/activity';
import type { ItemReference } from '../workflows/contracts.ts';
import { isArchived, isTriedDaily, NOBODY, type Receipt } from '../domain/receipt.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import { RunError } from '../domain/run-error.ts';
import type { Staging } from '../staging/staging.ts';
import type { Connector } from './connector.ts';
import type { HeldRecord } from './held.ts';

/** Says that the lists in state are whole. Whatever empties the container takes it along. */
const COMPLETE_PATH = 'complete';

/**
 * Makes the lists of who is held, waived and blocked again from the latest receipts when the state
 * container was lost; at the very first run there is nothing to make. Idempotent: the mark comes last.
 */
export async function ensureState(connector: Connector): Promise<void> {
  const { state, receipts } = connector.staging;
  if ((await state.read(COMPLETE_PATH)) !== null) return;
  let rebuilt = 0;
  for (const day of await receipts.days()) {
    for (const listed of (await receipts.latest(day)).values()) {
      if (!needsState(listed)) continue;
      rebuilt += (await relist(connector, day, await receipts.read(listed.path))) ? 1 : 0;
    }
  }
  await state.write(
    COMPLETE_PATH,
    'Lists of held, waived and blocked items agree with receipts.\n',
  );
  if (rebuilt > 0) log.warn('StateRebuilt', { items: rebuilt });
}

function needsState(listed: ReceiptFacts): boolean {
  return !isArchived(listed.outcome) || listed.outcome === 'waived' || listed.held.length > 0;
}

/** False when the item's index is lost too: its own run says so. */
async function relist(
  { settings, staging }: Connector,
  day: string,
  receipt: Receipt,
): Promise<boolean> {
  const item = await referenceOf(staging, settings.id, day, receipt);
  if (item === null) return false;
  const { itemKey, writtenAt } = receipt;
  for (const { person, role, position, reason, waived } of receipt.held) {
    if (person === NOBODY) continue;
    const record: HeldRecord = { item, role, position, reason };
    const list = waived === undefined ? staging.held : staging.waived;
    await list.write({ person, itemKey }, record);
  }
  if (isTriedDaily(receipt)) {
    await staging.blocked.write({ itemKey, day, package: item.package, triedAt: writtenAt });
  }
  return true;
}

async function referenceOf(
  { packages }: Staging,
  connector: string,
  day: string,
  { itemKey, package: path, packageSha256 }: Receipt,
): Promise<ItemReference | null> {
  try {
    const { items } = await packages.readIndex(packages.indexPathOf(packages.refOf(path)));
    const entry = items.find((other) => other.itemKey === itemKey);
    if (entry === undefined) return null;
    const { name: _name, source: _source, ...reference } = entry;
    return { connector, day, package: path, packageSha256, ...reference };
  } catch (error) {
    if (error instanceof RunError && error.code === 'staging-corrupt') return null;
    throw error;
  }
}
