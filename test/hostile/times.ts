import type { TimeFlag } from '../../src/domain/item.ts';
import type { Chance } from './chance.ts';

/** Of every package that the generator fills. */
export const DAY = '2026-11-23';
const MIDNIGHT = '2026-11-23T00:00:00Z';

/** The `Date` header as sent, and where the item must stand. */
export interface SentTime {
  readonly sent: string | null;
  readonly at: string;
  readonly flag: TimeFlag | null;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const START_SECONDS = Date.UTC(2000, 0, 1) / 1000;
const END_SECONDS = Date.UTC(2026, 10, 24) / 1000;
/** What RFC 5322, 4.3 makes of zone names, in minutes. */
const ZONES: readonly (readonly [string, number])[] = [
  ['+0000', 0],
  ['-0000', 0],
  ['+0100', 60],
  ['+0545', 345],
  ['-1100', -660],
  ['+1400', 840],
  ['', 0],
  ['GMT', 0],
  ['UT', 0],
  ['Z', 0],
  ['EST', -300],
  ['PDT', -420],
  ['BST', 0],
];

const BROKEN: readonly (readonly [string | null, TimeFlag])[] = [
  [null, 'missing'],
  ['', 'missing'],
  ['   ', 'missing'],
  ['yesterday at noon', 'unreadable'],
  ['2026-11-23T09:15:42Z', 'unreadable'],
  ['2026-11-23T09:15:42+0000', 'unreadable'],
  ['23/11/2026 09:15:42', 'unreadable'],
  ['1795252542000', 'unreadable'],
  ['Mon, 31 Feb 2026 09:15:42 +0000', 'unreadable'],
  ['Tue, 29 Feb 2025 09:15:42 +0000', 'unreadable'],
  ['Mon, 23 Nov 2026 24:00:00 +0000', 'unreadable'],
  ['Mon, 23 Nov 2026 09:60:00 +0000', 'unreadable'],
  ['Mon, 23 Nov 2026 09:15:61 +0000', 'unreadable'],
  ['Mon, 23 Foo 2026 09:15:42 +0000', 'unreadable'],
  ['Mon, 23 Nov 2026 09:15:42 +0000; evil', 'unreadable'],
  ['Mon, 0 Nov 2026 09:15:42 +0000', 'unreadable'],
  ['Thu, 26 Nov 2026 00:00:00 +0000', 'future'],
  ['Fri, 01 Jan 2027 00:00:00 +0000', 'future'],
  ['Sat, 13 Sep 275760 00:00:01 +0000', 'future'],
  ['Mon, 01 Jan 999999 00:00:00 +0000', 'future'],
];

export function aTime(chance: Chance): SentTime {
  if (chance.is(0.12)) {
    const [sent, flag] = chance.pick(BROKEN);
    return { sent, at: MIDNIGHT, flag };
  }
  const seconds = START_SECONDS + chance.below(END_SECONDS - START_SECONDS);
  if (chance.is(0.03)) {
    const thousandfold = new Date(seconds * 1_000_000).toUTCString().replace('GMT', '+0000');
    return { sent: thousandfold, at: MIDNIGHT, flag: 'thousandfold' };
  }
  if (chance.is(0.02)) {
    return { sent: 'Wed, 25 Nov 2026 23:59:59 +0000', at: '2026-11-25T23:59:59Z', flag: null };
  }
  if (chance.is(0.02)) {
    return { sent: 'Mon, 23 Nov 2026 09:15:60 +0000', at: '2026-11-23T09:16:00Z', flag: null };
  }
  return soundTime(seconds, chance);
}

/** A time of RFC 5322's form, current or obsolete, in any zone. */
export function soundTime(seconds: number, chance: Chance): SentTime {
  const [zone, offsetMinutes] = chance.pick(ZONES);
  const isShort = chance.is(0.1);
  // A form without seconds tells the full minute.
  const told = isShort ? seconds - (seconds % 60) : seconds;
  const local = new Date((told + offsetMinutes * 60) * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = chance.is(0.5) ? two(local.getUTCDate()) : String(local.getUTCDate());
  const month = MONTHS[local.getUTCMonth()] ?? '';
  const year = chance.is(0.05)
    ? two(local.getUTCFullYear() - 2000)
    : String(local.getUTCFullYear());
  const clock = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two);
  const weekday = chance.is(0.8) ? `${WEEKDAYS[local.getUTCDay()] ?? ''}, ` : '';
  const comment = chance.is(0.1) ? ' (GMT (really))' : '';
  const time = clock.slice(0, isShort ? 2 : 3).join(':');
  const sent = `${weekday}${day} ${month} ${year} ${time} ${zone}${comment}`.trim();
  return { sent, at: `${new Date(told * 1000).toISOString().slice(0, 19)}Z`, flag: null };
}

/** The clock of the United Kingdom by its law since 1996: an hour ahead between two Sundays. */
export function inLondon(at: string): string {
  const timeMs = Date.parse(at);
  const year = new Date(timeMs).getUTCFullYear();
  const isSummer = timeMs >= lastSunday(year, 2) && timeMs < lastSunday(year, 9);
  const local = new Date(timeMs + (isSummer ? 3_600_000 : 0)).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${isSummer ? 'BST' : 'GMT'}`;
}

/** 01:00 UTC of the last Sunday of a month of 31 days. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month, 31, 1));
  return last.getTime() - last.getUTCDay() * 86_400_000;
}
