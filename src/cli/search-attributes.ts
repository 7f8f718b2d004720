import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common';

export const O2_CONNECTOR = defineSearchAttributeKey('O2Connector', SearchAttributeType.KEYWORD);
export const O2_ARCHIVE_DAY = defineSearchAttributeKey('O2ArchiveDay', SearchAttributeType.KEYWORD);

/** The typed keys under which days and schedules are found. */
export function attributesOf(connector: string, day?: string): SearchAttributePair[] {
  const pairs: SearchAttributePair[] = [{ key: O2_CONNECTOR, value: connector }];
  if (day !== undefined) pairs.push({ key: O2_ARCHIVE_DAY, value: day });
  return pairs;
}

/** A value in a visibility query, quoted. */
export function quoted(value: string): string {
  return `'${value.replaceAll(/['\\]/g, '')}'`;
}
