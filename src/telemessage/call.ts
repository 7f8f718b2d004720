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
const SUBJECT_STATUS = /^(?:STATUS - )?(?:\S+ )?(unanswered|missed) (?:voice|video) call\b/iu;
const PARTY_SUBJECT = /calls? with multiple participants/iu;

/** Reads what the item says of a call: headers first, then lines of the body, then the subject. */
export function readCall(
  headers: ItemHeaders,
  messageType: string,
  subject: string,
  text: string,
): Call {
  const isVideo = /video/iu.test(messageType) || /\bvideo call\b/iu.test(subject);
  const sent = [
    ...STATUS_HEADERS.map((name) => headers.text(`X-TELEMESSAGE-${name}`)),
    STATUS_LINE.exec(text)?.[1]?.trim() ?? null,
    // Of a call that was delivered, this header tells the delivery: it counts when it is a status.
    statusOnly(headers.text('X-TELEMESSAGE-Status')),
    SUBJECT_STATUS.exec(subject)?.[1] ?? null,
  ].filter((words) => words !== null);
  const statusAsSent = sent.find((words) => toStatus(words) !== null) ?? sent[0] ?? null;
  return {
    medium: isVideo ? 'video' : 'voice',
    status: statusAsSent === null ? null : toStatus(statusAsSent),
    statusAsSent,
    durationSeconds: readDuration(headers, subject, text),
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
  const millis = headers.text('X-TELEMESSAGE-callDurationInMillis') ?? '';
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

/** `01:02:03`, `02:03`, `65`, `65 seconds`, `1m 5s`. */
function toSeconds(text: string): number | null {
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2})\b/u.exec(text);
  if (clock !== null) {
    return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  }
  const plain = /^(\d{1,7})(?:\.\d+)?\s*(?:s|secs?|seconds?)?\.?\s*$/iu.exec(text);
  if (plain !== null) return Number(plain[1]);
  const units = /^(?:(\d{1,3})\s*h\w*)?\s*(?:(\d{1,3})\s*m\w*)?\s*(?:(\d{1,3})\s*s\w*)?\s*$/iu.exec(
    text,
  );
  if (units === null || units[0].trim() === '') return null;
  return Number(units[1] ?? 0) * 3600 + Number(units[2] ?? 0) * 60 + Number(units[3] ?? 0);
}
