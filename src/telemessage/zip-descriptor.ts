import type { BlockReader } from './package-bytes.ts';

/** What a record says of an entry's data. */
export interface DataFacts {
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
}

/** Of PKWARE APPNOTE 6.3.10, 4.3.9: the signature is usual and not required, sizes have 4 or 8 bytes. */
const SIGNATURE = 0x08074b50;
const SHORT_BYTES = 12;
const LONG_BYTES = 20;

/**
 * How the descriptor behind an entry's data disagrees with the directory's record; null when it
 * agrees or there is none. What lies between `dataEnd` and `stop` and cannot be one is a gap.
 */
export async function descriptorFault(
  reader: BlockReader,
  { dataEnd, stop }: { readonly dataEnd: number; readonly stop: number },
  record: DataFacts,
): Promise<'crc-mismatch' | 'size-mismatch' | null> {
  const bytes = await reader.slice(dataEnd, Math.min(stop, dataEnd + 4 + LONG_BYTES));
  const isSigned = bytes.length >= 4 && bytes.readUInt32LE(0) === SIGNATURE;
  const read = [...formsOf(isSigned ? bytes.subarray(4) : bytes)];
  // A checksum may happen to be the signature, and then the bytes begin with no signature.
  if (isSigned) read.push(...formsOf(bytes));
  const isDescriptor = isSigned || [SHORT_BYTES, LONG_BYTES].includes(stop - dataEnd);
  if (!isDescriptor || read.length === 0) return null;
  const hasSizes = ({ compressedBytes, sizeBytes }: DataFacts) =>
    compressedBytes === record.compressedBytes && sizeBytes === record.sizeBytes;
  const sized = read.filter(hasSizes);
  if (sized.some(({ crc32 }) => crc32 === record.crc32)) return null;
  return sized.length > 0 ? 'crc-mismatch' : 'size-mismatch';
}

function* formsOf(bytes: Buffer): Generator<DataFacts> {
  if (bytes.length < SHORT_BYTES) return;
  const crc32 = bytes.readUInt32LE(0);
  yield { crc32, compressedBytes: bytes.readUInt32LE(4), sizeBytes: bytes.readUInt32LE(8) };
  if (bytes.length < LONG_BYTES) return;
  const [compressedBytes, sizeBytes] = [4, 12].map((at) => Number(bytes.readBigUInt64LE(at)));
  yield { crc32, compressedBytes: compressedBytes ?? 0, sizeBytes: sizeBytes ?? 0 };
}
