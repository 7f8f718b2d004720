import type { HeldEntry, MailboxEntry, Receipt, Reopening, Waiver } from './receipt.ts';
import { endOf } from './receipt.ts';

type Copies = Pick<Receipt, 'mailboxes' | 'held'>;

/**
 * What an item's next receipt says in the light of the one before it: a copy once made stays in it,
 * also when no mapping leads there any more or a later try came to nothing, and a waiver stays with
 * its copy until somebody takes it back.
 */
export function following(before: Receipt | null, next: Receipt): Receipt {
  if (before === null || next.outcome === 'skipped') return next;
  const mailboxes = mailboxesAfter(before.mailboxes, next.mailboxes);
  const held = next.held.map((entry) => heldAfter(before.held, entry));
  return { ...next, mailboxes, held, ...endOf({ mailboxes, held }) };
}

function mailboxesAfter(
  before: readonly MailboxEntry[],
  next: readonly MailboxEntry[],
): MailboxEntry[] {
  const isMade = (copy: MailboxEntry) => copy.outcome !== 'failed';
  const standing = before.filter((copy) => isMade(copy) || copy.waived !== undefined);
  const made = new Set(next.filter(isMade).map(({ id }) => id));
  const kept = standing.filter(({ id }) => !made.has(id));
  const keptIds = new Set(kept.map(({ id }) => id));
  return [...kept, ...next.filter(({ id }) => !keptIds.has(id))];
}

function heldAfter(before: readonly HeldEntry[], next: HeldEntry): HeldEntry {
  const closed = before.find(
    ({ waived, person, role, position }) =>
      waived !== undefined &&
      person === next.person &&
      role === next.role &&
      position === next.position,
  );
  return closed?.waived === undefined ? next : { ...next, waived: closed.waived };
}

/** Whether a receipt says what the one before it said; when and in how many steps is not asked. */
export function saysNothingNew(before: Receipt | null, next: Receipt): boolean {
  if (before === null) return false;
  const said = ({ steps: _steps, writtenAt: _writtenAt, ...facts }: Receipt) =>
    JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return said(before) === said(next);
}

/**
 * The receipt with its open copies closed: all of them, or with `people` (keyed hashes) those held
 * for them. Null when none of them is open.
 */
export function waivedBy(
  receipt: Receipt,
  waiver: Waiver,
  people: readonly string[] | null,
): Receipt | null {
  return withCopies(
    receipt,
    people,
    (copy) => copy.waived === undefined,
    (copy) => ({ ...copy, waived: waiver }),
  );
}

/** The receipt with its closed copies open again. Null when none of them is closed. */
export function reopenedBy(
  receipt: Receipt,
  reopened: Reopening,
  people: readonly string[] | null,
): Receipt | null {
  const next = withCopies(
    receipt,
    people,
    (copy) => copy.waived !== undefined,
    ({ waived: _waived, ...copy }) => copy,
  );
  return next === null ? null : { ...next, reopened };
}

/** Whether the case of one of its copies is closed. */
export function hasWaivedCopies({ mailboxes, held }: Copies): boolean {
  return [...mailboxes, ...held].some((copy) => copy.waived !== undefined);
}

interface Failed {
  readonly waived?: Waiver;
}

/** Changes the failed copies that are `people`'s (null: all) and `isMeant`; null when none is. */
function withCopies(
  receipt: Receipt,
  people: readonly string[] | null,
  isMeant: (copy: Failed) => boolean,
  change: <Copy extends Failed>(copy: Copy) => Omit<Copy, 'waived'> & Failed,
): Receipt | null {
  const isOfMailbox = (copy: MailboxEntry) =>
    people === null && copy.outcome === 'failed' && isMeant(copy);
  const isHeld = (entry: HeldEntry) =>
    (people === null || people.includes(entry.person)) && isMeant(entry);
  if (!receipt.mailboxes.some(isOfMailbox) && !receipt.held.some(isHeld)) return null;
  const mailboxes = receipt.mailboxes.map((copy) => (isOfMailbox(copy) ? change(copy) : copy));
  const held = receipt.held.map((entry) => (isHeld(entry) ? change(entry) : entry));
  const { reopened: _reopened, ...rest } = receipt;
  return { ...rest, mailboxes, held, ...endOf({ mailboxes, held }) };
}
