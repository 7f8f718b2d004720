import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { AddressObject, EmailAddress } from 'mailparser';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import type { Address } from 'postal-mime';
import type { Message, MessageParty } from '../../../src/domain/message.ts';
import { sha256 } from './items.ts';

/** What a reader of mail sees: the same whichever reader it is. */
export interface Reading {
  readonly subject: string;
  readonly from: MessageParty[];
  readonly to: MessageParty[];
  /** ISO 8601 in seconds. */
  readonly date: string;
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
  /** In their order, with the digest of their bytes. */
  readonly files: { name: string; contentType: string; sha256: string }[];
  /** All header names, lower case, sorted. */
  readonly headers: string[];
  /** Of the message's form, as the reader names them; absent when it found none. */
  readonly defects?: readonly string[];
}

/** What every reader must see of a message. */
export function expectedReading(message: Message): Reading {
  const own = message.headers.map(({ name }) => name.toLowerCase());
  const optional = [
    ...(message.to.length > 0 ? ['to'] : []),
    ...(message.references.length === 0 ? [] : ['references']),
    ...(message.inReplyTo === null ? [] : ['in-reply-to']),
    ...(message.conversation === null ? [] : ['thread-index', 'thread-topic']),
  ];
  return {
    subject: message.subject,
    from: [named(message.from)],
    to: message.to.map(named),
    date: message.at,
    messageId: message.messageId,
    text: withoutLineEnds(message.text),
    html: withoutLineEnds(message.html),
    files: message.attachments.map(({ name, contentType, sha256: digest }) => ({
      name,
      contentType,
      sha256: digest,
    })),
    headers: [...ALWAYS, ...optional, ...own].sort(),
  };
}

const ALWAYS = ['date', 'from', 'message-id', 'subject', 'mime-version', 'content-type'];

export async function readByMailparser(eml: Buffer): Promise<Reading> {
  const mail = await simpleParser(eml, { skipHtmlToText: true, skipTextToHtml: true });
  return {
    subject: mail.subject ?? '',
    from: addresses(mail.from),
    to: addresses(mail.to),
    date: seconds(mail.date),
    messageId: mail.messageId ?? '',
    text: withoutLineEnds(mail.text ?? ''),
    html: withoutLineEnds(typeof mail.html === 'string' ? mail.html : ''),
    files: mail.attachments.map(({ filename, headers, content }) => ({
      name: filename ?? '',
      // Its `contentType` is a guess by the file name where the message says octet-stream.
      contentType: (headers.get('content-type') as { value: string }).value,
      sha256: sha256(content),
    })),
    headers: mail.headerLines.map(({ key }) => key).sort(),
  };
}

export async function readByPostalMime(eml: Buffer): Promise<Reading> {
  const mail = await PostalMime.parse(eml, { attachmentEncoding: 'arraybuffer' });
  return {
    subject: mail.subject ?? '',
    from: mail.from === undefined ? [] : [party(mail.from)],
    to: (mail.to ?? []).map(party),
    date: seconds(mail.date === undefined ? undefined : new Date(mail.date)),
    messageId: mail.messageId ?? '',
    text: withoutLineEnds(mail.text ?? ''),
    html: withoutLineEnds(mail.html ?? ''),
    files: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      contentType: mimeType,
      sha256: sha256(typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)),
    })),
    headers: mail.headers.map(({ key }) => key).sort(),
  };
}

/**
 * Python's own email package reads them all in one process; null when there is no python3 on this
 * machine. It puts a space between the encoded words of a long name (RFC 2047 6.2 says none), so
 * compare its names by withoutNameSpaces.
 */
export async function readByPython(emls: readonly Buffer[]): Promise<Reading[] | null> {
  const script = fileURLToPath(new URL('read_eml.py', import.meta.url));
  const python = spawn('python3', [script], {
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(python, 'close') as Promise<[number | null]>;
  const [run] = await Promise.allSettled([
    Promise.all([ended, text(python.stdout), text(python.stderr)]),
    pipeline(framed(emls), python.stdin),
  ]);
  if (run.status === 'rejected') {
    if ((run.reason as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw run.reason;
  }
  const [[code], printed, complaint] = run.value;
  if (code !== 0) throw new Error(`Python could not read the files: ${complaint}`);
  const lines = printed.split('\n').filter((line) => line !== '');
  return lines.map((line) => asSeen(JSON.parse(line) as Reading));
}

function* framed(emls: readonly Buffer[]): Generator<Buffer> {
  for (const eml of emls) {
    yield Buffer.from(`${eml.length}\n`);
    yield eml;
  }
}

function asSeen(reading: Reading): Reading {
  return {
    ...reading,
    from: reading.from.map(named),
    to: reading.to.map(named),
    text: withoutLineEnds(reading.text),
    html: withoutLineEnds(reading.html),
  };
}

/** The reading with no space in any name: see readByPython. */
export function withoutNameSpaces<T extends Pick<Reading, 'from' | 'to'>>(reading: T): T {
  const bare = ({ name, address }: MessageParty) => ({ name: name.replaceAll(' ', ''), address });
  return { ...reading, from: reading.from.map(bare), to: reading.to.map(bare) };
}

/** Line ends are the transport's; a reader may keep or drop the last one, and CRs before a LF. */
function withoutLineEnds(text: string): string {
  return text.replace(/\r*\n|\r/g, '\n').replace(/\n+$/, '');
}

function addresses(list: AddressObject | AddressObject[] | undefined): MessageParty[] {
  const all: EmailAddress[] = [list ?? []].flat().flatMap(({ value }) => value);
  return all.map(({ name, address }) => named({ name, address: address ?? '' }));
}

function party({ name, address }: Address): MessageParty {
  return named({ name, address: address ?? '' });
}

/** A name that only repeats the address is none to some readers. */
function named({ name, address }: MessageParty): MessageParty {
  return { name: name === address ? '' : name, address };
}

function seconds(date: Date | undefined): string {
  return date === undefined ? '' : `${date.toISOString().slice(0, 19)}Z`;
}
