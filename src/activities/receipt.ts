import { toSeconds } from '../domain/archive-day.ts';
import type { Reason } from '../domain/reason.ts';
import { isTriedDaily, NOBODY, type ItemOutcome, type Receipt } from '../domain/receipt.ts';
import {
  following,
  hasWaivedCopies,
  reopenedBy,
  saysNothingNew,
  waivedBy,
} from '../domain/receipt-chain.ts';
import { RunError } from '../domain/run-error.ts';
import type { CaseRequest } from '../staging/case-requests.ts';
import type { Staging } from '../staging/staging.ts';
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

/** The receipt that stands now. */
export interface WrittenReceipt {
  /** Blob path. */
  readonly path: string;
  readonly outcome: ItemOutcome;
  readonly reason: Reason | null;
}

/**
 * Writes an item's receipt in the light of the one before it, and keeps the lists of what is held,
 * waived and blocked in step with it. One that says nothing new is not written: the one before stands.
 */
export function writeReceipt(connectors: Connectors) {
  return async ({ day, item, receipt, hasEarlier }: ReceiptInput): Promise<WrittenReceipt> => {
    const { staging } = connectors.get(item.connector);
    const before = hasEarlier ? await latestOf(staging, day, receipt.itemKey) : null;
    const next = following(before?.receipt ?? null, receipt);
    return record(staging, { day, item, before, next });
  };
}

export interface SettledCase extends WrittenReceipt {
  readonly action: CaseRequest['action'];
  /** Some copies of the item are closed still. */
  readonly hasWaivers: boolean;
}

/** Closes or opens copies of an item as an operator asked; what they asked lies in state. */
export function settleCase(connectors: Connectors) {
  return async (input: { item: ItemReference; request: string }): Promise<SettledCase> => {
    const { item } = input;
    const { staging } = connectors.get(item.connector);
    const request = await staging.caseRequests.read(input.request);
    const before = await latestOf(staging, item.day, item.itemKey);
    if (before === null) {
      throw new RunError('invariant-broken', 'An item without a receipt has no case to settle.');
    }
    const changed = settled(before.receipt, request);
    const next: Receipt =
      changed === null
        ? before.receipt
        : { ...changed, steps: [], writtenAt: toSeconds(Date.now()) };
    const written = await record(staging, { day: item.day, item, before, next });
    return { ...written, action: request.action, hasWaivers: hasWaivedCopies(next) };
  };
}

function settled(receipt: Receipt, { action, by, reason, at, people }: CaseRequest) {
  return action === 'waive'
    ? waivedBy(receipt, { by, reason: reason ?? '', at }, people)
    : reopenedBy(receipt, { by, reason, at }, people);
}

interface Latest {
  readonly path: string;
  readonly receipt: Receipt;
}

async function latestOf(
  { receipts }: Staging,
  day: string,
  itemKey: string,
): Promise<Latest | null> {
  const listed = (await receipts.latest(day, itemKey)).get(itemKey);
  if (listed === undefined) return null;
  return { path: listed.path, receipt: await receipts.read(listed.path) };
}

interface Step {
  readonly day: string;
  readonly item: ItemReference;
  readonly before: Latest | null;
  readonly next: Receipt;
}

/** The lists first: a second attempt must still see the receipt that they are brought on from. */
async function record(staging: Staging, step: Step): Promise<WrittenReceipt> {
  const { day, before, next } = step;
  await keepPeople(staging, step);
  await keepBlocked(staging, step);
  const { outcome, reason } = next;
  if (before !== null && saysNothingNew(before.receipt, next)) {
    return { path: before.path, outcome, reason };
  }
  return { path: await staging.receipts.write(day, next), outcome, reason };
}

async function keepPeople({ held, waived }: Staging, { item, before, next }: Step): Promise<void> {
  const { itemKey } = next;
  await forEach(next.held, async ({ person, role, position, reason, waived: closed }) => {
    if (person === NOBODY) return;
    const kept: HeldRecord = { item, role, position, reason };
    await (closed === undefined ? held : waived).write({ person, itemKey }, kept);
  });
  const now = new Set(next.held.map(listing));
  await forEach(before?.receipt.held ?? [], async (entry) => {
    if (now.has(listing(entry))) return;
    await (entry.waived === undefined ? held : waived).drop({ person: entry.person, itemKey });
  });
}

/** An item may be held for thousands, and its receipt has a minute. */
const PEOPLE_AT_ONCE = 16;

async function forEach<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values();
  const actOneByOne = async (): Promise<void> => {
    for (const one of waiting) await act(one);
  };
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, actOneByOne));
}

function listing({ person, waived }: Receipt['held'][number]): string {
  return `${waived === undefined ? 'held' : 'waived'} ${person}`;
}

async function keepBlocked({ blocked }: Staging, { day, item, before, next }: Step): Promise<void> {
  if (isTriedDaily(next)) {
    const { itemKey, writtenAt } = next;
    await blocked.write({ itemKey, day, package: item.package, triedAt: writtenAt });
  } else if (before !== null && isTriedDaily(before.receipt)) {
    await blocked.drop(next.itemKey);
  }
}
