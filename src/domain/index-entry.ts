import type { ItemKind } from './item.ts';

/** Where the bytes of one `.eml` lie in its staged package, and what it is. No text, no person. */
export interface IndexEntry {
  /** The entry's file name in the package. Stays in the index: it never enters Temporal. */
  readonly name: string;
  /** Of the local file header, in bytes from the package's start. */
  readonly offset: number;
  /** Of the first byte of the entry's data. */
  readonly dataOffset: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly method: ZipMethod;
  /** Of the entry's decompressed bytes. */
  readonly sha256: string;
  readonly itemKey: string;
  readonly kind: ItemKind;
  /** The item's own time, ISO 8601 UTC in seconds. */
  readonly at: string;
  /**
   * Stands for the source's own id of the item, its owner and kind of event, so that another version
   * of it is found: a keyed hash, because the vendor's ids can be guessed. Absent without an id.
   */
  readonly source?: string;
  /** Null for an item that can be read. */
  readonly problem: 'too-large' | 'unreadable' | null;
}

/** 0 stored, 8 deflated; anything else refuses the package (PKWARE APPNOTE 4.4.5). */
export type ZipMethod = 0 | 8;

/**
 * Why a package is refused as a whole, with its sentence. The bytes are staged all the same.
 * The list is closed and published in docs/reasons.md.
 */
export const REFUSALS = {
  'count-mismatch': 'The manifest counts other than the .eml files that lie in the package.',
  'names-mismatch': 'The manifest names other .eml files than lie in the package.',
  'no-manifest': 'The package holds no .mf manifest.',
  'two-manifests': 'The package holds more than one .mf manifest.',
  'unreadable-manifest': 'The manifest holds no "Count:" line that can be read.',
  'zero-byte-item': 'An .eml in the package has no bytes.',
  'unsafe-name': 'An entry has a traversal, absolute or drive name.',
  'doubled-name': 'Two entries have the same name, letter case apart.',
  link: 'An entry is a link.',
  encrypted: 'An entry is encrypted.',
  overlap: 'Entries overlap each other.',
  'size-mismatch': 'An entry is longer or shorter than its record says.',
  'crc-mismatch': "An entry's checksum disagrees with its bytes.",
  'unsupported-compression': 'An entry is compressed in a way that is not supported.',
  'too-many-entries': 'The package holds more than 100,000 entries.',
  'stray-bytes': 'Bytes lie before the first or after the last record of the package.',
  'not-a-zip': 'The file is no zip, or it is cut.',
} as const;

export type Refusal = keyof typeof REFUSALS;

export interface PackageIndex {
  readonly version: 1;
  readonly connector: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** File name without `.zip`. */
  readonly package: string;
  readonly delivery: number;
  readonly packageSha256: string;
  readonly outcome: 'taken' | 'refused';
  readonly reason: Refusal | null;
  /** In words: counts, kinds of stray files, a delivery with the same bytes. No names of people. */
  readonly notes: readonly string[];
  /** Ordered by item key, then offset, so that a slice is a range of keys. Empty when refused. */
  readonly items: readonly IndexEntry[];
  /** Who stands in the items; absent where no file of registered users was configured. */
  readonly people?: readonly IndexPerson[];
}

/** One party of a package's items, once for each number with address. No number, no address. */
export interface IndexPerson {
  /** Keyed hash of the number; null without one. */
  readonly number: string | null;
  /** Keyed hash of the address; null without one. */
  readonly address: string | null;
  /** Items that name them. */
  readonly items: number;
  /** Of someone of ours, an item that names them; null for all others. */
  readonly itemKey: string | null;
}
