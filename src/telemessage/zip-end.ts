import type { BlockReader } from './package-bytes.ts';
import { PackageRefused } from './package-refused.ts';

/** Where the directory of a package lies, as its last records say. */
export interface DirectoryEnd {
  readonly entryCount: number;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
  /** Where the records that end the package begin. */
  readonly offset: number;
  /** Where the very last of them begins. */
  readonly endOffset: number;
  /** Of the package without its comment. */
  readonly zipBytes: number;
}

const MAX_ENTRIES = 100_000;
/** Record sizes and signatures of PKWARE APPNOTE 6.3.10, 4.3.7–4.3.16. */
const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const END64_BYTES = 56;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_BYTES = 20;
const LOCATOR64_SIGNATURE = 0x07064b50;
const MAX_COMMENT_BYTES = 0xffff;

/**
 * Reads the records that end a package, zip64 or not.
 *
 * @throws {PackageRefused} `not-a-zip`, `stray-bytes`, `too-many-entries`
 */
export async function readEnd(reader: BlockReader): Promise<DirectoryEnd> {
  const size = reader.sizeBytes;
  const from = Math.max(size - END_BYTES - MAX_COMMENT_BYTES, 0);
  const tail = await reader.slice(from, size);
  const at = endIn(tail);
  const place = { endOffset: from + at, zipBytes: from + at + END_BYTES };
  const short: DirectoryEnd = {
    entryCount: tail.readUInt16LE(at + 10),
    directoryBytes: tail.readUInt32LE(at + 12),
    directoryOffset: tail.readUInt32LE(at + 16),
    offset: from + at,
    ...place,
  };
  const end = (await readEnd64(reader, place)) ?? short;
  if (end.entryCount > MAX_ENTRIES) throw new PackageRefused('too-many-entries');
  const directoryEnd = end.directoryOffset + end.directoryBytes;
  if (directoryEnd > end.offset) throw new PackageRefused('not-a-zip');
  // Bytes put before the first record without correcting offsets show here, too.
  if (directoryEnd < end.offset) throw new PackageRefused('stray-bytes');
  return end;
}

/**
 * Where the end record begins: the one whose comment reaches to the last byte. A comment may hold what
 * looks like one; where two reach there, the package can be read in two ways and is refused.
 */
function endIn(tail: Buffer): number {
  const found: { at: number; surplus: number }[] = [];
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const surplus = tail.length - at - END_BYTES - tail.readUInt16LE(at + 20);
    found.push({ at, surplus });
  }
  const [whole, another] = found.filter(({ surplus }) => surplus === 0);
  if (whole !== undefined && another === undefined) return whole.at;
  const isLonger = whole === undefined && (found[0]?.surplus ?? 0) > 0;
  throw new PackageRefused(isLonger ? 'stray-bytes' : 'not-a-zip');
}

async function readEnd64(
  reader: BlockReader,
  place: Pick<DirectoryEnd, 'endOffset' | 'zipBytes'>,
): Promise<DirectoryEnd | null> {
  const { endOffset } = place;
  const locator = await reader.slice(endOffset - LOCATOR64_BYTES, endOffset);
  if (locator.length < LOCATOR64_BYTES || locator.readUInt32LE(0) !== LOCATOR64_SIGNATURE) {
    return null;
  }
  const offset = Number(locator.readBigUInt64LE(8));
  const record = await reader.slice(offset, offset + END64_BYTES);
  if (record.length < END64_BYTES || record.readUInt32LE(0) !== END64_SIGNATURE) {
    throw new PackageRefused('not-a-zip');
  }
  return {
    entryCount: Number(record.readBigUInt64LE(32)),
    directoryBytes: Number(record.readBigUInt64LE(40)),
    directoryOffset: Number(record.readBigUInt64LE(48)),
    offset,
    ...place,
  };
}
