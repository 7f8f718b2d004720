import { createHash } from 'node:crypto';

/** Choices that are the same on every machine for the same label: a failing item can be made again. */
export interface Chance {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  /** True in that share of all cases. */
  is(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  some<T>(list: readonly T[], count: number): T[];
  shuffled<T>(list: readonly T[]): T[];
  bytes(count: number): Buffer;
}

/** Choices that follow from the label alone (sfc32, seeded by its SHA-256). */
export function chanceOf(label: string): Chance {
  const next = sfc32(createHash('sha256').update(label).digest());
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error('There is nothing to pick from');
    return list[below(list.length)] as T;
  };
  return {
    below,
    is: (share) => next() / 2 ** 32 < share,
    pick,
    some: (list, count) => Array.from({ length: count }, () => pick(list)),
    shuffled: (list) =>
      list
        .map((each) => ({ each, rank: next() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ each }) => each),
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  };
}

/** The generator of Chris Doty-Humphrey's PractRand: 128 bits of state, 32 bits a call. */
function sfc32(seed: Buffer): () => number {
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => seed.readUInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
}
