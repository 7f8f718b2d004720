import { readFileSync } from 'node:fs';
import type { CallStatus, Item, Party } from '../../../src/domain/item.ts';
import type { ComposeOptions } from '../../../src/message/compose.ts';
import type { File } from './items.ts';
import { aCall, aFile, ALICE, anMms, anSms, attachmentsOf, BOB, bytesOf } from './items.ts';

export interface GoldenCase {
  readonly name: string;
  readonly item: Item;
  readonly files: readonly File[];
  readonly options?: Partial<ComposeOptions>;
}

const RECORDING = aFile({ name: null, contentType: 'audio/mpeg', bytes: bytesOf(400, 3) });

/** A picture that can be seen, as a file: a newer zlib would pack it into other bytes. */
const PHOTO = readFileSync(new URL('golden/photo.png', import.meta.url));
const aPhoto = (name: string | null) => aFile({ name, contentType: 'image/png', bytes: PHOTO });

const DELETED = 'Original Message (Msg ID - 1699)\r\nSee you at ten.';
const NOBODY: Party = { ...BOB, number: null, numberClass: 'withheld', name: null, address: null };

/** A status and the vendor's own words for it. */
const STATUSES: readonly [CallStatus, string, number | null][] = [
  ['answered', 'Call OK', 4_354],
  ['missed', 'Missed Call', 0],
  ['failed', 'Failed Call', null],
  ['voicemail', 'Voice Mail', 12],
  ['rejected', 'Rejected Call', 0],
  ['busy', 'Busy Call', 0],
  ['blocked', 'Blocked Call', 0],
  ['answered-externally', 'Answered Externally', 33],
  ['unanswered', 'No answer', 0],
];

