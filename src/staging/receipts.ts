import { createHash } from 'node:crypto';
import type { Receipt } from '../domain/receipt.ts';
import type { ReceiptFacts } from '../domain/report.ts';
import { RunError } from '../domain/run-error.ts';
import type { Container } from './container.ts';
import { parseReceiptPath, receiptPath, RECEIPTS_PREFIX, receiptsPrefix } from './layout.ts';
import { factsFrom, metadataOf } from './receipt-metadata.ts';

/** A receipt, as far as a listing tells. */
export interface ListedReceipt extends ReceiptFacts {
  readonly path: string;
  readonly number: number;
  /** Of its bytes when it was written; null where an earlier version wrote it. */
  readonly sha256: string | null;
}

export interface ReadReceipt {
  readonly receipt: Receipt;
  /** Names of what was noted beside it, when it was written, otherwise than its bytes are now. */
  readonly altered: readonly string[];
}

/** Receipts say what is done. Write-once; the latest of an item counts. */
export interface Receipts {
  /** All receipts of a day, or of the items whose key begins so; of an item in no certain order. */
  list(day: string, keyPrefix?: string): AsyncIterable<ListedReceipt>;
  /** The days that have receipts, oldest first: a request a month. */
  days(): Promise<string[]>;
  /** The latest receipt of each item of a day, by item key, from one listing. */
  latest(day: string, keyPrefix?: string): Promise<Map<string, ListedReceipt>>;
  /** The latest receipt of one item, whole. */
  find(day: string, itemKey: string): Promise<Receipt | null>;
  read(path: string): Promise<Receipt>;
  /**
   * The receipt as its bytes are now, compared with what the listing tells of it.
   * @throws {RunError} `staging-corrupt` {SyntaxError} when it is gone, or no receipt any more
   */
  readListed(listed: ListedReceipt): Promise<ReadReceipt>;
  /** Writes the next receipt. The same content twice in a row is written once. Gives its path. */
  write(day: string, receipt: Receipt): Promise<string>;
}

/** More attempts than two runs of one item can need; a guard against an endless loop. */
const MAX_NUMBER_RACES = 20;

export function receipts(books: Container): Receipts {
  async function* list(day: string, keyPrefix = ''): AsyncGenerator<ListedReceipt> {
    for await (const { path, metadata } of books.list(receiptsPrefix(day, keyPrefix))) {
      const ref = parseReceiptPath(path);
      if (ref === null) continue;
      const { number, itemKey } = ref;
      const sha256 = metadata['sha256'] ?? null;
      yield { path, number, sha256, ...factsFrom(itemKey, metadata) };
    }
  }

  const latest = async (day: string, keyPrefix = '') => {
    const found = new Map<string, ListedReceipt>();
    for await (const receipt of list(day, keyPrefix)) {
      if ((found.get(receipt.itemKey)?.number ?? 0) < receipt.number) {
        found.set(receipt.itemKey, receipt);
      }
    }
    return found;
  };

  const bytesOf = async (path: string): Promise<Buffer> => {
    const bytes = await books.read(path);
    if (bytes !== null) return bytes;
    throw new RunError('staging-corrupt', `The receipt ${path} is missing.`);
  };
  const read = async (path: string) =>
    JSON.parse((await bytesOf(path)).toString('utf8')) as Receipt;

  return {
    list,
    latest,
    read,

    async readListed(listed) {
      const bytes = await bytesOf(listed.path);
      const receipt: unknown = JSON.parse(bytes.toString('utf8'));
      if (!isReceipt(receipt)) {
        throw new RunError('staging-corrupt', `${listed.path} is no receipt any more.`);
      }
      return { receipt, altered: alteredIn(receipt, sha256Of(bytes), listed) };
    },

    async days() {
      let prefixes = [RECEIPTS_PREFIX];
      // Years, their months, their days.
      for (let level = 0; level < 3; level += 1) {
        const below: string[] = [];
        for (const prefix of prefixes) {
          for await (const folder of books.folders(prefix)) below.push(folder);
        }
        prefixes = below;
      }
      return prefixes
        .map((prefix) => prefix.slice(RECEIPTS_PREFIX.length, -1).replaceAll('/', '-'))
        .sort();
    },

    async find(day, itemKey) {
      const listed = (await latest(day, itemKey)).get(itemKey);
      return listed === undefined ? null : read(listed.path);
    },

    async write(day, receipt) {
      const bytes = Buffer.from(JSON.stringify(receipt));
      const metadata = { ...metadataOf(receipt), sha256: sha256Of(bytes) };
      let number = 1;
      for (let race = 0; race < MAX_NUMBER_RACES; race += 1) {
        const path = receiptPath(day, receipt.itemKey, number);
        const isNew = await books.putOnce(path, bytes, 'application/json', metadata);
        if (isNew) return path;
        const before = (await latest(day, receipt.itemKey)).get(receipt.itemKey);
        if (before === undefined) continue;
        // An attempt whose answer was lost wrote these very bytes: not a second receipt.
        if ((await books.read(before.path))?.equals(bytes) === true) return before.path;
        number = before.number + 1;
      }
      throw new RunError(
        'staging-unavailable',
        'The next receipt of an item could not be claimed.',
      );
    },
  };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function alteredIn(receipt: Receipt, sha256: string, listed: ListedReceipt): string[] {
  const noted = metadataOf(listed);
  const facts = Object.entries(metadataOf(receipt))
    .filter(([fact, value]) => noted[fact] !== value)
    .map(([fact]) => fact);
  // What an earlier version wrote has no digest beside it.
  return listed.sha256 === null || listed.sha256 === sha256 ? facts : [...facts, 'sha256'];
}

/** Whether it can be looked into: somebody may have put anything in its place. */
function isReceipt(read: unknown): read is Receipt {
  if (!isObject(read)) return false;
  const { mailboxes, held, flags } = read;
  return isListOfObjects(mailboxes) && isListOfObjects(held) && Array.isArray(flags);
}

function isListOfObjects(list: unknown): boolean {
  return Array.isArray(list) && list.every(isObject);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
