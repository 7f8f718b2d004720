import { MIMEMessage } from 'mimetext';
import type { EnvironmentContext, MIMEMessageContent } from 'mimetext';
import type { Message, MessageAttachment, MessageParty } from '../domain/message.ts';
import { RunError } from '../domain/run-error.ts';
import { safeContentType } from './attachment-names.ts';
import { base64Lines } from './base64-lines.ts';
import { contentDisposition, nameAndAddress, unstructured } from './header-encoding.ts';
import { isAddress } from './party-name.ts';

const EOL = '\r\n';
const MESSAGE_ID = /^<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,250}@[A-Za-z0-9.-]{1,255}>$/;
const HEADER_NAME = /^X-[A-Za-z0-9_-]{1,75}$/i;

/** What mimetext leaves to its host; its own Node context ends lines as the host does (D1). */
const CONTEXT: EnvironmentContext = {
  eol: EOL,
  toBase64: (text) => Buffer.from(text).toString('base64'),
  toBase64WebSafe: (text) => Buffer.from(text).toString('base64url'),
  validateContentType: (type) => (type === safeContentType(type) ? type : false),
};

/** The place of an attachment's bytes in the frame. */
export const ATTACHMENT_PLACE = /\0(\d+)\0\r\n/;

/**
 * The whole message as mimetext composes it, save the bytes of the attachments: in their place
 * stands `NUL position NUL CRLF` (ATTACHMENT_PLACE), which nothing else in the frame can look like,
 * because bodies are base64 and headers printable ASCII. Lines end with CRLF.
 *
 * mimetext 3.0.28 writes most values as they are given. Each cure below names the number it has in
 * test/unit/message/mimetext-defects.test.ts; all go through the library's public interface.
 *
 * @throws RunError `invariant-broken` when a value of the message could break it
 */
export function frameOf(message: Message): string {
  const mime = new MIMEMessage(CONTEXT);
  const boundaries = boundariesOf(message.itemKey);
  mime.boundaries = boundaries;
  writeHeaders(mime, message);
  addText(mime, 'text/plain', message.text);
  addText(mime, 'text/html', message.html);
  for (const attachment of message.attachments) addAttachment(mime, attachment);
  const frame = `${mime.asRaw()}${EOL}`;
  checkBoundaries(frame, message, boundaries);
  return frame;
}

function writeHeaders(mime: MIMEMessage, message: Message): void {
  mime.setHeader('Date', rfc5322Date(message.at)); // D17: else the time of composing
  mime.setHeader('Message-ID', checkedMessageId(message.messageId)); // D18: else random
  mime.setSender(mailbox(message.from));
  if (message.to.length > 0) mime.setTo(message.to.map(mailbox));
  mime.setSubject(message.subject);
  // D6, D7: mimetext writes a subject or a name as one encoded word of any length.
  write(mime, 'From', addressList('From', [message.from]));
  write(mime, 'To', addressList('To', message.to));
  write(mime, 'Subject', unstructured('Subject', message.subject));
  if (message.references.length > 0) {
    addHeader(mime, 'References', message.references.map(checkedMessageId).join(`${EOL} `));
  }
  if (message.inReplyTo !== null) {
    addHeader(mime, 'In-Reply-To', checkedMessageId(message.inReplyTo));
  }
  if (message.conversation !== null) {
    // [MS-OXCMAIL] 2.2.3.2.6 and 2.2.3.2.7: how mail carries them into Exchange.
    addHeader(mime, 'Thread-Topic', unstructured('Thread-Topic', message.conversation.topic));
    addHeader(mime, 'Thread-Index', message.conversation.index);
  }
  for (const { name, value } of message.headers) {
    if (!HEADER_NAME.test(name)) throw broken('a header name');
    addHeader(mime, name, unstructured(name, value));
  }
}

/** D10, D23, D24: as a string, an address is taken apart by a pattern that hostile ones break. */
function mailbox(party: MessageParty): { addr: string; name: string } {
  if (!isAddress(party.address)) throw broken('an address');
  return { addr: party.address, name: party.name };
}

function write(mime: MIMEMessage, name: 'From' | 'To' | 'Subject', value: string): void {
  const field = mime.headers.fields.find((each) => each.name === name);
  if (field === undefined || !isSafe(value)) throw broken('a header value');
  field.dump = () => value;
}

/** D8, D9, D21: `setHeader` neither encodes nor checks, and keeps only the last of a name. */
function addHeader(mime: MIMEMessage, name: string, value: string): void {
  if (!isSafe(value)) throw broken('a header value');
  mime.headers.setCustom({ name, value, custom: true, dump: () => value });
}

/** Printable ASCII, broken only where the next line goes on. */
function isSafe(value: string): boolean {
  return value.split(`${EOL} `).every((line) => /^[\x20-\x7e]*$/.test(line));
}

function addressList(header: 'From' | 'To', parties: readonly MessageParty[]): string {
  return parties
    .map(({ name, address }, index) =>
      nameAndAddress(name, address, index === 0 ? header.length + 2 : 1),
    )
    .join(`,${EOL} `);
}

/** D2 to D5, D25: the encoding is only a label to mimetext, so the data is encoded before. */
function addText(mime: MIMEMessage, contentType: 'text/plain' | 'text/html', text: string): void {
  const data = base64Lines(Buffer.from(text)).toString('latin1').trimEnd();
  mime.addMessage({ contentType, charset: 'utf-8', encoding: 'base64', data });
}

function addAttachment(mime: MIMEMessage, attachment: MessageAttachment): void {
  const { position, name, contentType } = attachment;
  const part: MIMEMessageContent = mime.addAttachment({
    contentType,
    // D11: mimetext writes the name unescaped; ours replaces it below.
    filename: 'file',
    encoding: 'base64',
    // D5, D16: mimetext takes strings only and does not fold.
    data: `\0${String(position)}\0`,
  });
  part.setHeader('Content-Type', contentType);
  part.setHeader('Content-Disposition', contentDisposition(name));
  // D13: mimetext looks for these words anywhere in the header, the file name included.
  part.isAttachment = () => true;
  part.isInlineAttachment = () => false;
}

/** D19, D20: mimetext draws them by chance and never compares them with the content. */
function boundariesOf(itemKey: string): { mixed: string; alt: string; related: string } {
  if (!/^[A-Za-z0-9]{1,64}$/.test(itemKey)) throw broken('the item key');
  const boundary = (part: string) => `o2_${part}_${itemKey.slice(0, 32)}`;
  return { mixed: boundary('mixed'), alt: boundary('alt'), related: boundary('related') };
}

function checkBoundaries(
  frame: string,
  message: Message,
  boundaries: { mixed: string; alt: string },
): void {
  const lines = (boundary: string) => frame.split(`${EOL}--${boundary}`).length - 1;
  const files = message.attachments.length;
  if (lines(boundaries.alt) !== 3 || lines(boundaries.mixed) !== (files === 0 ? 0 : files + 2)) {
    throw broken('a boundary');
  }
}

function rfc5322Date(at: string): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) throw broken('the time');
  return new Date(time).toUTCString().replace('GMT', '+0000');
}

function checkedMessageId(id: string): string {
  if (!MESSAGE_ID.test(id)) throw broken('a Message-ID');
  return id;
}

function broken(what: string): RunError {
  return new RunError(
    'invariant-broken',
    `A message could not be written: ${what} is not of the form that composing gives it. ` +
      'This is a defect of the archiver: report it with the item key.',
  );
}
