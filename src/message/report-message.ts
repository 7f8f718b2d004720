import { createHash } from 'node:crypto';
import type { Message, MessageAttachment } from '../domain/message.ts';
import type { Report } from '../domain/report.ts';

export interface ReportMessageOptions {
  readonly messageIdDomain: string;
  /** The report's page and its table, as they are kept beside it. */
  readonly html: Buffer;
  readonly csv: Buffer;
  /** Address of the mailbox that gets it. */
  readonly reader: string;
}

/** Beyond that the page stands as an attachment only: one request of Graph takes 4 MB. */
const MAX_BODY_BYTES = 500_000;

/**
 * The message that brings a report into a reader's Inbox: unread, with the page as its body and with
 * page and table attached. The same report gives the same Message-ID, so that it is brought once.
 */
export function reportMessage(report: Report, options: ReportMessageOptions): Message {
  const { connector, day, number, balances, outcome, books } = report;
  const key = sha256(Buffer.from(`report ${connector} ${day} ${String(number)}`));
  const name = `o2-archive-${connector}-${day}-${String(number)}`;
  const subject = `O2 archive ${day}: ${outcome}, ${balances ? 'the books balance' : 'THE BOOKS DO NOT BALANCE'} (${connector}, report ${String(number)})`;
  const text = `${subject}\n${String(books.available)} available = ${String(books.imported)} imported + ${String(books.partiallyImported)} partially imported + ${String(books.skipped)} skipped + ${String(books.waived)} waived + ${String(books.failed)} failed\nWhen read: o2-archiver report sign --connector ${connector} --day ${day} --note TEXT`;
  const isShort = options.html.length <= MAX_BODY_BYTES;
  return {
    itemKey: key,
    messageId: `<${key}@${options.messageIdDomain}>`,
    at: report.writtenAt,
    isUnread: true,
    itemClass: 'IPM.Note',
    category: 'O2 report',
    subject,
    html: isShort ? options.html.toString('utf8') : `<p>${text.replaceAll('\n', '<br>')}</p>`,
    text,
    from: { name: 'O2 Network Archiver', address: `reports@${options.messageIdDomain}` },
    to: [{ name: options.reader, address: options.reader }],
    references: [],
    inReplyTo: null,
    conversation: null,
    attachments: [
      attachment(0, `${name}.html`, 'text/html', options.html),
      attachment(1, `${name}.csv`, 'text/csv', options.csv),
    ],
    omitted: [],
    headers: [],
  };
}

function attachment(
  position: number,
  name: string,
  contentType: string,
  content: Buffer,
): MessageAttachment {
  return { position, name, contentType, sizeBytes: content.length, sha256: sha256(content) };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
