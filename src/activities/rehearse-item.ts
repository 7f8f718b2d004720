import { ApplicationFailure, Context } from '@temporalio/activity';
import { toSeconds } from '../domain/archive-day.ts';
import {
  endOf,
  heldForNobody,
  isArchived,
  isTriedDaily,
  type HeldEntry,
  type MailboxEntry,
  type Receipt,
} from '../domain/receipt.ts';
import { following } from '../domain/receipt-chain.ts';
import { isOfMapping, isReason, type Reason } from '../domain/reason.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import { RunError } from '../domain/run-error.ts';
import type { MailboxRoute } from '../domain/routing.ts';
import type { ListedReceipt } from '../staging/receipts.ts';
import type { ItemReference } from '../workflows/contracts.ts';
import type { Connector } from './connector.ts';
import { flagsOf } from './convert.ts';
import type { Mapped, MapInput } from './map.ts';

/** What a run would make of one item. */
export interface RehearsedItem {
  /** Its receipt as it would stand; copies that would be made have no id. */
  readonly receipt: ReceiptFacts;
  readonly isStarted: boolean;
  /** Copies that would be made. */
  readonly imported: number;
}

export interface ItemRehearsal {
  readonly connector: Connector;
  /** Scope of the look-ups. */
  readonly run: string;
  readonly map: (input: MapInput) => Promise<Mapped>;
  /** The day whose run archives the item, when an earlier one of the window holds it too. */
  readonly earlierDayOf: (itemKey: string) => string | undefined;
}

/** Converts and maps an item as its workflow does, and keeps nothing of it. */
export async function rehearseItem(
  rehearsal: ItemRehearsal,
  item: ItemReference,
  listed: ListedReceipt | undefined,
): Promise<RehearsedItem> {
  if (listed !== undefined && !hasChance(listed)) return asItIs(listed);
  const { staging } = rehearsal.connector;
  const before = listed === undefined ? null : await staging.receipts.read(listed.path);
  const next = following(before, await receiptOf(rehearsal, item, before));
  if (before !== null && !isTriedDaily(before) && isSameAnswer(before, next)) return asItIs(before);
  const known = new Set(before?.mailboxes.filter(isMade).map(({ id }) => id));
  const imported = next.mailboxes.filter((copy) => isMade(copy) && !known.has(copy.id)).length;
  return { receipt: factsOf(next), isStarted: true, imported };
}

/** A day may have a million items: no more of each is kept than its books need. */
function factsOf(receipt: Receipt): ReceiptFacts {
  const { itemKey, home, outcome, reason, mailboxes, held, flags } = receipt;
  return { itemKey, home, outcome, reason, mailboxes, held, flags };
}

function asItIs(receipt: ReceiptFacts): RehearsedItem {
  return { receipt, isStarted: false, imported: 0 };
}

function isMade({ outcome }: MailboxEntry): boolean {
  return outcome !== 'failed';
}

/** Tried again by the next run, or when the answer about a person has changed. */
function hasChance(listed: ListedReceipt): boolean {
  if (isArchived(listed.outcome)) return false;
  return isTriedDaily(listed) || listed.held.some(isOpenForMapping);
}

function isOpenForMapping({ waived, reason }: HeldEntry): boolean {
  return waived === undefined && isOfMapping(reason);
}

function isSameAnswer(before: Receipt, next: Receipt): boolean {
  return before.held
    .filter(isOpenForMapping)
    .every(({ role, position, reason }) =>
      next.held.some(
        (held) => held.role === role && held.position === position && held.reason === reason,
      ),
    );
}

async function receiptOf(
  { connector, run, map, earlierDayOf }: ItemRehearsal,
  item: ItemReference,
  before: Receipt | null,
): Promise<Receipt> {
  const converted = await converts(connector, item);
  if (typeof converted === 'string') return failed(item, converted);
  const home = before === null ? await homeOf(connector, item, earlierDayOf) : before.home;
  if (home !== item.day) return { ...aReceipt(item), home, outcome: 'skipped' };
  const hasWaivers = before === null ? {} : { hasWaivers: true };
  const mapped = await map({ run, item, ...hasWaivers }).catch(asNobody);
  const outcome = converted.isPartial ? 'partial' : 'imported';
  const mailboxes = [
    ...mapped.mailboxes.map((mailbox) => copyIn(mailbox, outcome)),
    ...(mapped.failed ?? []),
  ];
  const { held } = mapped;
  const { flags } = converted;
  return { ...aReceipt(item), mailboxes, held, flags, ...endOf({ mailboxes, held }) };
}

interface Converts {
  readonly flags: Receipt['flags'];
  /** Something of it would be left out, or was before it came. */
  readonly isPartial: boolean;
}

/** Makes the message to its last byte and throws it away; the reason when none can be made. */
async function converts(connector: Connector, item: ItemReference): Promise<Converts | Reason> {
  if (item.problem !== null) return item.problem;
  const { cancellationSignal } = Context.current();
  try {
    return await connector.memory.forItem(item.sizeBytes, cancellationSignal, () =>
      converted(connector, item),
    );
  } catch (error) {
    if (error instanceof RunError && error.code === 'staging-corrupt') return error.code;
    throw error;
  }
}

async function converted(connector: Connector, item: ItemReference): Promise<Converts | Reason> {
  const read = await connector.items.read(item);
  if (read.problem !== null) return read.problem;
  const { itemKey, package: stagedAt } = item;
  const message = connector.compose(read.item, { itemKey, stagedAt });
  const attachments = connector.items.attachments(item);
  const eml = connector.renderEml(message, (position) => attachments.open(position));
  try {
    for await (const _bytes of eml);
  } finally {
    attachments.close();
  }
  const isPartial = message.omitted.length > 0 || read.item.hasFilesRemovedAtSource;
  return { flags: flagsOf(read.item), isPartial };
}

/** Whose message it is, or would be by then: earlier days are archived first. */
async function homeOf(
  { staging }: Connector,
  { itemKey, day }: ItemReference,
  earlierDayOf: ItemRehearsal['earlierDayOf'],
): Promise<string> {
  const message = await staging.messages.find(itemKey);
  return message?.home ?? earlierDayOf(itemKey) ?? day;
}

function copyIn(mailbox: MailboxRoute, outcome: 'imported' | 'partial'): MailboxEntry {
  return { ...mailbox, messageId: null, at: toSeconds(Date.now()), outcome, reason: null };
}

/** As the item's workflow takes a look-up that failed for this item alone. */
function asNobody(error: unknown): Mapped {
  const type = error instanceof ApplicationFailure ? (error.type ?? '') : '';
  if (!isReason(type)) throw error;
  return { mailboxes: [], held: [heldForNobody(type)], attempts: 1 };
}

function failed(item: ItemReference, reason: Reason): Receipt {
  return { ...aReceipt(item), outcome: 'failed', reason, held: [heldForNobody(reason)] };
}

function aReceipt(item: ItemReference): Receipt {
  return {
    version: 1,
    itemKey: item.itemKey,
    home: item.day,
    package: item.package,
    packageSha256: item.packageSha256,
    itemSha256: item.sha256,
    messageSha256: null,
    outcome: 'imported',
    reason: null,
    mailboxes: [],
    held: [],
    waived: null,
    flags: [],
    steps: [],
    writtenAt: toSeconds(Date.now()),
  };
}
