/**
 * The closed list of reasons why an item, or one copy of it, is not archived. Published in
 * docs/reasons.md; each is a word that search attributes, receipts and reports carry, and a
 * sentence that a person can act on.
 */

export const REASONS = {
  'no-user': 'No Microsoft 365 user has this number or address. Add a row to the mapping CSV.',
  'ambiguous-address':
    'More than one Microsoft 365 user has this address. Make it unique in the tenant.',
  'no-mailbox':
    'The user has no mailbox that answers. Give it a licence, or wait until it is there.',
  'mailbox-full': 'The mailbox takes nothing more. Raise its quota or let its owner tidy up.',
  'mailbox-moving': 'Microsoft is moving the mailbox. Nothing to do: it is tried again each day.',
  throttled: 'The mailbox kept answering "too many requests". It is tried again each day.',
  'not-permitted': 'The app may not write to this mailbox. Widen its scope in Exchange.',
  'refused-by-tenant': 'Microsoft 365 refused the message itself. Open the item to see its answer.',
  'tenant-unavailable': 'Microsoft 365 did not answer in time. It is tried again each day.',
  'too-large':
    'The item is larger than twice limits.maxItemBytes. It stays staged whole: hand it over from there.',
  'too-many-parties':
    'The item goes to more than 10,000 people of ours. It stays staged whole: hand it over from there.',
  unreadable: 'The item is not an e-mail message that can be read. Ask TeleMessage for it again.',
  'staging-corrupt':
    'The staged bytes differ from what was received. Have the package redelivered.',
  'internal-error':
    "The archiver itself failed on this item. Report it with the worker's log; retry after the update.",
  interrupted: 'The run ended before the item was archived. The next run takes it up again.',
} as const;

export type Reason = keyof typeof REASONS;

/** Whose cure is a mapping, a user or a licence. Items held for these alone are `unmapped`. */
const OF_MAPPING: ReadonlySet<Reason> = new Set(['no-user', 'ambiguous-address', 'no-mailbox']);

/** Whose cause may be gone by itself: each day's run tries such copies once. */
const PASSING: ReadonlySet<Reason> = new Set([
  'mailbox-full',
  'mailbox-moving',
  'throttled',
  'not-permitted',
  'tenant-unavailable',
  'staging-corrupt',
  'interrupted',
]);

export function isOfMapping(reason: Reason): boolean {
  return OF_MAPPING.has(reason);
}

export function isPassing(reason: Reason): boolean {
  return PASSING.has(reason);
}

export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}
