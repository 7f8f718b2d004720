import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** The columns by which operators find days and items (docs/temporal.md). No person in any. */
export const O2_CONNECTOR = defineSearchAttributeKey('O2Connector', SearchAttributeType.KEYWORD);
export const O2_ARCHIVE_DAY = defineSearchAttributeKey('O2ArchiveDay', SearchAttributeType.KEYWORD);
export const O2_KIND = defineSearchAttributeKey('O2Kind', SearchAttributeType.KEYWORD);
export const O2_OUTCOME = defineSearchAttributeKey('O2Outcome', SearchAttributeType.KEYWORD);
export const O2_REASON = defineSearchAttributeKey('O2Reason', SearchAttributeType.KEYWORD);
export const O2_ITEMS = defineSearchAttributeKey('O2Items', SearchAttributeType.INT);
export const O2_NOT_ARCHIVED = defineSearchAttributeKey('O2NotArchived', SearchAttributeType.INT);

/** Set by the server on what a schedule starts: the nominal time before jitter, and its id. */
export const SCHEDULED_START_TIME = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
export const SCHEDULED_BY_ID = defineSearchAttributeKey(
  'TemporalScheduledById',
  SearchAttributeType.KEYWORD,
);
