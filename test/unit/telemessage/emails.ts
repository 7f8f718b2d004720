import { Readable } from 'node:stream';
import { readItem } from '../../../src/telemessage/item.ts';

/** Lines of an `.eml`, joined as RFC 5322 wants them. */
export function eml(...lines: string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'utf8');
}

/** Header of a plain SMS from Alice to Bob; fields given replace those of the same name. */
export function smsHeader(fields: Record<string, string | null> = {}): string[] {
  const header: Record<string, string | null> = {
    From: '"447700900101" <alice@example.com>',
    To: '"447700900102" <bob@example.com>',
    Date: 'Sat, 21 Nov 2026 09:15:42 +0000',
    Subject: 'SMS message from 447700900101 to 447700900102',
    RCPT_TO: 'alice@example.com',
    'X-TELEMESSAGE-ArchiveMessageID': '1795252542000_447700900101_0',
    'X-TELEMESSAGE-MessageType': 'SMS',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...fields,
  };
  return Object.entries(header).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
}

export const CONTEXT = { connector: 'o2', day: '2026-11-21', keepBytes: 0 };

/** In pieces of a few bytes, so that no boundary or character may rely on whole chunks. */
export function inPieces(bytes: Buffer, pieceBytes = 1000): Readable {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pieces.push(bytes.subarray(at, at + pieceBytes));
  }
  return Readable.from(pieces, { objectMode: false });
}

/** The item, or a failed test. */
export async function read(bytes: Buffer, keepBytes = 0, pieceBytes?: number) {
  const found = await readItem(inPieces(bytes, pieceBytes), { ...CONTEXT, keepBytes });
  if (found.problem !== null) throw new Error(`The item is ${found.problem}`);
  return found;
}
