import { addDays, toSeconds, type ArchiveDay } from '../domain/archive-day.ts';
import type { TimeFlag } from '../domain/item.ts';

export interface ItemTime {
  /** The item's own time, or 00:00 UTC of its package's day when that cannot be used. */
  readonly at: string;
  readonly timeFlag: TimeFlag | null;
  /**
   * What stands for the time in the item key: seconds since 1970, or the header's text when it is no
   * date. It never depends on the day of delivery.
   */
  readonly keyTime: string;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Offsets in hours of the zone names of RFC 5322 4.3; all other names count as UTC there. */
const ZONES: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};
const DATE_TIME =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun) ?, ?)?(\d{1,2}) ([a-z]{3}) (\d{2,9}) (\d{2}) ?: ?(\d{2})(?: ?: ?(\d{2}))?(?: ([+-]\d{4}|[a-z]{1,5}))?$/iu;
/** No sound date is longer; comments may nest, and stripping them takes a pass for each level. */
const MAX_DATE_LENGTH = 200;
/** Before it, no phone network carried an item of this connector. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
/** The largest time of ECMAScript: 13 September 275760. */
const MAX_TIME_MS = 8.64e15;

/** Reads the `Date` header of an item delivered for `day`; null when it has none. */
export function readTime(dateAsSent: string | null, day: ArchiveDay): ItemTime {
  const midnightMs = Date.parse(`${day}T00:00:00Z`);
  const keyText = (dateAsSent ?? '').replaceAll(/\s+/gu, ' ');
  const standIn = (timeFlag: TimeFlag, keyTime: string): ItemTime => ({
    at: toSeconds(midnightMs),
    timeFlag,
    keyTime,
  });
  if (dateAsSent === null) return standIn('missing', keyText);
  const timeMs = parseDateTime(dateAsSent);
  if (timeMs === null) return standIn('unreadable', keyText);
  const keyTime = Number.isSafeInteger(timeMs) ? String(timeMs / 1000) : keyText;
  const futureMs = Date.parse(`${addDays(day, 3)}T00:00:00Z`);
  if (timeMs < futureMs) return { at: toSeconds(timeMs), timeFlag: null, keyTime };
  const thousandthMs = timeMs / 1000;
  const isThousandfold = thousandthMs >= EARLIEST_MS && thousandthMs < futureMs;
  return standIn(isThousandfold ? 'thousandfold' : 'future', keyTime);
}

/**
 * Reads a date of RFC 5322's form, its obsolete form included; no zone means UTC. Gives milliseconds
 * since 1970, Infinity beyond what a clock can show, null for what is no date or not in the calendar.
 *
 * @see RFC 5322, 3.3 and 4.3
 */
function parseDateTime(text: string): number | null {
  const match = DATE_TIME.exec(withoutComments(text));
  if (match === null) return null;
  const [, day = '', monthName = '', yearText = '', hour = '', minute = '', second = '0'] = match;
  const month = MONTHS.indexOf(monthName.toLowerCase());
  const year = fullYear(yearText);
  const offsetMinutes = zoneMinutes(match[7] ?? '+0000');
  if (month < 0 || year < 1900 || offsetMinutes === null) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const midnightMs = Date.UTC(year, month, Number(day));
  if (Number.isNaN(midnightMs)) return year > 275_000 ? Infinity : null;
  if (new Date(midnightMs).getUTCDate() !== Number(day)) return null;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes;
  const timeMs = midnightMs + (minutes * 60 + Number(second)) * 1000;
  return timeMs > MAX_TIME_MS ? Infinity : timeMs;
}

function withoutComments(text: string): string {
  if (text.length > MAX_DATE_LENGTH) return '';
  let bare = text;
  for (let before = ''; before !== bare;) {
    before = bare;
    bare = bare.replaceAll(/\([^()]*\)/gu, ' ');
  }
  return bare.replaceAll(/\s+/gu, ' ').trim();
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return text.length === 3 ? 1900 + year : year;
}

function zoneMinutes(zone: string): number | null {
  if (/^[a-z]/iu.test(zone)) return (ZONES[zone.toUpperCase()] ?? 0) * 60;
  const minutes = Number(zone.slice(3));
  if (minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + minutes);
}
