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
  [/^(?:STATUS - )?DELETED For All\b/iu, 'delete-for-all'],
  [/^(?:STATUS - )?DELETED For Me\b/iu, 'delete-for-me'],
  [/^(?:STATUS - )?EDIT (READ|UNREAD|UNKNOWN)\b/iu, 'edit'],
];
/** Behind both texts of an edit, which may hold such a line themselves. */
const ID_OF_EDITED = /^[ \t]*Original Message ID:[ \t]*(?:\r?\n[ \t]*)?(\S{1,200})[ \t]*\r?$/gimu;
const EDITED_TEXT = /^[ \t]*Edited Text:/imu;
/** Before the text of what was deleted. */
const ID_OF_DELETED = /^[ \t]*Original Message \(Msg ID - ([^)\n]{1,200})\)/imu;

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
  const named = event === 'edit' ? idOfEdited(text) : ID_OF_DELETED.exec(text)?.[1];
  const prefixed = sourceId?.slice(prefix?.[0].length ?? sourceId.length) ?? '';
  const id = (named ?? prefixed).trim();
  return { event, originalSourceId: id === '' ? null : id };
}

function idOfEdited(text: string): string | undefined {
  const last = [...text.matchAll(ID_OF_EDITED)].at(-1);
  const isBehind = last !== undefined && last.index > (EDITED_TEXT.exec(text)?.index ?? -1);
  return isBehind ? last[1] : undefined;
}
