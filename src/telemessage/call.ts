import type { Call, CallStatus } from '../domain/item.ts';
import type { ItemHeaders } from './headers.ts';

/** The vendor's codes and words, lower case (docs/source-format.md). */
const STATUSES: Readonly<Record<string, CallStatus>> = {
  '1': 'answered',
  '2': 'missed',
  '3': 'failed',
  '4': 'voicemail',
  '5': 'rejected',
  '6': 'busy',
  '7': 'blocked',
  '8': 'answered-externally',
  ok: 'answered',
  answered: 'answered',
  connected: 'answered',
  completed: 'answered',
  missed: 'missed',
  failed: 'failed',
  voicemail: 'voicemail',
  reject: 'rejected',
  rejected: 'rejected',
  declined: 'rejected',
  busy: 'busy',
  blocked: 'blocked',
  answeredexternally: 'answered-externally',
  unanswered: 'unanswered',
  notanswered: 'unanswered',
  noanswer: 'unanswered',
};
const STATUS_HEADERS = ['CallStatus', 'Call-Status', 'Call_Status', 'CallResult'];
const DURATION_HEADERS = ['Duration', 'CallDuration', 'Call-Duration', 'Call_Duration'];
const STATUS_LINE = /^[ \t]*(?:Call[ \t]*)?Status[ \t]*[:=][ \t]*(\S[^\n]{0,99})/imu;
const DURATION_LINE = /^[ \t]*(?:Call[ \t]*)?Duration[ \t]*[:=][ \t]*(\S[^\n]{0,39})/imu;
const TIME_LINE =
  /^[ \t]*(Start|End)[ \t]*Time[ \t]*[:=][ \t]*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?[ \t]*(Z|[+-]\d\d:?\d\d)?[ \t]*$/gimu;
/** The type before it may have several words: `O2 Network unanswered voice call from …`. */
const SUBJECT_STATUS =
  /^(?:STATUS - )?(?:(?!voice\b|video\b|call\b|from\b)\S{1,40} ){0,4}(unanswered|missed) (?:voice|video) call\b/iu;
/** Of an item's delivery and of a call's end alike. */
const FAILED = 'failed';
/** A unit that is not one of these makes the whole no duration. */
const UNITS =
  /^(?:PT)?(?:(\d{1,3})\s*(?:h|hrs?|hours?)\.?(?![a-z]))?[\s,]*(?:(\d{1,4})\s*(?:m|mins?|minutes?)\.?(?![a-z]))?[\s,]*(?:(\d{1,7})(?:\.\d{1,9})?\s*(?:s|secs?|seconds?)\.?)?\s*$/iu;
const PARTY_SUBJECT = /calls? with multiple participants/iu;

/** Reads what the item says of a call: headers first, then lines of the body, then the subject. */
export function readCall(
  headers: ItemHeaders,
  messageType: string,
  subject: string,
  text: string,
): Call {
  const isVideo = /video/iu.test(messageType) || /\bvideo call\b/iu.test(subject);
  const durationSeconds = readDuration(headers, subject, text);
  // Of a call that was delivered, this header tells the delivery: it counts when it is a status.
  const header = statusOnly(headers.text('X-TELEMESSAGE-Status'));
  const isDelivery = header?.trim().toLowerCase() === FAILED;
  const sent = [
    ...STATUS_HEADERS.map((name) => headers.text(`X-TELEMESSAGE-${name}`)),
    STATUS_LINE.exec(text)?.[1]?.trim() ?? null,
    isDelivery ? null : header,
    SUBJECT_STATUS.exec(subject)?.[1] ?? null,
    // A call that lasted did not fail.
    isDelivery && (durationSeconds ?? 0) === 0 ? header : null,
  ].filter((words) => words !== null);
  const statusAsSent = sent.find((words) => toStatus(words) !== null) ?? sent[0] ?? null;
  return {
    medium: isVideo ? 'video' : 'voice',
    status: statusAsSent === null ? null : toStatus(statusAsSent),
    statusAsSent,
    durationSeconds,
  };
}

function statusOnly(words: string | null): string | null {
  return words !== null && toStatus(words) !== null ? words : null;
}

function toStatus(words: string): CallStatus | null {
  const key = words.toLowerCase().replaceAll(/\bcall\b|[^a-z0-9]/gu, '');
  return Object.hasOwn(STATUSES, key) ? (STATUSES[key] ?? null) : null;
}

function readDuration(headers: ItemHeaders, subject: string, text: string): number | null {
  for (const name of DURATION_HEADERS) {
    const seconds = toSeconds(headers.text(`X-TELEMESSAGE-${name}`) ?? '');
    if (seconds !== null) return seconds;
  }
  const millis = (headers.text('X-TELEMESSAGE-callDurationInMillis') ?? '').trim();
  if (/^\d{1,12}$/u.test(millis)) return Math.round(Number(millis) / 1000);
  const line = toSeconds(DURATION_LINE.exec(text)?.[1] ?? '');
  if (line !== null) return line;
  const between = betweenTimes(text);
  if (between !== null || !PARTY_SUBJECT.test(subject)) return between;
  // One item, one body line a leg: the call lasted as long as its longest leg.
  const legs = [...text.matchAll(/\b\d{1,3}:\d{2}:\d{2}\b/gu)].map(([leg]) => toSeconds(leg) ?? 0);
  return legs.length === 0 ? null : Math.max(...legs.slice(0, 1000));
}

/** From its start to its end, where the item tells both once and no duration. */
function betweenTimes(text: string): number | null {
  const times = [...text.matchAll(TIME_LINE)].slice(0, 3);
  const [start, end, more] = times.map(([, , day, time, zone]) =>
    Date.parse(`${day ?? ''}T${time ?? ''}${zone ?? 'Z'}`),
  );
  const isPair = times[0]?.[1]?.toLowerCase() === 'start' && times[1]?.[1]?.toLowerCase() === 'end';
  if (!isPair || start === undefined || end === undefined || more !== undefined) return null;
  return end >= start ? (end - start) / 1000 : null;
}

/** `01:02:03`, `02:03`, `65`, `65 seconds`, `1m 5s`, `12m32s`, `PT12M32S`, `752000 ms`. */
function toSeconds(text: string): number | null {
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})\b/u.exec(text);
  if (clock !== null) return inSeconds(clock[1], clock[2], clock[3]);
  const millis = /^(\d{1,12})\s*(?:ms|millis|milliseconds?)\s*$/iu.exec(text);
  if (millis !== null) return Math.round(Number(millis[1]) / 1000);
  const plain = /^(\d{1,7})(?:\.\d*)?\s*$/u.exec(text);
  if (plain !== null) return Number(plain[1]);
  const units = UNITS.exec(text);
  return units?.[0].match(/\d/u) ? inSeconds(units[1], units[2], units[3]) : null;
}

function inSeconds(hours = '0', minutes = '0', seconds = '0'): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
