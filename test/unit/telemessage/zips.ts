import { Readable } from 'node:stream';
import { crc32, deflateRawSync } from 'node:zlib';
import type { PackageBytes } from '../../../src/telemessage/package.ts';
import { eml, smsHeader } from './emails.ts';

/** An entry of a zip that is written by hand, so that every record can lie. */
export interface Part {
  readonly name: string | Buffer;
  readonly bytes?: Buffer;
  readonly method?: number;
  readonly flags?: number;
  /** What the central directory records instead of the truth. */
  readonly central?: Partial<Record<'crc' | 'compressed' | 'size' | 'method' | 'offset', number>>;
  /** What the local header records instead of the truth. */
  readonly local?: Partial<Record<'crc' | 'compressed' | 'size' | 'method' | 'flags', number>>;
  readonly attributes?: number;
  /** Bytes after the data that belong to no record. */
  readonly gap?: number;
  /** Of the local header, when it has another than the directory. */
  readonly localName?: string;
  /** Behind the data, a data descriptor for one; set flag 8 beside it. */
  readonly descriptor?: Buffer;
}

export interface Layout {
  readonly prefix?: Buffer;
  readonly suffix?: Buffer;
  readonly comment?: string;
  /** Whether offsets are those of the file, prefix included. */
  readonly areOffsetsCorrected?: boolean;
  readonly count?: number;
}

export function zip(parts: readonly Part[], layout: Layout = {}): Buffer {
  const prefix = layout.prefix ?? Buffer.alloc(0);
  const base = layout.areOffsetsCorrected === false ? 0 : prefix.length;
  const body: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = base;
  for (const part of parts) {
    const { local, record } = entry(part, offset);
    body.push(local);
    records.push(record);
    offset += local.length;
  }
  const directory = Buffer.concat(records);
  const comment = Buffer.from(layout.comment ?? '');
  const count = layout.count ?? parts.length;
  const zip64 = count > 0xffff ? zip64End(count, directory.length, offset) : Buffer.alloc(0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([
    prefix,
    ...body,
    directory,
    zip64,
    end,
    comment,
    layout.suffix ?? Buffer.alloc(0),
  ]);
}

function zip64End(count: number, directoryBytes: number, directoryOffset: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(directoryOffset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

function entry(part: Part, offset: number): { local: Buffer; record: Buffer } {
  const name = Buffer.from(part.name as string);
  const bytes = part.bytes ?? Buffer.alloc(0);
  const method = part.method ?? 8;
  const data = method === 8 ? deflateRawSync(bytes) : bytes;
  const truth = { crc: crc32(bytes), compressed: data.length, size: bytes.length, method };
  const flags = part.flags ?? 0;
  const central = { ...truth, offset, ...part.central };
  const local = { ...truth, flags, ...part.local };
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(local.flags, 6);
  header.writeUInt16LE(local.method, 8);
  header.writeUInt32LE(local.crc, 14);
  header.writeUInt32LE(local.compressed, 18);
  header.writeUInt32LE(local.size, 22);
  const localName = Buffer.from(part.localName ?? name);
  header.writeUInt16LE(localName.length, 26);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(0x0314, 4);
  record.writeUInt16LE(20, 6);
  record.writeUInt16LE(flags, 8);
  record.writeUInt16LE(central.method, 10);
  record.writeUInt32LE(central.crc, 16);
  record.writeUInt32LE(central.compressed, 20);
  record.writeUInt32LE(central.size, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt32LE((part.attributes ?? 0) >>> 0, 38);
  record.writeUInt32LE(central.offset, 42);
  return {
    local: Buffer.concat([
      header,
      localName,
      data,
      part.descriptor ?? Buffer.alloc(0),
      Buffer.alloc(part.gap ?? 0),
    ]),
    record: Buffer.concat([record, name]),
  };
}

/** A data descriptor of a part: what is not given is the truth. */
export function descriptor(
  { bytes = Buffer.alloc(0), method = 8 }: Part,
  said: { readonly crc?: number; readonly size?: number; readonly compressed?: number } = {},
  { isSigned = true, isLong = false } = {},
): Buffer {
  const data = method === 8 ? deflateRawSync(bytes) : bytes;
  const signature = Buffer.from(isSigned ? 'PK\x07\x08' : '');
  const rest = Buffer.alloc(isLong ? 20 : 12);
  rest.writeUInt32LE(said.crc ?? crc32(bytes), 0);
  rest.writeUInt32LE(said.compressed ?? data.length, 4);
  rest.writeUInt32LE(said.size ?? bytes.length, isLong ? 12 : 8);
  return Buffer.concat([signature, rest]);
}

/** Three sound items and what a manifest says of them. */
export const ITEMS: readonly (Part & { name: string })[] = ['a', 'b', 'c'].map((name, index) => ({
  name: `${name}.eml`,
  bytes: eml(
    ...smsHeader({ 'X-TELEMESSAGE-ArchiveMessageID': `id-${index}` }),
    '',
    `Text of item ${name}`,
  ),
}));

export function manifest(names: readonly string[], count = names.length): Part {
  return { name: 'package.mf', bytes: Buffer.from(`Count: ${count}\r\n${names.join('\r\n')}\r\n`) };
}

export function soundPackage(items: readonly (Part & { name: string })[] = ITEMS): Buffer {
  return zip([...items, manifest(items.map(({ name }) => name))]);
}

export interface CountedBytes extends PackageBytes {
  readonly ranges: () => number;
  readonly bytesRead: () => number;
}

export function packageBytes(bytes: Buffer): CountedBytes {
  let ranges = 0;
  let bytesRead = 0;
  return {
    sizeBytes: bytes.length,
    range(start, end) {
      ranges += 1;
      bytesRead += end - start;
      return Readable.from([bytes.subarray(start, end)], { objectMode: false });
    },
    ranges: () => ranges,
    bytesRead: () => bytesRead,
  };
}
