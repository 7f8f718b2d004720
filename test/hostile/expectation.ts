import type { CallStatus, ItemEvent } from '../../src/domain/item.ts';
import type { MessageParty } from '../../src/domain/message.ts';
import { clock } from './calls.ts';
import { namesInMessage } from './files.ts';
import type { HostileItem } from './item.ts';
import type { Party } from './people.ts';
import { inLondon } from './times.ts';

/**
 * What every reader must see of the message of an item. Follows from what the generator put in and
 * from contract and documentation (docs/source-format.md); knows nothing of the product's code.
 */
export interface Expectation {
  readonly subject: string;
  readonly from: MessageParty;
  readonly to: readonly MessageParty[];
  readonly date: string;
  /** Lines that end with LF, none at the end. */
  readonly text: string;
  /** Cells of the table that opens the HTML body, by turns label and value. */
  readonly cells: readonly string[];
  /** The item's text as it stands in the HTML body. */
  readonly shown: string;
  readonly files: readonly {
    readonly name: string;
    readonly contentType: string;
    readonly sha256: string;
  }[];
  /** Names, lower case, sorted; whatever else a reader finds was injected. */
  readonly headers: readonly string[];
}

const SUBJECT_LENGTH = 255;
const ALWAYS = ['date', 'from', 'message-id', 'subject', 'mime-version', 'content-type'];
const OWN = ['x-o2-archive-key', 'x-o2-archive-kind'];
const EVENTS: Readonly<Record<ItemEvent, string>> = {
  edit: 'Edit of an earlier message',
  'delete-for-me': 'Deletion of an earlier message for its owner',
  'delete-for-all': 'Deletion of an earlier message for all',
  system: 'System event of the capture',
};
const STATUSES: Readonly<Record<CallStatus, string>> = {
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
const TIMES = {
  missing: 'The item has no date',
  unreadable: 'The date of the item cannot be read',
  thousandfold: 'The date of the item is a thousandfold of a real one',
  future: 'The date of the item lies in the future',
} as const;

export function expectationOf(item: HostileItem): Expectation {
  const { parties } = item;
  const sender = parties.find(({ role }) => role === 'from');
  const to = parties.filter(({ role }) => role === 'to').map(inMessage);
  const rows = rowsOf(item);
  const text = item.texts.map(({ seen }) => seen).join('\n');
  const names = namesInMessage(item.files, item.kind === 'call');
  const files = item.files.map(({ typeSeen, sha256 }, at) => ({
    name: names[at] ?? '',
    contentType: typeSeen,
    sha256,
  }));
  const table = rows.map(([label, value]) => `${`${label}:`.padEnd(22)}${value}`).join('\n');
  const list = ['Attachments:', ...item.files.map((_, at) => fileLine(item, names, at))].join('\n');
  const sections = [table, text, item.files.length === 0 ? '' : list];
  return {
    subject: subjectOf(item),
    from:
      sender === undefined
        ? { name: 'unknown sender', address: 'unknown@number.invalid' }
        : inMessage(sender),
    to,
    date: item.time.at,
    text: sections
      .filter((section) => section !== '')
      .join('\n\n')
      .replace(/\n+$/, ''),
    cells: rows.flat(),
    shown: text,
    files,
    headers: [
      ...ALWAYS,
      ...OWN,
      ...(to.length > 0 ? ['to'] : []),
      ...(idOf(item) === null && !isConversation(item) ? [] : ['references']),
      ...(isConversation(item) ? ['thread-index', 'thread-topic'] : []),
      ...(item.originalId === null ? [] : ['in-reply-to']),
      ...item.headers.map(({ name }) => name.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-')),
    ].sort(),
  };
}

/** Of the item, or of the one that it changes. */
function idOf({ originalId, sourceId }: HostileItem): string | null {
  return originalId ?? sourceId?.sent ?? null;
}

/** By the thread's id, else between people who are all known; calls and events have none. */
function isConversation({ threadId, kind, event, parties }: HostileItem): boolean {
  if (threadId !== null) return true;
  if (kind === 'call' || event === 'system') return false;
  const people = parties.filter(({ role }) => role !== 'owner');
  return people.length > 1 && people.every(({ number, address }) => (number ?? address) !== null);
}

function fileLine(item: HostileItem, names: readonly string[], at: number): string {
  const file = item.files[at];
  const name = names[at];
  if (file === undefined || name === undefined) throw new Error('A file has no name');
  const sentAs =
    file.nameSeen === '' || file.nameSeen === name ? '' : ` (sent as: ${file.nameSeen})`;
  const size = file.bytes.length.toLocaleString('en-US');
  return `- ${name}${sentAs}, ${file.typeSeen}, ${size} bytes, SHA-256 ${file.sha256}`;
}

function inMessage(party: Party): MessageParty {
  const { number, address } = party;
  const isUsable =
    address !== null &&
    /^[\w.+-]+@[a-z0-9.-]+$/.test(address) &&
    !address.includes('..') &&
    address.indexOf('@') <= 64;
  const stand =
    number?.replace('+', '') ?? (party.numberClass === 'withheld' ? 'withheld' : 'unknown');
  return { name: shownName(party), address: isUsable ? address : `${stand}@number.invalid` };
}

function shownName({ name, number, address, numberClass }: Party): string {
  const shown = number ?? (numberClass === 'withheld' ? 'number withheld' : null);
  if (name === null) return shown ?? address ?? 'unknown';
  if (shown === null) return name;
  // Behind letters from right to left a number would be shown turned around.
  return /[\u0590-\u06ff]/.test(name) ? `${shown} ${name}` : `${name} (${shown})`;
}

function rowsOf(item: HostileItem): [label: string, value: string][] {
  const { time, call } = item;
  const rows: [string, string | null][] = [
    [
      'Kind',
      call === null
        ? item.kind.toUpperCase()
        : call.medium === 'video'
          ? 'Video call'
          : 'Voice call',
    ],
    ['Event', item.event === null ? null : EVENTS[item.event]],
    ['Direction', directionOf(item)],
    ...item.parties.map((party): [string, string] => [
      { from: 'From', to: 'To', owner: 'Owner' }[party.role],
      known(party),
    ]),
    ['Group', item.group],
    ['Thread id', item.threadId],
    ['Time (UTC)', `${time.at.replace('T', ' ').replace('Z', '')} UTC`],
    ['Time (Europe/London)', inLondon(time.at)],
    ['Original date', time.flag === null ? null : (time.sent ?? '').trim() || 'none'],
    ['Status', call === null ? item.status : callStatus(call)],
    [
      'Duration',
      call?.durationSeconds === null || call === null ? null : clock(call.durationSeconds),
    ],
    ['Source id', item.sourceId === null ? null : item.sourceId.seen],
    ['Refers to', item.originalId],
    ...notesOf(item).map((note): [string, string] => ['Note', note]),
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
}

function directionOf({ owner, parties, from, to }: HostileItem): string {
  if (owner === null || parties.some(({ role }) => role === 'owner')) return 'Unknown';
  if (from.some(({ address }) => address === owner)) return 'Outbound';
  return to.some(({ address }) => address === owner) ? 'Inbound' : 'Unknown';
}

function known(party: Party): string {
  const number = party.number ?? (party.numberClass === 'withheld' ? 'number withheld' : null);
  return (
    [number, party.name, party.address].filter((part) => part !== null).join(', ') || 'unknown'
  );
}

function callStatus({ status, statusAsSent }: NonNullable<HostileItem['call']>): string | null {
  if (statusAsSent === null) return null;
  const words = status === null ? 'Unknown' : STATUSES[status];
  return statusAsSent.toLowerCase() === words.toLowerCase()
    ? words
    : `${words} (as sent: ${statusAsSent})`;
}

function notesOf(item: HostileItem): string[] {
  const { call, time } = item;
  const isConnected = call?.status === 'answered' && (call.durationSeconds ?? 0) > 0;
  const text = item.texts.map(({ seen }) => seen).join();
  const turning = ['202B', '202D', '202E', '2067']
    .filter((code) => text.includes(String.fromCharCode(parseInt(code, 16))))
    .map((code) => `U+${code}`);
  const notes: (string | false)[] = [
    time.flag !== null && `${TIMES[time.flag]}: it stands at 00:00 UTC of its archive day.`,
    turning.length > 0 &&
      `The text reverses the direction of letters (${turning.join(', ')}): read it with care.`,
    text.includes('\u{e0041}') &&
      'The text holds letters that are never seen (U+E0000 to U+E007F).',
    item.isEncrypted && 'The text is encrypted by the customer and kept as it came.',
    item.hasFilesRemoved &&
      'Files were removed at the source, before the item was delivered; see its text.',
    isConnected &&
      item.files.length === 0 &&
      'The call was connected, and no recording came with it.',
  ];
  return notes.filter((note) => note !== false);
}

/** The vendor's own, cut where Exchange would cut it; else a sentence of the vendor's grammar. */
function subjectOf(item: HostileItem): string {
  const whole = item.subject?.seen ?? '';
  const subject = whole === '' ? sentenceOf(item) : whole;
  if (subject.length <= SUBJECT_LENGTH) return subject;
  let kept = '';
  for (const character of subject) {
    if (kept.length + character.length > SUBJECT_LENGTH - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function sentenceOf(item: HostileItem): string {
  const { status, call, parties } = item;
  const state = ['READ', 'UNREAD'].find((each) => each === status?.toUpperCase()) ?? 'UNKNOWN';
  const prefixes = {
    edit: `EDIT ${state} `,
    'delete-for-all': `DELETED For All ${state} `,
    'delete-for-me': `DELETED For Me ${state} `,
    system: '',
  };
  const names = (role: string) =>
    parties
      .filter((party) => party.role === role)
      .map(shownName)
      .join(', ') || 'unknown';
  const isUnanswered = ['missed', 'rejected', 'unanswered'].includes(call?.status ?? '');
  const what =
    call === null
      ? `${item.kind.toUpperCase()} message`
      : `${isUnanswered ? 'unanswered ' : ''}${call.medium} call`;
  const to = item.group === null ? names('to') : `chat group ${item.group}`;
  return `${item.event === null ? '' : prefixes[item.event]}${what} from ${names('from')} to ${to}`;
}
