import { createHash } from 'node:crypto';
import type { Attachment, Call, Item, Party } from '../../../src/domain/item.ts';
import type { Message } from '../../../src/domain/message.ts';
import type { ComposeOptions } from '../../../src/message/compose.ts';
import { renderEml } from '../../../src/message/eml.ts';

export const OPTIONS: ComposeOptions = {
  itemKey: '5f2b8c0d7e3a4961'.repeat(4),
  messageIdDomain: 'o2-archive.example.com',
  itemClass: 'IPM.Note',
  maxItemBytes: 150_000_000,
  stagedAt: 'packages/2026/11/23/202611230000-TeleMessage_1_20261124013000/1.zip',
};

export const ALICE: Party = {
  role: 'from',
  position: 0,
  number: '+447700900123',
  numberClass: 'e164',
  address: 'alice@example.com',
  name: 'Alice Example',
};

export const BOB: Party = {
  role: 'to',
  position: 0,
  number: '+447700900124',
  numberClass: 'e164',
  address: 'bob@example.com',
  name: 'Bob Example',
};

export function anSms(over: Partial<Item> = {}): Item {
  return {
    kind: 'sms',
    event: null,
    at: '2026-11-23T09:15:42Z',
    timeFlag: null,
    dateAsSent: 'Mon, 23 Nov 2026 09:15:42 +0000',
    sourceId: '1700000000123',
    originalSourceId: null,
    threadId: 'thread-7',
    groupName: null,
    owner: 'alice@example.com',
    direction: 'outbound',
    parties: [ALICE, BOB],
    subject: 'SMS message from Alice Example to Bob Example',
    text: 'See you at ten.\r\nBring the plan.',
    call: null,
    attachments: [],
    isEncrypted: false,
    hasFilesRemovedAtSource: false,
    unknownCharset: null,
    textDoubts: [],
    sourceHeaders: [
      { name: 'X-TELEMESSAGE-ArchiveMessageID', value: '1700000000123' },
      { name: 'X-TELEMESSAGE-Status', value: 'Delivered' },
    ],
    ...over,
  };
}

export function aCall(call: Partial<Call> = {}, over: Partial<Item> = {}): Item {
  return anSms({
    kind: 'call',
    subject: '',
    text: '',
    threadId: null,
    call: { medium: 'voice', status: 'answered', statusAsSent: null, durationSeconds: 75, ...call },
    sourceHeaders: [],
    ...over,
  });
}

/** An attachment and its bytes. */
export interface File {
  readonly name: string | null;
  readonly contentType: string;
  readonly bytes: Buffer;
}

export function attachmentsOf(files: readonly File[]): Attachment[] {
  return files.map(({ name, contentType, bytes }, position) => ({
    position,
    name,
    contentType,
    sizeBytes: bytes.length,
    sha256: sha256(bytes),
  }));
}

export function anMms(files: readonly File[], over: Partial<Item> = {}): Item {
  return anSms({
    kind: 'mms',
    subject: 'MMS message from Alice Example to Bob Example',
    attachments: attachmentsOf(files),
    ...over,
  });
}

export function aFile(over: Partial<File> = {}): File {
  return { name: 'photo.jpg', contentType: 'image/jpeg', bytes: bytesOf(120), ...over };
}

/** The same bytes on each run, of all values. */
export function bytesOf(count: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(count);
  for (let index = 0; index < count; index += 1) bytes[index] = index * 31 + seed * 7;
  return bytes;
}

export async function render(message: Message, files: readonly File[] = []): Promise<Buffer> {
  const open = (position: number) => Promise.resolve(files[position]!.bytes);
  return Buffer.concat(await gathered(renderEml(message, open)));
}

export async function gathered(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
