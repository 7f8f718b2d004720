import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Converted } from '../activities/convert.ts';
import type { GivenUp, Imported } from '../activities/import.ts';
import type { Mapped } from '../activities/map.ts';
import type { WrittenReceipt } from '../activities/receipt.ts';
import { toSeconds } from '../domain/archive-day.ts';
import { isReason, type Reason } from '../domain/reason.ts';
import {
  endOf,
  heldForNobody,
  isArchived,
  type MailboxEntry,
  type Receipt,
  type StepEntry,
} from '../domain/receipt.ts';
import type { MailboxRoute } from '../domain/routing.ts';
import type {
  ArchiveItemInput,
  ItemReference,
  ItemResult,
  NotArchivedDetails,
} from './contracts.ts';
import { showDetails } from './current-details.ts';
import { applicationFailureIn, failureInWords } from './failure.ts';
import { endedDetails, runningDetails, whyNotArchived } from './item-details.ts';
import { convert, importInto, map, reconcile, settleCase, writeReceipt } from './proxies.ts';
import { O2_OUTCOME, O2_REASON } from './search-attributes.ts';

/**
 * A workflow may have 2,000 activities open, and 4 MB of commands in one answer to the server; an item
 * has as many copies as mailboxes took part.
 */
const COPIES_AT_ONCE = 200;

/**
 * Archives one item: its message, its mailboxes, a copy in each, a receipt. Fails with the reason
 * when it is not archived for everyone it belongs to; no other item notices.
 */
export async function archiveItem(input: ArchiveItemInput): Promise<ItemResult> {
  const { item, request } = input;
  showDetails(runningDetails(item));
  if (request === undefined) return archive(input);
  const settled = await settleCase({ item, request });
  // What was opened again is tried at once.
  if (settled.action === 'waive' || isArchived(settled.outcome)) return finish(item, settled);
  return archive({ ...input, ...(settled.hasWaivers ? { hasWaivers: true } : {}) });
}

async function archive(input: ArchiveItemInput): Promise<ItemResult> {
  const { item, run } = input;
  const hasWaivers = input.hasWaivers === true ? { hasWaivers: true } : {};
  const startedAt = toSeconds(Date.now());
  const [converted, mapped] = await Promise.all([
    convert(item).catch(asFailedConversion),
    map({ run, item, ...hasWaivers }).catch(asNobody),
  ]);
  const readyAt = toSeconds(Date.now());

  if (converted.outcome === 'message' && converted.home !== item.day) {
    return close(item, converted, receiptOf(item, converted, 'skipped', null));
  }
  const copies = await importAll(input, converted, mapped);
  const steps = stepsOf({ converted, mapped, copies, startedAt, readyAt });
  return close(item, converted, ending(item, converted, mapped, copies, steps), copies);
}

/** What only this item fails on is its outcome; what concerns the connector ends the item. */
function asFailedConversion(error: unknown): Converted {
  return { outcome: 'failed', reason: reasonOf(error), attempts: 1 };
}

function asNobody(error: unknown): Mapped {
  return { mailboxes: [], held: [heldForNobody(reasonOf(error))], attempts: 1 };
}

async function importAll(
  { item, run, parkMs, complete }: ArchiveItemInput,
  converted: Converted,
  mapped: Mapped,
): Promise<Imported[]> {
  if (converted.outcome === 'failed') return [];
  const { home, createdInRun } = converted;
  const way = { run, item, home, createdInRun, startedAt: runStartedAt(), isReset: isReset() };
  const copies: Imported[] = [];
  const waiting = mapped.mailboxes.entries();
  const importOneByOne = async (): Promise<void> => {
    for (const [place, mailbox] of waiting) {
      const copy = { ...way, mailbox, ...(complete === true ? { complete } : {}) };
      copies[place] = await importInto(
        mailbox,
        parkMs,
      )(copy).catch((error: unknown) => givenUp(mailbox, error));
    }
  };
  const atOnce = Math.min(COPIES_AT_ONCE, mapped.mailboxes.length);
  await Promise.all(Array.from({ length: atOnce }, importOneByOne));
  return copies;
}

/** Why an import ended without a copy; what concerns the whole connector ends the item instead. */
function reasonOf(error: unknown): Reason {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure) {
    const type = cause.type ?? '';
    if (isReason(type)) return type;
    if (type === 'invariant-broken') return 'internal-error';
    throw cause;
  }
  if (cause instanceof TimeoutFailure) return 'tenant-unavailable';
  throw error;
}

