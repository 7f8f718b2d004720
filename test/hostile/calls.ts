import type { CallStatus } from '../../src/domain/item.ts';
import type { Chance } from './chance.ts';

export interface CallFacts {
  readonly medium: 'voice' | 'video';
  readonly status: CallStatus | null;
  readonly statusAsSent: string | null;
  readonly durationSeconds: number | null;
}

const STATUSES: readonly (readonly [sent: string, status: CallStatus | null])[] = [
  ['Call OK', 'answered'],
  ['1', 'answered'],
  ['Missed Call', 'missed'],
  ['2', 'missed'],
  ['Failed Call', 'failed'],
  ['3', 'failed'],
  ['Voice Mail', 'voicemail'],
  ['4', 'voicemail'],
  ['Rejected Call', 'rejected'],
  ['5', 'rejected'],
  ['Busy Call', 'busy'],
  ['6', 'busy'],
  ['Blocked Call', 'blocked'],
  ['7', 'blocked'],
  ['Answered Externally', 'answered-externally'],
  ['8', 'answered-externally'],
  ['Unanswered', 'unanswered'],
  ['No Answer', 'unanswered'],
  ['17', null],
];

/** A call, and where the feed says its end. */
export interface MadeCall {
  readonly facts: CallFacts;
  readonly statusHeader: string | null;
  readonly callHeader: string | undefined;
  readonly lines: readonly string[];
}

/** Status and duration stand in headers or in lines of the body. */
export function aCall(type: string, chance: Chance): MadeCall {
  const medium = type.startsWith('video') ? 'video' : 'voice';
  const isKnown = chance.is(0.85);
  const [sent, status] = isKnown ? chance.pick(STATUSES) : [null, null];
  const place = chance.pick(['line', 'header', 'status header'] as const);
  const durationSeconds = chance.is(0.7)
    ? chance.pick([0, 1, 59, 60, 3_599, 3_600, 360_000])
    : null;
  const isPlaced = sent !== null && (place !== 'status header' || status !== null);
  const lines = [
    ...(isPlaced && place === 'line' ? [`Call Status: ${sent}`] : []),
    ...(durationSeconds === null ? [] : [`Duration: ${clock(durationSeconds)}`]),
  ];
  return {
    facts: {
      medium,
      status: isPlaced ? status : null,
      statusAsSent: isPlaced ? sent : null,
      durationSeconds,
    },
    statusHeader: isPlaced && place === 'status header' ? sent : null,
    callHeader: isPlaced && place === 'header' ? sent : undefined,
    lines,
  };
}

/** `HH:MM:SS`, more hours than two digits hold in three. */
export function clock(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((value) => String(value).padStart(2, '0'))
    .join(':');
}
