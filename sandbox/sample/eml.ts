import { createHash } from 'node:crypto';
import { base64Lines, encode, encodeHeader, quotedPrintable, type Charset } from './charsets.ts';
import { digestOf, type SampleItem } from './sample-item.ts';
import type { Media } from './media.ts';
import { addressOf, displayOf, personOf, type PersonId } from './people.ts';

/** What may differ between two deliveries of one item. */
export type Delivery = 'first' | 'again';

type Header = readonly [name: string, value: string];

const THOUSAND = 1000;

/**
 * An item as the vendor's `.eml`, CRLF throughout, with its headers to the letter (docs/source-format.md).
 * Written by hand, not by the product's own composer, so that neither can hide the other's mistake.
 */
export function writeEml(item: SampleItem, delivery: Delivery): Buffer {
  const headers = [...mailHeaders(item), ...vendorHeaders(item)];
  const ordered = delivery === 'first' ? headers : [...headers].reverse();
  const body = bodyOf(item, delivery);
  const head = [...ordered, ['MIME-Version', '1.0'] as const, ...body.headers]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.concat([Buffer.from(`${head}\r\n`), body.bytes]);
}

function mailHeaders(item: SampleItem): Header[] {
  const owner = personOf(item.owner).address;
  return [
    ['Return-Path', '<archive@capture.example.net>'],
    ['Sender', '"Mobile Archiver" <archive@capture.example.net>'],
    ['Date', dateOf(item)],
    ['From', mailboxOf(item.from)],
    ['To', item.to.map(mailboxOf).join(',\r\n ')],
    ['Subject', encodeHeader(item.subject)],
    ['Message-ID', `<${digestOf(`${item.sourceId} ${item.label}`)}@capture.example.net>`],
    ['Thread-Index', Buffer.from(digestOf(`index ${item.label}`), 'hex').toString('base64')],
    ...(owner === null ? [] : [['RCPT_TO', owner] as const]),
  ];
}

function vendorHeaders(item: SampleItem): Header[] {
  const { wire } = item;
  const typeName = `X-TELEMESSAGE-MessageType${wire.hasStrayColon === true ? ':' : ''}`;
  return [
    ['X-TELEMESSAGE-ArchiveMessageID', item.sourceId],
    ...(item.type === null ? [] : [[typeName, item.type] as const]),
    ['X-TELEMESSAGE-Network', 'O2'],
    ['X-TELEMESSAGE-ArchiveSource', 'O2 Network Archiver'],
    ['X-TELEMESSAGE-ArchiveInitiator', personOf(item.owner).number],
    ['X-TELEMESSAGE-SID', digestOf(`subscriber ${item.owner}`).slice(0, 12)],
    ...(item.threadId === null ? [] : [['X-TELEMESSAGE-THREAD_ID', item.threadId] as const]),
    ...(item.group === null ? [] : groupHeaders(item.group)),
    ['X-TELEMESSAGE-Status', item.status],
    // The vendor's own spelling.
    ['X-TELEMESSAGE-OriginalMesageIntegrity', createHash('sha256').update(item.text).digest('hex')],
    ...(wire.isEncrypted === true ? keyHeaders(item.label) : []),
  ];
}

function groupHeaders(group: string): Header[] {
  return [
    ['X-TELEMESSAGE-GroupID', digestOf(`group ${group}`).slice(0, 16)],
    ['X-TELEMESSAGE-GROUP_NAME', encodeHeader(group)],
  ];
}

function keyHeaders(label: string): Header[] {
  const key = createHash('sha256').update(`key ${label}`).digest('base64');
  return [
    ['X-TELEMESSAGE-ENC-DATAKEY', key],
    ['X-TELEMESSAGE-ENC-KEY-ID', 'tarnvesper-archive-key-2'],
  ];
}

/** `"447700900123 Name" <address>`; a name beyond ASCII stands as encoded words. */
function mailboxOf(id: PersonId): string {
  const display = displayOf(id);
  const encoded = encodeHeader(display);
  return `${encoded === display ? `"${display}"` : encoded} <${addressOf(id)}>`;
}

/** RFC 5322 §3.3. A thousandfold time has a year of five digits, as was seen in real data. */
function dateOf(item: SampleItem): string {
  const offsetMs = item.wire.hasOffset === true ? 3_600_000 : 0;
  const factor = item.wire.isThousandfold === true ? THOUSAND : 1;
  const utc = new Date(item.sentMs * factor + offsetMs).toUTCString();
  return utc.replace('GMT', offsetMs === 0 ? '+0000' : '+0100');
}

interface Part {
  readonly headers: readonly Header[];
  readonly bytes: Buffer;
}

function bodyOf(item: SampleItem, delivery: Delivery): Part {
  const text = textPart(item, delivery);
  const media = item.media();
  if (media.length === 0) return text;
  const boundary = `----=_Part_${digestOf(`${item.label} ${delivery}`)}`;
  const isLaidOut = media.some(({ contentType }) => contentType === 'application/smil');
  const type = isLaidOut ? 'multipart/related' : 'multipart/mixed';
  const parts = [text, ...media.map(mediaPart)].flatMap(({ headers, bytes }) => {
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return [Buffer.from(`--${boundary}\r\n${head}\r\n`), bytes, Buffer.from('\r\n')];
  });
  return {
    headers: [['Content-Type', `${type}; boundary="${boundary}"`]],
    bytes: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

function textPart(item: SampleItem, delivery: Delivery): Part {
  const text = item.text.replaceAll('\n', '\r\n');
  const isAscii = /^[\x00-\x7f]*$/.test(text); // eslint-disable-line no-control-regex -- ASCII
  const charset: Charset = item.wire.charset ?? (isAscii ? 'us-ascii' : 'utf-8');
  const bytes = encode(text, charset);
  const isLatin = /^[\x00-\u024f\u2010-\u2027]*$/.test(text); // eslint-disable-line no-control-regex -- Latin
  const is7Bit = charset === 'us-ascii' && text.length < 500 && delivery === 'first';
  const isQuoted = !is7Bit && isLatin && charset !== 'utf-16' && delivery === 'first';
  const encoding = is7Bit ? '7bit' : isQuoted ? 'quoted-printable' : 'base64';
  const encoded = is7Bit ? text : isQuoted ? quotedPrintable(bytes) : base64Lines(bytes);
  return {
    headers: [
      ['Content-Type', `text/plain; charset=${charset}`],
      ['Content-Transfer-Encoding', encoding],
    ],
    bytes: Buffer.from(encoded),
  };
}

/** RFC 2231 for a name beyond ASCII, and the encoded word that most mail programs send beside it. */
function mediaPart({ name, contentType, bytes }: Media): Part {
  const isAscii = /^[\x20-\x7e]*$/.test(name);
  const filename = isAscii ? `filename="${name}"` : `filename*=UTF-8''${encodeURIComponent(name)}`;
  return {
    headers: [
      ['Content-Type', `${contentType};\r\n name="${encodeHeader(name)}"`],
      ['Content-Transfer-Encoding', 'base64'],
      ['Content-Disposition', `attachment;\r\n ${filename}`],
    ],
    bytes: Buffer.from(base64Lines(bytes)),
  };
}
