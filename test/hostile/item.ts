import type { ItemEvent, ItemKind } from '../../src/domain/item.ts';
import { aCall, type CallFacts, type MadeCall } from './calls.ts';
import { chanceOf, type Chance } from './chance.ts';
import { aFile, type SentFile } from './files.ts';
import { aPerson, distinct, type Party, type Person } from './people.ts';
import { aTime, type SentTime } from './times.ts';
import { aLine, aPlainText, aText, oneLined, plain, type Said } from './words.ts';

export interface SentHeader {
  readonly name: string;
  readonly value: Said;
}

/** An item as its maker knows it: how it is wrapped into an e-mail is decided elsewhere. */
export interface HostileItem {
  readonly kind: ItemKind;
  readonly event: ItemEvent | null;
  readonly originalId: string | null;
  readonly time: SentTime;
  /** The `RCPT_TO` header; null for none. */
  readonly recipient: string | null;
  /** The one address in it, lower case. */
  readonly owner: string | null;
  /** As named, those named twice included. */
  readonly from: readonly Person[];
  readonly to: readonly Person[];
  /** Each once; the owner last when none of them. */
  readonly parties: readonly Party[];
  readonly subject: Said | null;
  /** In the order in which they are read. */
  readonly texts: readonly Said[];
  readonly group: string | null;
  readonly threadId: string | null;
  readonly sourceId: Said | null;
  readonly status: string | null;
  readonly call: CallFacts | null;
  readonly files: readonly SentFile[];
  readonly isEncrypted: boolean;
  readonly hasFilesRemoved: boolean;
  /** `X-TELEMESSAGE-*` in their order, doubled ones included. */
  readonly headers: readonly SentHeader[];
}

const TYPES: Readonly<Record<ItemKind, readonly string[]>> = {
  sms: ['pager-message', 'SMS', 'Pager-Message'],
  mms: ['multimedia-message', 'MMS', 'mms'],
  call: ['voice-call', 'video-call', 'call-log', 'Voice Call'],
};
const REMOVED =
  'Total attachments size 31.2MB exceeds the 25MB maximum attachment size limit.\nfilm.mp4\nwere removed';

/** The item of that seed and index: the same whenever and wherever it is made. */
export function hostileItem(seed: number, index: number): HostileItem {
  const chance = chanceOf(`${seed}/${index}/item`);
  const asked = chance.pick<ItemKind>(['sms', 'sms', 'mms', 'call']);
  const hasType = asked === 'call' || chance.is(0.85);
  const files = filesOf(asked, chance);
  const kind = hasType ? asked : files.length > 0 ? 'mms' : 'sms';
  const type = hasType ? chance.pick(TYPES[kind]) : chance.pick([null, 'app-message', 'event']);
  const event = eventOf(type, kind, chance);
  const originalId = event === null || event === 'system' ? null : `orig_${chance.below(10_000)}`;
  const sourceId = sourceIdOf(event, chance);
  const people = peopleOf(chance);
  const isPlain = event === null || event === 'system';
  const isEncrypted = isPlain && chance.is(0.03);
  const hasFilesRemoved = isPlain && !isEncrypted && chance.is(0.04);
  const call = kind === 'call' ? aCall(type ?? '', chance) : null;
  const group = kind !== 'call' && chance.is(0.25) ? aLine(chance) : null;
  const threadId = chance.is(0.4) ? aLine(chance) : null;
  const status = call?.statusHeader ?? (kind === 'call' ? 'Delivered' : deliveryStatus(chance));
  const text = textOf({ event, originalId, isEncrypted, hasFilesRemoved, call }, chance);
  const headers: (SentHeader | null)[] = [
    header('ArchiveMessageID', sourceId),
    header('MessageType', type === null ? null : plain(type)),
    header('Status', status === null ? null : plain(status)),
    header('GROUP_NAME', group),
    header('THREAD_ID', threadId),
    header('CallStatus', call?.callHeader === undefined ? null : plain(call.callHeader)),
    header('OriginalMesageIntegrity', chance.is(0.3) ? plain('3q2+7w==') : null),
    header('ArchiveInitiator', chance.is(0.2) ? aLine(chance) : null),
    header('ThreadName', chance.is(0.2) ? aLine(chance) : null),
    header('Weird (name)', chance.is(0.05) ? aLine(chance) : null),
    ...(isEncrypted
      ? [header('ENC-DATAKEY', plain('c2VjcmV0')), header('ENC-KEY-ID', plain('7'))]
      : []),
    // The second of a name stands in the message too; the first decides.
    header('Status', status !== null && chance.is(0.05) ? plain('Sending') : null),
    header('THREAD_ID', threadId !== null && chance.is(0.05) ? plain('another') : null),
  ];
  return {
    kind,
    event,
    originalId,
    time: aTime(chance),
    ...people,
    subject: subjectOf(chance),
    texts: text,
    group: group === null ? null : group.seen,
    threadId: threadId === null ? null : threadId.seen,
    sourceId,
    status: call === null ? status : null,
    call: call === null ? null : call.facts,
    files,
    isEncrypted,
    hasFilesRemoved,
    headers: headers.filter((each) => each !== null),
  };
}

function header(name: string, value: Said | null): SentHeader | null {
  return value === null ? null : { name: `X-TELEMESSAGE-${name}`, value };
}

