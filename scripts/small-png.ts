import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** What Chromium's screenshots are: 8-bit RGB, not interlaced. */
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BYTES_A_PIXEL = 3;
const MAX_COLOURS = 256;

/**
 * A screenshot with at most 256 colours: a third of its size, and to the eye the same, because pages of
 * text have few colours and many shades of their letters' edges.
 *
 * @see W3C PNG specification, §5 (chunks), §9 (filters), §11.2.3 (palette)
 * @throws when the file is no 8-bit RGB PNG
 */
export function withPalette(png: Buffer): Buffer {
  const chunks = [...chunksOf(png)];
  const header = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(13);
  if (header.readUInt8(8) !== 8 || header.readUInt8(9) !== 2 || header.readUInt8(12) !== 0) {
    throw new Error(
      'The screenshot is no 8-bit RGB picture: this version of Chromium is new to us.',
    );
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const data = chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data);
  const pixels = unfiltered(inflateSync(Buffer.concat(data)), width, height);
  const { palette, rows } = indexed(pixels, width, height);
  const small = Buffer.from(header);
  small.writeUInt8(3, 9);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', small),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function* chunksOf(png: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    yield { type, data: png.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

function unfiltered(rows: Buffer, width: number, height: number): Buffer {
  const rowBytes = width * BYTES_A_PIXEL;
  const pixels = Buffer.alloc(rowBytes * height);
  const valueAt = (y: number, x: number) => (y < 0 || x < 0 ? 0 : (pixels[y * rowBytes + x] ?? 0));
  for (let y = 0; y < height; y += 1) {
    const start = y * (rowBytes + 1);
    for (let x = 0; x < rowBytes; x += 1) {
      const left = valueAt(y, x - BYTES_A_PIXEL);
      const up = valueAt(y - 1, x);
      const corner = x < BYTES_A_PIXEL ? 0 : valueAt(y - 1, x - BYTES_A_PIXEL);
      const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      const guess = guesses[rows[start] ?? 0] ?? 0;
      pixels[y * rowBytes + x] = ((rows[start + 1 + x] ?? 0) + guess) & 0xff;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const byLeft = Math.abs(guess - left);
  const byUp = Math.abs(guess - up);
  const byCorner = Math.abs(guess - corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

/** The colours rounded to ever coarser steps until they fit into a palette. */
function indexed(pixels: Buffer, width: number, height: number): { palette: Buffer; rows: Buffer } {
  for (let step = 1; ; step *= 2) {
    const known = new Map<number, number>();
    const rows = Buffer.alloc((width + 1) * height);
    for (let at = 0; at < width * height; at += 1) {
      const colour = rounded(pixels, at * BYTES_A_PIXEL, step);
      const index = known.get(colour) ?? known.size;
      known.set(colour, index);
      if (known.size > MAX_COLOURS) break;
      rows[at + Math.floor(at / width) + 1] = index;
    }
    if (known.size > MAX_COLOURS) continue;
    const palette = Buffer.alloc(known.size * BYTES_A_PIXEL);
    for (const [colour, index] of known) palette.writeUIntBE(colour, index * BYTES_A_PIXEL, 3);
    return { palette, rows };
  }
}

function rounded(pixels: Buffer, at: number, step: number): number {
  const value = (offset: number) =>
    Math.min(0xff, Math.round((pixels[at + offset] ?? 0) / step) * step);
  return value(0) * 0x1_00_00 + value(1) * 0x1_00 + value(2);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