function givenUp(mailbox: MailboxRoute, error: unknown): Imported {
  const reason = reasonOf(error);
  const at = toSeconds(Date.now());
  const left = applicationFailureIn(error)?.details?.[0] as GivenUp | undefined;
  const removed = left?.removed ?? [];
  const copy: MailboxEntry = {
    ...mailbox,
    messageId: null,
    at,
    outcome: 'failed',
    reason,
    ...(removed.length === 0 ? {} : { removed }),
  };
  return { copy, isMade: false, attempts: 1 };
}

function ending(
  item: ItemReference,
  converted: Converted,
  mapped: Mapped,
  copies: readonly Imported[],
  steps: readonly StepEntry[],
): Receipt {
  if (converted.outcome === 'failed') {
    const { reason } = converted;
    return receiptOf(item, converted, 'failed', reason, { steps, held: [heldForNobody(reason)] });
  }
  const mailboxes = [...copies.map(({ copy }) => copy), ...(mapped.failed ?? [])];
  const { outcome, reason } = endOf({ mailboxes, held: mapped.held });
  return receiptOf(item, converted, outcome, reason, { steps, mailboxes, held: mapped.held });
}

function receiptOf(
  item: ItemReference,
  converted: Converted,
  outcome: Receipt['outcome'],
  reason: Reason | null,
  facts: Partial<Pick<Receipt, 'mailboxes' | 'held' | 'steps'>> = {},
): Receipt {
  const isMessage = converted.outcome === 'message';
  return {
    version: 1,
    itemKey: item.itemKey,
    home: isMessage ? converted.home : item.day,
    package: item.package,
    packageSha256: item.packageSha256,
    itemSha256: item.sha256,
    messageSha256: isMessage ? converted.messageSha256 : null,
    outcome,
    reason,
    mailboxes: [],
    held: [],
    waived: null,
    flags: isMessage ? converted.flags : [],
    steps: [],
    writtenAt: toSeconds(Date.now()),
    ...facts,
  };
}

function stepsOf(way: {
  converted: Converted;
  mapped: Mapped;
  copies: readonly Imported[];
  startedAt: string;
  readyAt: string;
}): StepEntry[] {
  const { converted, mapped, copies, startedAt, readyAt } = way;
  const endedAt = toSeconds(Date.now());
  return [
    { step: 'convert', attempts: converted.attempts, startedAt, endedAt: readyAt },
    { step: 'map', attempts: mapped.attempts, startedAt, endedAt: readyAt },
    ...copies.map(
      ({ attempts }) => ({ step: 'import', attempts, startedAt: readyAt, endedAt }) as const,
    ),
  ];
}

function runStartedAt(): string {
  return toSeconds(workflowInfo().runStartTime.getTime());
}

/** An operator's reset: this run goes on from the middle of another one. */
function isReset(): boolean {
  const { runId, originalExecutionRunId } = workflowInfo();
  return runId !== originalExecutionRunId;
}

async function close(
  item: ItemReference,
  converted: Converted,
  receipt: Receipt,
  copies: readonly Imported[] = [],
): Promise<ItemResult> {
  const isFirstEver =
    converted.outcome === 'message' && converted.createdInRun === workflowInfo().runId;
  const written = await writeReceipt({ day: item.day, item, receipt, hasEarlier: !isFirstEver });
  return finish(item, written, copies, receipt);
}

/** Ends the workflow as its receipt says: red as long as something is open. */
async function finish(
  item: ItemReference,
  { path, outcome, reason }: WrittenReceipt,
  copies: readonly Imported[] = [],
  { mailboxes, held }: Pick<Receipt, 'mailboxes' | 'held'> = { mailboxes: [], held: [] },
): Promise<ItemResult> {
  showDetails(endedDetails(item, { path, outcome, reason, mailboxes, held }));
  const imported = copies.filter(({ isMade }) => isMade).length;
  if (isReset()) {
    // The day that started the item may have closed its books.
    const thisRun = { started: 1, imported, unchanged: 0 };
    await reconcile({ connector: item.connector, day: item.day, thisRun, lateDays: [] });
  }
  if (outcome !== 'imported') {
    upsertSearchAttributes([
      { key: O2_OUTCOME, value: outcome },
      { key: O2_REASON, value: reason },
    ]);
  }
  if (reason === null) {
    const notCompleted = copies.flatMap((copy) => copy.notCompleted ?? []);
    const left = notCompleted.length === 0 ? {} : { notCompleted };
    return { outcome, imported, receipt: path, ...left };
  }
  const details: NotArchivedDetails = { outcome, reason, receipt: path, imported };
  const message = whyNotArchived(item, reason);
  throw failureInWords({ message, type: reason, details: [details] });
}
