import { isUtf8 } from 'node:buffer';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  type Entry,
  type ZipFile,
} from 'yauzl';
import type { Refusal, ZipMethod } from '../domain/index-entry.ts';
import { WithoutComment, type BlockReader } from './package-bytes.ts';
import { PackageRefused, refusedEntry } from './package-refused.ts';
import { descriptorFault } from './zip-descriptor.ts';
import { readEnd, type DirectoryEnd } from './zip-end.ts';

/** An entry as the package's central directory records it. */
export interface ZipEntry {
  /** Its place in the directory, from 1. */
  readonly number: number;
  /** Decoded; path separators are "/". */
  readonly name: string;
  /** Its bytes, one a character, which no code page has touched. */
  readonly rawName: string;
  readonly isFolder: boolean;
  /** Of the local file header. */
  readonly offset: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly method: ZipMethod;
  readonly crc32: number;
}

/** Of PKWARE APPNOTE 6.3.10, 4.3.7 and 4.3.12. */
const LOCAL_HEADER_BYTES = 30;
const RECORD_BYTES = 46;
const UNKNOWN_32 = 0xffffffff;
/** Flags: encrypted, sizes follow the data, strong encryption, masked directory (4.4.4). */
const ENCRYPTED = 0x1 | 0x40 | 0x2000;
const HAS_DESCRIPTOR = 0x8;
const UTF8_NAME = 0x800;
/** `S_IFMT` and `S_IFLNK` of the Unix mode in the upper half of the external attributes. */
const FILE_TYPE = 0xf000;
const LINK = 0xa000;

export interface ZipDirectory {
  /** In the order of their offsets. */
  readonly entries: readonly ZipEntry[];
  /** Where the data of an entry begins; its local header was compared with the directory's record. */
  locate(entry: ZipEntry): Promise<number>;
}

/**
 * Reads and checks the directory of a package: everything that can be refused before any entry is
 * read. Zip64, comments, data descriptors, folders and gaps between entries are sound.
 *
 * @throws {PackageRefused}
 */
export async function readDirectory(reader: BlockReader): Promise<ZipDirectory> {
  const end = await readEnd(reader);
  const zip = await readable(() =>
    fromRandomAccessReaderPromise(new WithoutComment(reader, end.endOffset), end.zipBytes, {
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false,
    }),
  );
  const records = await readRecords(zip, end);
  const entries = records.map(({ entry }) => entry);
  checkLayout(records, end);
  const record = new Map(records.map((each, index) => [each.entry, { ...each, index }]));
  return {
    entries,
    locate: async (entry) => {
      const known = record.get(entry);
      if (known === undefined) throw new Error('An entry of another package');
      const header = await readable(() => zip.readLocalFileHeaderPromise(known.raw));
      const stop = entries[known.index + 1]?.offset ?? end.directoryOffset;
      const dataOffset = checkLocal(known, header, stop);
      if ((header.generalPurposeBitFlag & HAS_DESCRIPTOR) === 0) return dataOffset;
      const dataEnd = dataOffset + entry.compressedBytes;
      const fault = await descriptorFault(reader, { dataEnd, stop }, entry);
      if (fault !== null) throw refusedEntry(fault, entry);
      return dataOffset;
    },
  };
}

interface EntryRecord {
  readonly raw: Entry;
  readonly entry: ZipEntry;
}

async function readRecords(zip: ZipFile, end: DirectoryEnd): Promise<EntryRecord[]> {
  const records: EntryRecord[] = [];
  const names = new Set<string>();
  let directoryBytes = 0;
  await readable(async () => {
    for await (const raw of zip.eachEntry()) {
      directoryBytes +=
        RECORD_BYTES + raw.fileNameLength + raw.extraFieldLength + raw.fileCommentLength;
      const entry = toEntry(raw, records.length + 1);
      const name = entry.name.normalize('NFC').toLowerCase();
      if (names.has(name)) throw refusedEntry('doubled-name', entry);
      names.add(name);
      records.push({ raw, entry });
    }
  });
  if (directoryBytes !== end.directoryBytes) throw new PackageRefused('not-a-zip');
  return records.sort((a, b) => a.entry.offset - b.entry.offset);
}

