import type {
  CallStatus,
  Direction,
  Item,
  ItemEvent,
  Party,
  TextDoubt,
  TimeFlag,
} from '../domain/item.ts';
import { clockDuration, londonTime, utcTime } from './clock-face.ts';
import { partyNumber } from './party-name.ts';
import { deliveryStatus } from './subject.ts';
import { hasHiddenTags, oneLine, turningIn } from './visible-text.ts';

/** A row of the table that opens the body: both sides on one line, nothing in them misleads. */
export interface Fact {
  readonly label: string;
  /** Stand beside each other with commas between them, each in a direction of its own. */
  readonly values: readonly string[];
}

const DIRECTIONS: Readonly<Record<Direction, string>> = {
  inbound: 'Inbound',
  outbound: 'Outbound',
  unknown: 'Unknown',
};

const EVENTS: Readonly<Record<ItemEvent, string>> = {
  edit: 'Edit of an earlier message',
  'delete-for-me': 'Deletion of an earlier message for its owner',
  'delete-for-all': 'Deletion of an earlier message for all',
  system: 'System event of the capture',
};

const CALL_STATUSES: Readonly<Record<CallStatus, string>> = {
  answered: 'Answered',
  missed: 'Missed',
  failed: 'Failed',
  voicemail: 'Voicemail',
  rejected: 'Rejected',
  busy: 'Busy',
  blocked: 'Blocked',
  'answered-externally': 'Answered externally',
  unanswered: 'Unanswered',
};

const TIME_NOTES: Readonly<Record<TimeFlag, string>> = {
  missing: 'The item has no date',
  unreadable: 'The date of the item cannot be read',
  thousandfold: 'The date of the item is a thousandfold of a real one',
  future: 'The date of the item lies in the future',
};

const TEXT_NOTES: Readonly<Record<TextDoubt, string>> = {
  unparted:
    'The item says that it has parts, and they cannot be told apart: its text stands as it came, files in it as letters.',
  'no-blank-line':
    'A part has no blank line between header and text: where its text begins is a guess.',
  'not-base64': 'The text says that it is in base64, and is not: it stands as it came.',
  markup:
    'Markup of the text shows nothing or is damaged: what would not be seen stands here as it came.',
  alternatives:
    'The item says its text twice, plain and in HTML, and not the same: both stand here, the plain one first.',
};

/** IANA's names have 40 at most (RFC 2978 2.3). */
const MAX_CHARSET_CHARACTERS = 40;

/** What is known about the item, in the order in which it is shown. */
export function factsOf(item: Item): Fact[] {
  const rows: [label: string, value: string | readonly string[] | null][] = [
    ['Kind', kindOf(item)],
    ['Event', item.event && EVENTS[item.event]],
    ['Direction', DIRECTIONS[item.direction]],
    ...item.parties.map((party): [string, string[]] => [ROLES[party.role], partyFact(party)]),
    ['Group', item.groupName],
    ['Thread id', item.threadId],
    ['Time (UTC)', utcTime(item.at)],
    ['Time (Europe/London)', londonTime(item.at)],
    ['Original date', item.timeFlag && (item.dateAsSent ?? 'none')],
    ['Status', item.kind === 'call' ? callStatus(item) : deliveryStatus(item)],
    ['Duration', duration(item)],
    ['Source id', item.sourceId],
    ['Refers to', item.originalSourceId],
    ...notesOf(item).map((note): [string, string] => ['Note', note]),
  ];
  return rows
    .map(([label, value]) => ({ label, values: [value ?? []].flat().map(oneLine).filter(isSaid) }))
    .filter(({ values }) => values.length > 0);
}

function isSaid(value: string): boolean {
  return value !== '';
}

const ROLES: Readonly<Record<Party['role'], string>> = { from: 'From', to: 'To', owner: 'Owner' };

function kindOf(item: Item): string {
  if (item.kind !== 'call') return item.kind.toUpperCase();
  return item.call?.medium === 'video' ? 'Video call' : 'Voice call';
}

/** Number, name and address, as far as the item has them. */
function partyFact(party: Party): string[] {
  const known = [partyNumber(party), party.name, party.address].map((part) => oneLine(part ?? ''));
  return known.some(isSaid) ? known : ['unknown'];
}

function callStatus(item: Item): string | null {
  const { status = null, statusAsSent = null } = item.call ?? {};
  const asSent = oneLine(statusAsSent ?? '');
  if (status === null) return asSent === '' ? null : `Unknown (as sent: ${asSent})`;
  const words = CALL_STATUSES[status];
  const isSame = asSent.toLowerCase() === words.toLowerCase();
  return asSent === '' || isSame ? words : `${words} (as sent: ${asSent})`;
}

function duration(item: Item): string | null {
  const seconds = item.call?.durationSeconds ?? null;
  return seconds === null ? null : clockDuration(seconds);
}

function notesOf(item: Item): string[] {
  const notes: string[] = [];
  if (item.timeFlag !== null) {
    notes.push(`${TIME_NOTES[item.timeFlag]}: it stands at 00:00 UTC of its archive day.`);
  }
  const turning = turningIn(item.text);
  if (turning.length > 0) {
    notes.push(
      `The text reverses the direction of letters (${turning.join(', ')}): read it with care.`,
    );
  }
  if (hasHiddenTags(item.text)) {
    notes.push('The text holds letters that are never seen (U+E0000 to U+E007F).');
  }
  if (item.unknownCharset !== null) {
    const name = oneLine(item.unknownCharset).slice(0, MAX_CHARSET_CHARACTERS);
    notes.push(
      `The item says that its character set is ${name}, which is not known or not so: it may be read wrongly. Its bytes are in the staged package.`,
    );
  }
  notes.push(...item.textDoubts.map((doubt) => TEXT_NOTES[doubt]));
  if (item.isEncrypted) notes.push('The text is encrypted by the customer and kept as it came.');
  if (item.hasFilesRemovedAtSource) {
    notes.push('Files were removed at the source, before the item was delivered; see its text.');
  }
  if (isConnected(item) && item.attachments.length === 0) {
    notes.push('The call was connected, and no recording came with it.');
  }
  return notes;
}

function isConnected(item: Item): boolean {
  return item.call?.status === 'answered' && (item.call.durationSeconds ?? 0) > 0;
}
