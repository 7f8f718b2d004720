import { createHash } from 'node:crypto';
import type { Item } from '../src/domain/item.ts';

/** An item as the site's reader gives it, and the bytes of its one attachment. */
export interface ComposeItem {
  readonly kind: string;
  readonly item: Item;
  readonly content: Buffer;
}

/** What a day is made of: texts, pictures and calls. */
export function composeItems(): ComposeItem[] {
  const picture = noise(120_000);
  return [
    { kind: 'SMS', item: itemOf({ kind: 'sms' }), content: Buffer.alloc(0) },
    { kind: 'MMS', item: itemOf({ kind: 'mms', ...attached(picture) }), content: picture },
    { kind: 'call', item: itemOf({ kind: 'call', ...CALL }), content: Buffer.alloc(0) },
  ];
}

const CALL: Partial<Item> = {
  subject: 'voice call from Zoë Martín 447700900001 to 447700900002',
  text: 'Call Status: Answered\nDuration: 95',
  call: { medium: 'voice', status: 'answered', statusAsSent: 'Answered', durationSeconds: 95 },
};

function attached(bytes: Buffer): Partial<Item> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const picture = { position: 0, name: 'IMG_0412.jpg', contentType: 'image/jpeg', sha256 };
  return { attachments: [{ ...picture, sizeBytes: bytes.length }] };
}

function itemOf(over: Partial<Item>): Item {
  const party = { position: 0, numberClass: 'e164' } as const;
  return {
    kind: 'sms',
    event: null,
    at: '2026-11-23T09:15:42Z',
    timeFlag: null,
    dateAsSent: 'Mon, 23 Nov 2026 09:15:42 +0000',
    sourceId: 'a3f0c2d4e5b6978812345678',
    originalSourceId: null,
    threadId: '0f1e2d3c4b5a69788765',
    groupName: null,
    owner: 'zoe@example.com',
    direction: 'outbound',
    parties: [
      {
        ...party,
        role: 'from',
        number: '+447700900001',
        address: 'zoe@example.com',
        name: 'Zoë Martín',
      },
      {
        ...party,
        role: 'to',
        number: '+447700900002',
        address: '447700900002@sms.example.net',
        name: null,
      },
    ],
    subject: 'SMS message from Zoë Martín 447700900001 to 447700900002',
    text: 'The cargo is at the quay and can be taken over from seven tomorrow – naïve café prices apply.',
    call: null,
    attachments: [],
    isEncrypted: false,
    unknownCharset: null,
    textDoubts: [],
    hasFilesRemovedAtSource: false,
    sourceHeaders: [
      { name: 'X-TELEMESSAGE-ArchiveMessageID', value: 'a3f0c2d4e5b6978812345678' },
      { name: 'X-TELEMESSAGE-MessageType', value: 'SMS' },
      { name: 'X-TELEMESSAGE-Network', value: 'O2' },
      { name: 'X-TELEMESSAGE-THREAD_ID', value: '0f1e2d3c4b5a69788765' },
      { name: 'X-TELEMESSAGE-Status', value: 'Delivered' },
    ],
    ...over,
  };
}

/** Bytes that look like a picture to a compressor, the same at each run. */
function noise(count: number): Buffer {
  const blocks: Buffer[] = [];
  for (let made = 0; made < count; made += 32) {
    blocks.push(
      createHash('sha256')
        .update(`picture ${String(made)}`)
        .digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, count);
}
