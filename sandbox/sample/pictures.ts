import { crc32, deflateSync } from 'node:zlib';

type Colour = readonly [red: number, green: number, blue: number];
/** Colour at a point; x and y run from 0 to 1, y downwards. */
type Scene = (x: number, y: number) => Colour;

/** What the people of the sample day photograph, painted by formula. */
export const SCENES = {
  field: (x, y) => {
    if (Math.hypot(x - 0.78, (y - 0.2) * 0.6) < 0.06) return [255, 236, 150];
    if (y < 0.45 + 0.03 * Math.sin(x * 7)) return [120 + 90 * y, 170 + 90 * y, 235];
    const furrow = Math.sin((x - 0.5) * 60 * (1.4 - y)) > 0 ? 22 : 0;
    return [196 + furrow, 160 + furrow, 60];
  },
  fog: (x, y) => {
    const grey = 205 - 40 * y + 12 * Math.sin(x * 9 + y * 4);
    const isHull = y > 0.58 && y < 0.68 && x > 0.25 + (y - 0.58) && x < 0.8 - (y - 0.58);
    const isBridge = y > 0.46 && y <= 0.58 && x > 0.66 && x < 0.75;
    return isHull || isBridge ? [grey - 45, grey - 40, grey - 35] : [grey, grey + 2, grey + 6];
  },
  chart: (x, y) => {
    const column = Math.floor(x * 16);
    const level = 0.5 - 0.25 * Math.sin(column * 0.55) - 0.012 * column;
    const isCandle = x * 16 - column > 0.25 && Math.abs(y - level) < 0.05 + 0.02 * (column % 3);
    if (isCandle) return column % 3 === 1 ? [196, 52, 48] : [42, 140, 82];
    return (y * 8) % 1 < 0.02 ? [214, 218, 224] : [250, 250, 252];
  },
  cake: (x, y) => {
    if (y > 0.5 && y < 0.8 && x > 0.25 && x < 0.75) {
      return (y * 10) % 1 < 0.25 ? [250, 240, 220] : [150, 90, 50];
    }
    const candle = Math.abs(((x - 0.25) * 8) % 1) < 0.15 && x > 0.3 && x < 0.7;
    if (candle && y > 0.35 && y <= 0.5) return y < 0.39 ? [255, 170, 40] : [90, 150, 210];
    return [240 - 60 * y, 225 - 60 * y, 230 - 40 * y];
  },
  harbour: (x, y) => {
    if (y < 0.55) return [250 - 90 * y, 190 - 40 * y, 150 + 120 * y];
    const glitter = Math.sin(x * 120) * Math.sin(y * 90) > 0.6 ? 40 : 0;
    return [40 + glitter, 70 + glitter, 110 + glitter];
  },
} as const satisfies Record<string, Scene>;

/**
 * A PNG picture of the scene, 8-bit RGB.
 * @see W3C PNG specification, §5 (chunks) and §9 (filters): each row is sent unfiltered.
 */
export function paint(scene: keyof typeof SCENES, width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  const colourAt: Scene = SCENES[scene];
  let offset = 0;
  for (let y = 0; y < height; y++) {
    offset++;
    for (let x = 0; x < width; x++) {
      for (const value of colourAt(x / width, y / height)) {
        rows[offset++] = Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
