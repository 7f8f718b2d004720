import type { ItemEvent } from '../domain/item.ts';

export interface EventReading {
  readonly event: ItemEvent | null;
  /** The source id that an edit or a deletion points at. */
  readonly originalSourceId: string | null;
}

const ID_PREFIXES: readonly [string, ItemEvent][] = [
  ['EDIT-', 'edit'],
  ['DELETE_FOR_ME-', 'delete-for-me'],
  ['DELETE_FOR_ALL-', 'delete-for-all'],
];
const SUBJECTS: readonly [RegExp, ItemEvent][] = [
  [/^DELETED For All\b/iu, 'delete-for-all'],
  [/^DELETED For Me\b/iu, 'delete-for-me'],
  [/^EDIT (READ|UNREAD|UNKNOWN)\b/iu, 'edit'],
];
const ORIGINAL_ID =
  /^[ \t]*Original Message(?: \(Msg ID - ([^)\n]{1,200})\)| ID:[ \t]*(\S{1,200}))/imu;

/** Edits and deletions are items of their own; their ids and subjects tell (docs/source-format.md). */
export function readEvent(
  messageType: string | null,
  sourceId: string | null,
  subject: string,
  text: string,
): EventReading {
  const prefix = ID_PREFIXES.find(([start]) => sourceId?.startsWith(start) === true);
  const event = prefix?.[1] ?? SUBJECTS.find(([form]) => form.test(subject))?.[1] ?? null;
  if (event === null) {
    const isSystem = messageType?.toLowerCase() === 'event';
    return { event: isSystem ? 'system' : null, originalSourceId: null };
  }
  const named = ORIGINAL_ID.exec(text);
  const prefixed = sourceId?.slice(prefix?.[0].length ?? sourceId.length) ?? '';
  const id = (named?.[1] ?? named?.[2] ?? prefixed).trim();
  return { event, originalSourceId: id === '' ? null : id };
}
