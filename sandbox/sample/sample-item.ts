import { createHash } from 'node:crypto';
import type { Media } from './media.ts';
import type { PersonId } from './people.ts';
import type { Clock, Wire } from './script.ts';

export type SampleFlag =
  | 'late'
  | 'edit'
  | 'delete-for-all'
  | 'delete-for-me'
  | 'system'
  | 'encrypted'
  | 'time-corrected'
  | 'files-removed-at-source'
  | 'connected-without-recording';

/** One item of the sample day before it becomes an `.eml`. */
export interface SampleItem {
  /** For people: `gdynia/2@agnieszka`. Names the line and whose phone captured it. */
  readonly label: string;
  readonly kind: 'sms' | 'mms' | 'call';
  /** `X-TELEMESSAGE-MessageType`; null when the header is left out. */
  readonly type: string | null;
  /** When it was sent or received, in whole seconds. */
  readonly sentMs: number;
  readonly owner: PersonId;
  readonly from: PersonId;
  readonly to: readonly PersonId[];
  readonly subject: string;
  readonly text: string;
  /** Makes the media parts, in their order; a recording can be 12 MB, so only when asked. */
  readonly media: () => readonly Media[];
  readonly sourceId: string;
  readonly threadId: string | null;
  readonly group: string | null;
  readonly status: string;
  readonly flags: readonly SampleFlag[];
  readonly wire: Wire;
}

/** 24 hex digits that stand for a name, the same on any machine. */
export function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 24);
}

/** The time of day with seconds that look like life and are the same each time. */
export function timeOf(day: string, at: Clock, label: string): number {
  const seconds = Number.parseInt(digestOf(label).slice(0, 6), 16) % 57;
  return Date.parse(`${day}T${at}:00Z`) + seconds * 1000;
}
