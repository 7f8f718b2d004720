import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** The day that the bench archives. */
export const BENCH_DAY = '2026-11-23';
export const BENCH_DOMAIN = 'bench.example.com';

export interface BenchDay {
  readonly items: number;
  readonly mailboxes: number;
  /** People outside that each of ours writes with: each has an address that is looked up. */
  readonly contacts: number;
  /** `YYYY-MM-DD`; BENCH_DAY without it. */
  readonly date?: string;
}

/** The users of the stand-in tenant, as its `--users` file wants them. */
export function benchUsers({ mailboxes }: BenchDay): object[] {
  return Array.from({ length: mailboxes }, (_, place) => ({
    id: `0be4c400-0000-4000-8000-${String(place).padStart(12, '0')}`,
    userPrincipalName: addressOf(place),
    mail: addressOf(place),
    displayName: nameOf(place),
    accountEnabled: true,
  }));
}

/**
 * Writes one package of plain SMS items in the vendor's format, spread evenly over the mailboxes:
 * each item has one party of ours, so that items and copies are the same number.
 */
export async function generateDay(folder: string, day: BenchDay): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const compact = (day.date ?? BENCH_DAY).replaceAll('-', '');
  const name = `${compact}0000-TeleMessage_1_${compact}235959`;
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(join(folder, `${name}.zip`)));
  const names: string[] = [];
  for (let place = 0; place < day.items; place += 1) {
    const entry = `44770090${String(place).padStart(6, '0')}_SMS.eml`;
    zip.addBuffer(smsOf(place, day), entry);
    names.push(entry);
  }
  const manifest = [`Count: ${String(day.items)}`, ...names, ''].join('\r\n');
  zip.addBuffer(Buffer.from(manifest), `${name}.mf`);
  zip.end();
  await written;
}

function smsOf(place: number, { mailboxes, contacts, date = BENCH_DAY }: BenchDay): Buffer {
  const user = place % mailboxes;
  const contact = Math.floor(place / mailboxes) % contacts;
  const ours = `"${nameOf(user)} ${numberOf(user)}" <${addressOf(user)}>`;
  const outsider = numberOf(100_000 + user * contacts + contact);
  const theirs = `"${outsider}" <${outsider}@sms.example.net>`;
  const isSent = place % 2 === 0;
  const [from, to] = isSent ? [ours, theirs] : [theirs, ours];
  const text = `Item ${String(place)}: the cargo is at the quay and can be taken over from seven tomorrow.`;
  const seconds = Math.floor((place * 86_400) / (place + 1_000));
  const lines = [
    'Return-Path: <archive@capture.example.net>',
    'Sender: "Mobile Archiver" <archive@capture.example.net>',
    `Date: ${new Date(Date.parse(`${date}T00:00:00Z`) + seconds * 1_000).toUTCString().replace('GMT', '+0000')}`,
    `From: ${from}`,
    `To: ${to}`,
    `Subject: SMS message from ${isSent ? numberOf(user) : outsider} to ${isSent ? outsider : numberOf(user)}`,
    `Message-ID: <${digest(`message ${String(place)}`)}@capture.example.net>`,
    `RCPT_TO: ${addressOf(user)}`,
    `X-TELEMESSAGE-ArchiveMessageID: ${digest(`item ${String(place)}`)}`,
    'X-TELEMESSAGE-MessageType: SMS',
    'X-TELEMESSAGE-Network: O2',
    'X-TELEMESSAGE-ArchiveSource: O2 Network Archiver',
    `X-TELEMESSAGE-ArchiveInitiator: ${numberOf(user)}`,
    `X-TELEMESSAGE-SID: ${digest(`subscriber ${String(user)}`).slice(0, 12)}`,
    `X-TELEMESSAGE-THREAD_ID: ${digest(`thread ${outsider}`)}`,
    'X-TELEMESSAGE-Status: Delivered',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    '',
    text,
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

function addressOf(user: number): string {
  return `user${String(user)}@${BENCH_DOMAIN}`;
}

/** Letters only: digits in a name would be taken for a number first. */
function nameOf(user: number): string {
  const letters = user
    .toString(26)
    .replaceAll(/\d/g, (digit) => 'qrstuvwxyz'.charAt(Number(digit)));
  return `Robin ${letters}`;
}

function numberOf(person: number): string {
  return `4477009${String(person).padStart(5, '0')}`;
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 24);
}