/** One message for each kind, event and call status, and for each note that a body can bear. */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  bare('sms-outbound', anSms()),
  bare('sms-inbound-summer', anSms({ at: '2026-06-23T23:30:00Z', direction: 'inbound' })),
  bare(
    'sms-group-unicode',
    anSms({
      subject: '',
      groupName: 'Büro 🏗 Gruppe',
      parties: [
        ALICE,
        BOB,
        { ...BOB, position: 1, number: '+447700900125', name: 'Zoë', address: null },
      ],
      text: 'Grüße 📄 \u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}\r\nعربي',
    }),
  ),
  bare(
    'sms-edit',
    anSms({
      event: 'edit',
      subject: '',
      originalSourceId: '1699',
      text: 'Previous Text: See you at ten.\r\nEdited Text: See you at eleven.\r\nOriginal Message ID: 1699',
    }),
  ),
  bare(
    'sms-deleted-for-all',
    anSms({
      event: 'delete-for-all',
      subject: '',
      originalSourceId: '1699',
      text: DELETED,
    }),
  ),
  bare(
    'sms-deleted-for-me',
    anSms({
      event: 'delete-for-me',
      subject: '',
      originalSourceId: '1699',
      text: DELETED,
    }),
  ),
  bare(
    'sms-system-event',
    anSms({
      event: 'system',
      subject: 'SIM removed',
      text: 'The SIM card was removed from the phone.',
      parties: [ALICE, { ...ALICE, role: 'to' }],
    }),
  ),
  bare('sms-encrypted', anSms({ isEncrypted: true, text: '3q2+7w==' })),
  bare(
    'sms-date-unreadable',
    anSms({ timeFlag: 'unreadable', at: '2026-11-23T00:00:00Z', dateAsSent: 'yesterday at noon' }),
  ),
  bare(
    'sms-odd-numbers',
    anSms({
      subject: '',
      direction: 'inbound',
      parties: [
        { ...ALICE, number: 'BANK', numberClass: 'alphanumeric', name: null, address: null },
        { ...BOB, number: '85500', numberClass: 'short-code', name: null, address: null },
        { ...BOB, position: 1, number: null, numberClass: 'withheld', name: null, address: null },
      ],
    }),
  ),
  bare(
    'sms-nobody-known',
    anSms({ subject: '', parties: [{ ...ALICE, role: 'owner' }], text: '' }),
  ),
  bare('sms-empty', anSms({ text: '', subject: '' })),
  bare('sms-status-line', anSms({ subject: `STATUS - ${anSms().subject}` })),
  bare(
    'sms-date-missing',
    anSms({ timeFlag: 'missing', at: '2026-11-23T00:00:00Z', dateAsSent: null }),
  ),
  bare(
    'sms-date-thousandfold',
    anSms({
      timeFlag: 'thousandfold',
      at: '2026-11-23T00:00:00Z',
      dateAsSent: 'Tue, 21 Apr 57300 03:33:20 +0000',
    }),
  ),
  bare(
    'sms-date-future',
    anSms({
      timeFlag: 'future',
      at: '2026-11-23T00:00:00Z',
      dateAsSent: 'Thu, 26 Nov 2026 00:00:00 +0000',
    }),
  ),
  bare(
    'sms-owner-beside',
    anSms({
      direction: 'unknown',
      owner: 'carol@example.com',
      parties: [
        ALICE,
        BOB,
        { ...NOBODY, role: 'owner', address: 'carol@example.com', name: 'Carol Example' },
      ],
    }),
  ),
  bare(
    'sms-group-event',
    anSms({
      event: 'system',
      subject: 'Event message from Alice Example to chat group Desk 4',
      groupName: 'Desk 4',
      text: 'Bob Example left the group.',
    }),
  ),
  bare(
    'sms-right-to-left',
    anSms({
      subject: '',
      direction: 'inbound',
      parties: [
        { ...ALICE, name: 'ليلى حسن', number: '+447700900131' },
        { ...BOB, name: 'נועה לוי', number: '+447700900132' },
      ],
      text: 'السعر 12.50 GBP، التسليم يوم 24/11.\r\nשלום, נתראה בשעה 10:30.\r\nThen in English again.',
    }),
  ),
  bare(
    'sms-misleading',
    anSms({
      subject: 'Invoice \u202efdp.exe\u202c\r\nBcc: everyone@example.com',
      groupName: 'Desk 4\r\nStatus: Read',
      parties: [
        { ...ALICE, name: 'Alice\u202eelpmaxE\u202c' },
        { ...BOB, name: '<b>Bob</b>\u0000\u200b' },
      ],
      text: 'Pay \u202e0001\u202c now.\u0007 <script>alert(1)</script> <a href="x">&amp;</a>\r\n\u2066one\u2069 two',
    }),
  ),
  bare(
    'sms-long-names',
    anSms({
      subject: '',
      threadId: 'thread-'.padEnd(200, '7'),
      parties: [
        { ...ALICE, name: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6) },
        ...Array.from({ length: 12 }, (_, position) => ({
          ...BOB,
          position,
          number: `+4477009001${String(position).padStart(2, '0')}`,
          name: `Recipient Number ${String(position + 1)} of the Long Distribution List`,
          address: `${'recipient.'.repeat(4)}${String(position)}@${'long.'.repeat(8)}example.com`,
        })),
      ],
      text: `${'Donaudampfschifffahrtsgesellschaft'.repeat(8)}\r\nhttps://example.com/${'path/'.repeat(40)}`,
    }),
  ),
  {
    name: 'mms-picture',
    item: anMms([aPhoto('harbour.png')], { text: 'The harbour this morning.' }),
    files: [aPhoto('harbour.png')],
  },
  {
    name: 'mms-historic-backfill',
    item: anMms([aFile({ name: 'history.zip', contentType: 'application/zip' })], {
      subject: 'Historic message archiving from 2026-05-01 to 2026-11-01',
      text: '',
    }),
    files: [aFile({ name: 'history.zip', contentType: 'application/zip' })],
  },
  withFiles('mms-odd-file-names', [
    aPhoto(`${'sehr_langer_dateiname_'.repeat(12)}.png`),
    aFile({ name: 'invoice\u202efdp.exe', contentType: 'application/octet-stream' }),
    aFile({ name: 'C:\\Users\\x\\con.txt', contentType: 'text/plain' }),
    aFile({ name: null, contentType: 'no type at all' }),
  ]),
  withFiles('mms-clashing-names', [
    aPhoto('photo.png'),
    aPhoto('PHOTO.png'),
    aPhoto('../../фото inline.png'),
    aFile({
      name: null,
      contentType: 'text/x-vCard',
      bytes: Buffer.from('BEGIN:VCARD\r\nEND:VCARD\r\n'),
    }),
    aFile({ name: 'empty.png', contentType: 'image/png', bytes: Buffer.alloc(0) }),
  ]),
  {
    ...withFiles('mms-largest-left-out', [
      aPhoto('photo.png'),
      aFile({ name: 'film.mp4', contentType: 'video/mp4', bytes: bytesOf(9_000) }),
    ]),
    options: { maxItemBytes: PHOTO.length },
  },
  bare(
    'mms-files-removed',
    anMms([], {
      hasFilesRemovedAtSource: true,
      text: 'Total attachments size 31MB exceeds the 25MB maximum attachment size limit\r\nfilm.mp4\r\nwere removed',
    }),
  ),
  ...STATUSES.map(([status, statusAsSent, durationSeconds]): GoldenCase => {
    const files = status === 'answered' ? [RECORDING] : [];
    const item = aCall(
      { status, statusAsSent, durationSeconds },
      { attachments: attachmentsOf(files) },
    );
    return { name: `call-${status}`, item, files };
  }),
  {
    name: 'call-voicemail-recorded',
    item: aCall(
      { status: 'voicemail', statusAsSent: 'Voice Mail', durationSeconds: 12 },
      { attachments: attachmentsOf([RECORDING]), direction: 'inbound' },
    ),
    files: [RECORDING],
  },
  bare(
    'call-several-legs',
    aCall(
      { statusAsSent: 'Call OK', status: 'answered', durationSeconds: 903 },
      {
        subject: 'Calls with multiple participants',
        parties: [
          ALICE,
          BOB,
          { ...BOB, position: 1, number: '+447700900125', name: 'Zoë Example', address: null },
        ],
        text: 'Bob Example 447700900124 00:15:03\r\nZoë Example 447700900125 00:04:40',
      },
    ),
  ),
  bare(
    'call-recording-removed',
    aCall(
      { statusAsSent: 'Call OK', durationSeconds: 11_000 },
      {
        hasFilesRemovedAtSource: true,
        text: 'Call recording size 84MB exceeds the 25MB maximum attachment size limit\r\ncall.wav\r\nwere removed',
      },
    ),
  ),
  bare('call-without-recording', aCall()),
  bare('call-status-unknown', aCall({ status: null, statusAsSent: '17', durationSeconds: null })),
  bare('call-video', aCall({ medium: 'video', durationSeconds: 360_000 })),
];

function bare(name: string, item: Item): GoldenCase {
  return { name, item, files: [] };
}

function withFiles(name: string, files: readonly File[]): GoldenCase {
  return { name, item: anMms(files), files };
}
