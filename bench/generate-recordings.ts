import { createCipheriv, createHash } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { BENCH_DAY, BENCH_DOMAIN } from './generate-day.ts';

/** A day before, on which one text is archived: what a worker loads once is loaded then. */
export const WARM_UP_DAY = '2026-11-22';

/** Calls of a day, each with one recording of so many bytes. */
export interface Recordings {
  readonly count: number;
  readonly sizeBytes: number;
}

/** One mailbox a recording: Exchange takes 150 MB in five minutes for each. */
export function recordingUsers({ count }: Recordings): object[] {
  return Array.from({ length: count }, (_, place) => ({
    id: `0be4c400-0000-4000-8000-${String(place).padStart(12, '0')}`,
    userPrincipalName: addressOf(place),
    mail: addressOf(place),
    displayName: 'Robin Example',
    accountEnabled: true,
  }));
}

/** Writes a package with one text for the warm-up, and one with all recordings. */
export async function generateRecordings(folder: string, recordings: Recordings): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await writePackage(folder, WARM_UP_DAY, [{ name: 'text_SMS.eml', lines: () => textItem() }]);
  const calls = Array.from({ length: recordings.count }, (_, place) => ({
    name: `${numberOf(place)}_call-log.eml`,
    lines: () => callItem(place, recordings.sizeBytes),
  }));
  await writePackage(folder, BENCH_DAY, calls);
}

interface Entry {
  readonly name: string;
  readonly lines: () => Iterable<Buffer>;
}

async function writePackage(folder: string, day: string, entries: readonly Entry[]): Promise<void> {
  const compact = day.replaceAll('-', '');
  const name = `${compact}0000-TeleMessage_1_${compact}235959`;
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(join(folder, `${name}.zip`)));
  for (const entry of entries) {
    zip.addReadStreamLazy(entry.name, { compressionLevel: 1 }, (opened) => {
      opened(null, Readable.from(entry.lines(), { objectMode: false }));
    });
  }
  const names = entries.map((entry) => entry.name);
  const manifest = [`Count: ${String(names.length)}`, ...names, ''].join('\r\n');
  zip.addBuffer(Buffer.from(manifest), `${name}.mf`);
  zip.end();
  await written;
}

function* textItem(): Generator<Buffer> {
  const head = headOf(0, WARM_UP_DAY, 'SMS', 'text/plain; charset=us-ascii');
  yield Buffer.from([...head, '', 'A text.', ''].join('\r\n'));
}

const LINE_BYTES = 57;
const CHUNK_LINES = 1_000;

/** A recording that does not shrink, as those of mobile networks: the same at each run. */
function* callItem(place: number, sizeBytes: number): Generator<Buffer> {
  const head = headOf(place, BENCH_DAY, 'Call', 'multipart/mixed; boundary=part');
  const opening = [
    '--part',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'Call Status: Answered',
    'Duration: 3600',
    '--part',
    `Content-Type: audio/amr; name="recording-${String(place)}.amr"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="recording-${String(place)}.amr"`,
  ];
  yield Buffer.from([...head, '', ...opening, '', ''].join('\r\n'));
  const noise = createCipheriv(
    'aes-128-ctr',
    digest(`recording ${String(place)}`),
    Buffer.alloc(16),
  );
  const zeroes = Buffer.alloc(LINE_BYTES * CHUNK_LINES);
  for (let left = sizeBytes; left > 0; left -= zeroes.length) {
    const text = noise.update(zeroes.subarray(0, Math.min(left, zeroes.length))).toString('base64');
    yield Buffer.from(text.replaceAll(/.{1,76}/g, '$&\r\n'));
  }
  yield Buffer.from('--part--\r\n');
}

function headOf(place: number, day: string, type: string, contentType: string): string[] {
  const theirs = numberOf(50_000 + place);
  return [
    `Date: ${new Date(`${day}T09:00:00Z`).toUTCString().replace('GMT', '+0000')}`,
    `From: "Robin Example ${numberOf(place)}" <${addressOf(place)}>`,
    `To: "${theirs}" <${theirs}@calls.example.net>`,
    `RCPT_TO: ${addressOf(place)}`,
    `X-TELEMESSAGE-ArchiveMessageID: ${digest(`${day} ${String(place)}`).toString('hex')}`,
    `X-TELEMESSAGE-MessageType: ${type}`,
    'MIME-Version: 1.0',
    `Content-Type: ${contentType}`,
  ];
}

function addressOf(place: number): string {
  return `user${String(place)}@${BENCH_DOMAIN}`;
}

function numberOf(person: number): string {
  return `4477009${String(person).padStart(5, '0')}`;
}

function digest(name: string): Buffer {
  return createHash('sha256').update(name).digest().subarray(0, 16);
}