function toEntry(raw: Entry, number: number): ZipEntry {
  const name = nameOf(raw);
  const refuse = (reason: Refusal) => refusedEntry(reason, { number, name });
  if ((raw.generalPurposeBitFlag & ENCRYPTED) !== 0) throw refuse('encrypted');
  if (((raw.externalFileAttributes >>> 16) & FILE_TYPE) === LINK) throw refuse('link');
  const method = raw.compressionMethod;
  if (method !== 0 && method !== 8) throw refuse('unsupported-compression');
  if (method === 0 && raw.compressedSize !== raw.uncompressedSize) {
    throw refuse('size-mismatch');
  }
  if (isUnsafe(name)) throw refuse('unsafe-name');
  return {
    number,
    name,
    rawName: raw.fileNameRaw.toString('latin1'),
    isFolder: name.endsWith('/') && raw.uncompressedSize === 0,
    offset: raw.relativeOffsetOfLocalHeader,
    compressedBytes: raw.compressedSize,
    sizeBytes: raw.uncompressedSize,
    method,
    crc32: raw.crc32,
  };
}

/** Many writers store UTF-8 names without saying so; what is no UTF-8 is code page 437. */
function nameOf(raw: Entry): string {
  const bytes = raw.fileNameRaw;
  const flag = isUtf8(bytes) ? raw.generalPurposeBitFlag | UTF8_NAME : raw.generalPurposeBitFlag;
  return getFileNameLowLevel(flag, bytes, raw.extraFields, false).replace(/^(\.\/)+/u, '');
}

function isUnsafe(name: string): boolean {
  return (
    name === '' ||
    name.startsWith('/') ||
    /^[a-z]:/iu.test(name) ||
    name.split('/').includes('..') ||
    // eslint-disable-next-line no-control-regex -- a name with control characters is no name
    /[\0-\u001f\u007f]/u.test(name)
  );
}

/** By the directory alone, so that a bomb of overlapping entries costs nothing. */
function checkLayout(records: readonly EntryRecord[], end: DirectoryEnd): void {
  if ((records[0]?.entry.offset ?? end.directoryOffset) > 0) {
    throw new PackageRefused('stray-bytes');
  }
  records.forEach(({ raw, entry }, index) => {
    const stop = records[index + 1]?.entry.offset ?? end.directoryOffset;
    const leastBytes = LOCAL_HEADER_BYTES + raw.fileNameLength + entry.compressedBytes;
    if (entry.offset + leastBytes > stop) throw refusedEntry('overlap', entry);
  });
}

interface LocalHeader {
  readonly fileDataStart: number;
  readonly generalPurposeBitFlag: number;
  readonly compressionMethod: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly fileName: Buffer;
}

/** A reader that goes by local headers must see the same entry as one that goes by the directory. */
function checkLocal({ raw, entry }: EntryRecord, local: LocalHeader, stop: number): number {
  if ((local.generalPurposeBitFlag & ENCRYPTED) !== 0) throw refusedEntry('encrypted', entry);
  if (local.compressionMethod !== raw.compressionMethod) {
    throw refusedEntry('unsupported-compression', entry);
  }
  if (!local.fileName.equals(raw.fileNameRaw)) throw refusedEntry('names-mismatch', entry);
  // With a descriptor, what is not known yet is 0.
  const isLater = (local.generalPurposeBitFlag & HAS_DESCRIPTOR) !== 0;
  const differs = (a: number, b: number) => a !== b && !(isLater && a === 0);
  const hasOtherSize = (a: number, b: number) => a !== UNKNOWN_32 && differs(a, b);
  if (
    hasOtherSize(local.compressedSize, raw.compressedSize) ||
    hasOtherSize(local.uncompressedSize, raw.uncompressedSize)
  ) {
    throw refusedEntry('size-mismatch', entry);
  }
  if (differs(local.crc32, raw.crc32)) throw refusedEntry('crc-mismatch', entry);
  if (local.fileDataStart + raw.compressedSize > stop) throw refusedEntry('overlap', entry);
  return local.fileDataStart;
}

/** yauzl's own refusals are plain errors: a directory that it cannot read is no zip's. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PackageRefused) throw error;
    const isEncrypted = error instanceof Error && error.message.includes('encryption');
    throw new PackageRefused(isEncrypted ? 'encrypted' : 'not-a-zip');
  }
}
