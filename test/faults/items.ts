import { createHash } from 'node:crypto';

/** Somebody whose number, name or address must show nowhere but in packages and mailboxes. */
export interface Person {
  /** Object id of the Microsoft 365 user; null for somebody whom the tenant does not know. */
  readonly id: string | null;
  readonly name: string;
  /** Without `+`, as the vendor writes it. */
  readonly number: string;
  readonly address: string;
}

export type User = Person & { readonly id: string };

export type GeneratedKind = 'sms' | 'mms' | 'call';

/** One item as a cell made it: the truth that everything later is compared with. */
export interface GeneratedItem {
  readonly kind: GeneratedKind;
  /** File name in the package. */
  readonly entry: string;
  readonly eml: Buffer;
  /** ISO 8601 UTC in seconds. */
  readonly at: string;
  /** The body; it holds a word that stands nowhere else. */
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly sha256: string }[];
  readonly parties: readonly Person[];
  readonly sourceId: string;
}

export interface ItemWish {
  readonly from: Person;
  readonly to: readonly Person[];
  /** Whose phone captured it [the sender]. */
  readonly owner?: Person;
  /** Of the recording or picture. */
  readonly bytes?: number;
  /** ISO 8601 UTC [some time of the day]. */
  readonly at?: string;
}

/** Generates a day's items from random numbers; no two are alike. */
export interface ItemMaker {
  sms(wish: ItemWish): GeneratedItem;
  /** With a picture that goes into the message by POST. */
  mms(wish: ItemWish): GeneratedItem;
  /** A call with a recording that needs an upload session of three ranges. */
  recording(wish: ItemWish): GeneratedItem;
}

const PICTURE_BYTES = 40_000;
/** Three ranges of 3.9 MB. */
const RECORDING_BYTES = 9_000_000;

export function itemMaker(day: string, random: () => number): ItemMaker {
  let made = 0;
  const make = (kind: GeneratedKind, wish: ItemWish, media: Media | null): GeneratedItem => {
    made += 1;
    const word = wordOf(random);
    const at = wish.at ?? timeOf(day, made);
    const text = textOf(kind, word);
    const sourceId = word.slice(0, 24);
    return {
      kind,
      entry: `${String(made).padStart(4, '0')}_${kind.toUpperCase()}.eml`,
      eml: emlOf({ kind, at, text, sourceId, wish, media, boundary: `=_${word}` }),
      at,
      text,
      attachments: media === null ? [] : [{ name: media.name, sha256: digestOf(media.bytes) }],
      parties: partiesOf(wish),
      sourceId,
    };
  };
  return {
    sms: (wish) => make('sms', wish, null),
    mms: (wish) =>
      make('mms', wish, {
        name: `picture-${String(made + 1)}.jpg`,
        type: 'image/jpeg',
        bytes: noise(wish.bytes ?? PICTURE_BYTES, random),
      }),
    recording: (wish) =>
      make('call', wish, {
        name: `call-${String(made + 1)}.wav`,
        type: 'audio/wav',
        bytes: noise(wish.bytes ?? RECORDING_BYTES, random),
      }),
  };
}

interface Media {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

function partiesOf({ from, to, owner }: ItemWish): Person[] {
  return [...new Set([from, ...to, ...(owner === undefined ? [] : [owner])])];
}

/** A word that no other text holds: found anywhere outside, it came from this item. */
export function wordOf(random: () => number): string {
  return Array.from({ length: 4 }, () => hex(random)).join('');
}

function hex(random: () => number): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

function timeOf(day: string, place: number): string {
  const seconds = 28_800 + ((place * 61) % 36_000);
  return `${new Date(Date.parse(`${day}T00:00:00Z`) + seconds * 1_000).toISOString().slice(0, 19)}Z`;
}

function textOf(kind: GeneratedKind, word: string): string {
  if (kind !== 'call') return `The cargo ${word} is at the quay — до завтра, 明日.`;
  return ['Call Status: Answered', 'Duration: 00:01:10', `Note: ${word}`].join('\n');
}

const TYPES = { sms: 'pager-message', mms: 'multimedia-message', call: 'voice-call' } as const;

function emlOf(item: {
  kind: GeneratedKind;
  at: string;
  text: string;
  sourceId: string;
  wish: ItemWish;
  media: Media | null;
  boundary: string;
}): Buffer {
  const { kind, at, text, sourceId, media, boundary } = item;
  const { from, to, owner = from } = item.wish;
  const head = [
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `From: ${mailboxOf(from)}`,
    `To: ${to.map(mailboxOf).join(',\r\n ')}`,
    `Subject: ${kind === 'call' ? 'O2 voice call' : `${kind.toUpperCase()} message`}`,
    `RCPT_TO: ${owner.address}`,
    `X-TELEMESSAGE-ArchiveMessageID: ${sourceId}`,
    `X-TELEMESSAGE-MessageType: ${TYPES[kind]}`,
    'X-TELEMESSAGE-Network: O2',
    `X-TELEMESSAGE-Status: ${kind === 'call' ? 'Answered' : 'Delivered'}`,
    'MIME-Version: 1.0',
  ];
  const body = [
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    text.replaceAll('\n', '\r\n'),
    '',
  ];
  if (media === null) return Buffer.from([...head, ...body].join('\r\n'));
  const parts = [
    ...[...head, `Content-Type: multipart/mixed; boundary="${boundary}"`, ''],
    ...[`--${boundary}`, ...body],
    `--${boundary}`,
    `Content-Type: ${media.type}; name="${media.name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${media.name}"`,
    '',
    media.bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
    ...[`--${boundary}--`, ''],
  ];
  return Buffer.from(parts.join('\r\n'));
}

function mailboxOf({ name, number, address }: Person): string {
  return `"${name} ${number}" <${address}>`;
}

/** Bytes that no compressor makes small. */
function noise(sizeBytes: number, random: () => number): Buffer {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  let state = Math.floor(random() * 2 ** 32) | 1;
  for (let at = 0; at < words.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state >>> 0;
  }
  return Buffer.from(words.buffer, 0, sizeBytes);
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