function filesOf(asked: ItemKind, chance: Chance): SentFile[] {
  if (asked === 'sms') return chance.is(0.08) ? [aFile(chance)] : [];
  if (asked === 'call') return chance.is(0.5) ? [aFile(chance)] : [];
  const files = Array.from({ length: chance.below(6) }, () => aFile(chance));
  const [first] = files;
  // The same file twice is two files.
  return first !== undefined && chance.is(0.2) ? [...files, first] : files;
}

function eventOf(type: string | null, kind: ItemKind, chance: Chance): ItemEvent | null {
  if (kind !== 'call' && chance.is(0.1)) {
    return chance.pick(['edit', 'delete-for-me', 'delete-for-all']);
  }
  return type === 'event' ? 'system' : null;
}

const PREFIXES: Readonly<Record<ItemEvent, string>> = {
  edit: 'EDIT-',
  'delete-for-me': 'DELETE_FOR_ME-',
  'delete-for-all': 'DELETE_FOR_ALL-',
  system: '',
};

function sourceIdOf(event: ItemEvent | null, chance: Chance): Said | null {
  const prefix = event === null ? '' : PREFIXES[event];
  if (prefix === '' && chance.is(0.05)) return null;
  if (prefix === '' && chance.is(0.1)) return aLine(chance);
  // Ids collide: two items of one sender in one millisecond have the same.
  const isCollision = chance.is(0.1);
  const number = isCollision ? chance.below(3) : chance.below(2 ** 31);
  return plain(`${prefix}17952525${number}_447700900101_0`);
}

function deliveryStatus(chance: Chance): string | null {
  return chance.pick([null, 'Sent', 'Delivered', 'Read', 'READ', 'Unread', 'Failed']);
}

function peopleOf(
  chance: Chance,
): Pick<HostileItem, 'recipient' | 'owner' | 'from' | 'to' | 'parties'> {
  const from = chance.is(0.05) ? [] : [aPerson(chance)];
  const others = Array.from({ length: chance.below(5) }, () => aPerson(chance));
  // Somebody is named again, or writes to himself.
  const to = chance.is(0.15) ? [...others, ...from, ...others.slice(0, 1)] : others;
  const addressed = [...from, ...to].filter(
    ({ address }) => address?.includes('@example.') === true,
  );
  const isParty = addressed.length > 0 && chance.is(0.7);
  const address = isParty
    ? (chance.pick(addressed).address ?? '')
    : `owner${chance.below(900)}@tarnvesper.example.com`;
  const forms: readonly (readonly [header: string | null, owner: string | null])[] = [
    [address, address],
    [address, address],
    [`<${address.toUpperCase()}>`, address],
    [`${address}, <${address}>`, address],
    ['', null],
    [null, null],
    ['<>', null],
    [`${address}, other@example.org`, null],
  ];
  const [recipient, owner] = chance.pick(forms);
  const listed: Party[] = [
    ...from.map((person): Party => ({ role: 'from', ...person })),
    ...to.map((person): Party => ({ role: 'to', ...person })),
  ];
  const isListed = listed.some((party) => party.address === owner);
  const own: Party[] =
    owner === null || isListed
      ? []
      : [
          {
            role: 'owner',
            display: '',
            bracketed: owner,
            number: null,
            numberClass: 'withheld',
            address: owner,
            name: null,
          },
        ];
  return { recipient, owner, from, to, parties: distinct([...listed, ...own]) };
}

function textOf(
  item: Pick<HostileItem, 'event' | 'originalId' | 'isEncrypted' | 'hasFilesRemoved'> & {
    readonly call: MadeCall | null;
  },
  chance: Chance,
): Said[] {
  const id = item.originalId ?? '';
  const said = () => (chance.is(0.5) ? aText(chance) : aPlainText(chance));
  const before = item.call === null ? '' : item.call.lines.map((line) => `${line}\n`).join('');
  if (item.isEncrypted) return [plain(`${before}${chance.bytes(60).toString('base64')}`)];
  const around = (head: string, inner: Said, tail: string): Said => ({
    sent: `${head}${inner.sent}${tail}`,
    seen: `${head}${inner.seen}${tail}`,
  });
  switch (item.event) {
    case 'edit':
      return [
        around('Previous Text:\nold\nEdited Text:\n', said(), `\nOriginal Message ID: ${id}`),
      ];
    case 'delete-for-me':
    case 'delete-for-all':
      return [around(`Original Message (Msg ID - ${id})\n`, said(), '\nend')];
    case 'system':
    case null:
  }
  const main = item.hasFilesRemoved ? around('', said(), `\n${REMOVED}`) : said();
  const first = around(before, main, main.sent === '' && before !== '' ? 'end' : '');
  const isSeveral = chance.is(0.15) && first.sent !== '';
  return isSeveral ? [first, aPlainText(chance)] : [first];
}

function subjectOf(chance: Chance): Said | null {
  if (chance.is(0.1)) return null;
  if (chance.is(0.05)) return plain('');
  if (chance.is(0.004)) return plain(`x${' yz'.repeat(230_000)}`);
  const line = aLine(chance);
  if (chance.is(0.5)) return line;
  const start = chance.pick(['SMS message from', 'STATUS - MMS message from', 'Calls with']);
  return oneLined(`${start} ${line.sent} to 447700900102`, `${start} ${line.seen} to 447700900102`);
}
