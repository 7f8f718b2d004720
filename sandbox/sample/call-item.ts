import { digestOf, timeOf, type SampleItem } from './sample-item.ts';
import { recordingOf } from './media.ts';
import { displayOf, type PersonId } from './people.ts';
import type { CallEntry } from './script.ts';

/** The item of one call, its recording attached when there is one. */
export function callItem(day: string, call: CallEntry, index: number, owner: PersonId): SampleItem {
  const label = `call/${index}@${owner}`;
  const sentMs = timeOf(day, call.at, `call/${index}`);
  const sourceId = digestOf(`${day} ${label}`);
  const isUnrecorded = call.seconds > 0 && !call.isRecorded;
  return {
    label,
    kind: 'call',
    type: typeHeader(call),
    sentMs,
    owner,
    from: call.from,
    to: call.to,
    subject: subjectOf(call),
    text: bodyOf(call, sentMs),
    media: () => (call.isRecorded ? [recordingOf(sourceId, call.seconds, index)] : []),
    sourceId,
    threadId: null,
    group: null,
    status: call.status,
    flags: isUnrecorded ? ['connected-without-recording'] : [],
    wire: {},
  };
}

function typeHeader(call: CallEntry): string {
  if (!call.isRecorded) return 'call-log';
  return call.isVideo === true ? 'video-call' : 'voice-call';
}

function subjectOf(call: CallEntry): string {
  if (call.to.length > 1) return 'Calls with multiple participants';
  const isUnanswered = call.status === 'Missed Call' || call.status === 'Rejected Call';
  const medium = call.isVideo === true ? 'video call' : 'voice call';
  const what = isUnanswered ? `unanswered ${medium}` : medium;
  return `O2 ${what} from ${displayOf(call.from)} to ${call.to.map(displayOf).join(', ')}`;
}

function bodyOf(call: CallEntry, startMs: number): string {
  const legs = call.to.map(
    (to) => `${displayOf(call.from)} - ${displayOf(to)}, ${clockOf(call.seconds)}`,
  );
  return [
    `Call Status: ${call.status}`,
    `Start Time: ${vendorTime(startMs)}`,
    `End Time: ${vendorTime(startMs + call.seconds * 1000)}`,
    `Duration: ${clockOf(call.seconds)}`,
    ...(legs.length > 1 ? legs : []),
  ].join('\n');
}

/** `HH:MM:SS`. */
function clockOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

/** The vendor's `yyyy-MM-dd'T'HH:mm:ssZ`, always in GMT. */
function vendorTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}+0000`;
}
