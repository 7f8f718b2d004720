import type { CallStatus, Item } from '../../../src/domain/item.ts';
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
    anSms({ event: 'edit', subject: '', originalSourceId: '1699', text: 'Edited Text:\r\nnew' }),
  ),
  bare(
    'sms-deleted-for-all',
    anSms({ event: 'delete-for-all', subject: '', originalSourceId: '1699' }),
  ),
  bare(
    'sms-deleted-for-me',
    anSms({ event: 'delete-for-me', subject: '', originalSourceId: '1699' }),
  ),
  bare(
    'sms-system-event',
    anSms({ event: 'system', subject: 'SIM removed', parties: [ALICE, { ...ALICE, role: 'to' }] }),
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
  withFiles('mms-clashing-names', [
    aFile(),
    aFile({ name: 'PHOTO.jpg', bytes: bytesOf(90, 2) }),
    aFile({ name: '../../фото inline.jpg', bytes: bytesOf(60, 4) }),
    aFile({
      name: null,
      contentType: 'text/x-vCard',
      bytes: Buffer.from('BEGIN:VCARD\r\nEND:VCARD\r\n'),
    }),
    aFile({ name: 'empty.png', contentType: 'image/png', bytes: Buffer.alloc(0) }),
  ]),
  {
    ...withFiles('mms-largest-left-out', [
      aFile(),
      aFile({ name: 'film.mp4', contentType: 'video/mp4', bytes: bytesOf(900) }),
    ]),
    options: { maxItemBytes: 500 },
  },
  bare(
    'mms-files-removed',
    anMms([], { hasFilesRemovedAtSource: true, text: 'film.mp4\r\nwere removed' }),
  ),
  ...STATUSES.map(([status, statusAsSent, durationSeconds]): GoldenCase => {
    const files = status === 'answered' ? [RECORDING] : [];
    const item = aCall(
      { status, statusAsSent, durationSeconds },
      { attachments: attachmentsOf(files) },
    );
    return { name: `call-${status}`, item, files };
  }),
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
