import type { StagedBlob } from './evidence.ts';

/**
 * The staging layout as contract.md states it, read from there and not from the product.
 */
export interface ReadReceipt {
  readonly path: string;
  readonly day: string;
  readonly itemKey: string;
  readonly number: number;
  readonly receipt: ReceiptFacts;
}

export interface CopyFacts {
  readonly id: string;
  readonly messageId: string | null;
  readonly outcome: string;
  readonly reason: string | null;
  readonly removed?: readonly string[];
  /** Positions of the attachments that the copy lacks. */
  readonly omitted?: readonly number[];
  readonly waived?: unknown;
}

export interface ReceiptFacts {
  readonly itemKey: string;
  readonly home: string;
  readonly itemSha256: string;
  readonly messageSha256: string | null;
  readonly packageSha256: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly mailboxes: readonly CopyFacts[];
  readonly held: readonly { readonly reason: string; readonly waived?: unknown }[];
}

export interface ReadIndex {
  readonly path: string;
  readonly day: string;
  readonly package: string;
  readonly number: number;
  readonly index: {
    readonly outcome: 'taken' | 'refused';
    readonly packageSha256: string;
    readonly items: readonly {
      readonly name: string;
      readonly itemKey: string;
      readonly sha256: string;
    }[];
  };
}

export interface ReadReport {
  readonly path: string;
  readonly day: string;
  readonly number: number;
  readonly report: {
    readonly outcome: string;
    readonly balances: boolean;
    readonly books: Readonly<Record<string, number>>;
    readonly failures: readonly { readonly reason: string; readonly count: number }[];
    readonly packages: readonly { readonly name: string; readonly sha256: string }[];
  };
}

const RECEIPT = /^receipts\/(\d{4})\/(\d\d)\/(\d\d)\/([0-9a-f]{64})\/(\d+)\.json$/;
const INDEX = /^packages\/(\d{4})\/(\d\d)\/(\d\d)\/(.+)\/(\d+)\.index\.json$/;
const REPORT = /^reports\/(\d{4}-\d\d-\d\d)\/(\d+)\.json$/;

export function receiptsIn(books: readonly StagedBlob[]): ReadReceipt[] {
  return books.flatMap((blob) => {
    const [path, year, month, date, itemKey, number] = RECEIPT.exec(blob.path) ?? [];
    if (path === undefined || itemKey === undefined) return [];
    const day = `${String(year)}-${String(month)}-${String(date)}`;
    const receipt = JSON.parse(blob.bytes.toString()) as ReceiptFacts;
    return [{ path, day, itemKey, number: Number(number), receipt }];
  });
}

export function indexesIn(books: readonly StagedBlob[]): ReadIndex[] {
  return books.flatMap((blob) => {
    const [path, year, month, date, name, number] = INDEX.exec(blob.path) ?? [];
    if (path === undefined || name === undefined) return [];
    const day = `${String(year)}-${String(month)}-${String(date)}`;
    const index = JSON.parse(blob.bytes.toString()) as ReadIndex['index'];
    return [{ path, day, package: name, number: Number(number), index }];
  });
}

export function reportsIn(books: readonly StagedBlob[]): ReadReport[] {
  return books.flatMap((blob) => {
    const [path, day, number] = REPORT.exec(blob.path) ?? [];
    if (path === undefined || day === undefined) return [];
    const report = JSON.parse(blob.bytes.toString()) as ReadReport['report'];
    return [{ path, day, number: Number(number), report }];
  });
}

/** Of several with one name the highest number counts. */
export function latestBy<One extends { readonly number: number }>(
  list: readonly One[],
  nameOf: (one: One) => string,
): Map<string, One> {
  const latest = new Map<string, One>();
  for (const one of list) {
    if ((latest.get(nameOf(one))?.number ?? 0) < one.number) latest.set(nameOf(one), one);
  }
  return latest;
}
