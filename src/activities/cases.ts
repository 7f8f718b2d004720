import type { CaseItem } from '../staging/case-requests.ts';
import type { Staging } from '../staging/staging.ts';
import type { Slice } from '../workflows/contracts.ts';
import type { Connectors } from './connector.ts';

/** Items of one slice that are started whatever the window. */
export interface ComingHome {
  readonly slice: Slice;
  readonly keys: readonly string[];
}

export interface CasePage {
  readonly batches: readonly ComingHome[];
  /** How long a copy that is tried again may wait for its mailbox. */
  readonly parkMs: number;
  /** How many items of the request come before the next page; null when this is the last. */
  readonly next: number | null;
}

/** References of one activity result at most: 70 bytes each. */
export const MAX_KEYS = 2_000;
/** Of one batch. */
const BATCH_KEYS = 200;

/** The items that an operator's request is about, in batches, a page at a time. */
export function listCases(connectors: Connectors) {
  return async (input: {
    connector: string;
    request: string;
    after: number;
  }): Promise<CasePage> => {
    const { staging, settings } = connectors.get(input.connector);
    const { items } = await staging.caseRequests.read(input.request);
    const end = input.after + MAX_KEYS;
    const batches = await batchesOf(staging, items.slice(input.after, end));
    return { batches, parkMs: settings.parkMs, next: end < items.length ? end : null };
  };
}

/** Items by the slice that holds their package's whole index; each item once. */
export async function batchesOf(
  { packages }: Staging,
  items: readonly CaseItem[],
): Promise<ComingHome[]> {
  const byPackage = new Map<string, { day: string; keys: Set<string> }>();
  for (const { itemKey, day, package: path } of items) {
    const known = byPackage.get(path);
    if (known === undefined) byPackage.set(path, { day, keys: new Set([itemKey]) });
    else known.keys.add(itemKey);
  }
  const batches: ComingHome[] = [];
  for (const [path, { day, keys }] of byPackage) {
    const index = packages.indexPathOf(packages.refOf(path));
    const to = (await packages.readIndex(index)).items.length;
    const all = [...keys];
    for (let at = 0; at < all.length; at += BATCH_KEYS) {
      const slice = { day, index, from: 0, to };
      batches.push({ slice, keys: all.slice(at, at + BATCH_KEYS) });
    }
  }
  return batches;
}
