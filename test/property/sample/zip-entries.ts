import { crc32, inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly bytes: Buffer;
}

/**
 * Reads a whole zip from its central directory (PKWARE APPNOTE 4.3.12, 4.3.16), without the library
 * that wrote it and without the product's reader.
 * @throws when a size or CRC disagrees with its record.
 */
export function zipEntries(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('no central record where one is due');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((o) =>
      zip.readUInt16LE(at + o),
    ) as [number, number, number];
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const method = zip.readUInt16LE(at + 10);
    const bytes = method === 0 ? packed : inflateRawSync(packed);
    if (bytes.length !== zip.readUInt32LE(at + 24)) throw new Error(`size of ${name} disagrees`);
    if (crc32(bytes) !== zip.readUInt32LE(at + 16)) throw new Error(`CRC of ${name} disagrees`);
    entries.push({ name, method, bytes });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}
