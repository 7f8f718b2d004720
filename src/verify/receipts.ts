import type { IndexEntry } from '../domain/index-entry.ts';
import type { Receipt } from '../domain/receipt.ts';
import { RunError } from '../domain/run-error.ts';
import type { StoredMessage } from '../staging/messages.ts';
import type { ListedReceipt } from '../staging/receipts.ts';
import type { ProofPorts } from './ports.ts';
import type { Proof } from './proof.ts';

/** The receipts of an item on one day, as a listing tells of them. */
export interface ItemReceipts {
  readonly latest: ListedReceipt;
  /** In no certain order. */
  readonly numbers: readonly number[];
}

/** What a receipt must agree with. */
export interface ReceiptTruth {
  readonly itemKey: string;
  /** Null when the receipt's package has no index, or the index no such item. */
  readonly item: {
    /** More than one when the package has the item twice, in other wrappings. */
    readonly sha256: readonly string[];
    readonly packageSha256: string;
  } | null;
  /** Null when there is no message. */
  readonly message: Pick<StoredMessage, 'sha256' | 'home'> | null;
}

/** Names of what the receipt says otherwise than package, item and message are. */
export function receiptFaults(
  receipt: Receipt,
  { itemKey, item, message }: ReceiptTruth,
): string[] {
  const faults: string[] = [];
  if (receipt.itemKey !== itemKey) faults.push('itemKey');
  if (item === null) faults.push('package');
  else {
    if (receipt.packageSha256 !== item.packageSha256) faults.push('packageSha256');
    if (!item.sha256.includes(receipt.itemSha256)) faults.push('itemSha256');
  }
  // A message that is missing is a difference of its own.
  if (receipt.messageSha256 !== null && message !== null) {
    if (receipt.messageSha256 !== message.sha256) faults.push('messageSha256');
    if (receipt.home !== message.home) faults.push('home');
  }
  return faults;
}

/** Numbers from 1 to the highest that are not there. */
export function holesIn(numbers: readonly number[]): number[] {
  const there = new Set(numbers);
  const highest = Math.max(0, ...numbers);
  return Array.from({ length: highest }, (_, at) => at + 1).filter((number) => !there.has(number));
}

/** The receipts of the days that a proof comes by: one listing a day, one read an item. */
export class ReceiptBook {
  readonly #ports: ProofPorts;
  readonly #proof: Proof;
  readonly #days = new Map<string, Promise<Map<string, ItemReceipts>>>();
  readonly #indexes = new Map<string, Promise<IndexFacts | null>>();

  constructor(ports: ProofPorts, proof: Proof) {
    this.#ports = ports;
    this.#proof = proof;
  }

  /** By item key. */
  of(day: string): Promise<Map<string, ItemReceipts>> {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const listed = this.#list(day);
    this.#days.set(day, listed);
    return listed;
  }

  /**
   * Proves the latest receipt of an item on the day and, where that names another home, the one
   * there. Gives the receipt that counts; null when there is none that can be read.
   */
  async prove(
    day: string,
    itemKey: string,
    message: Pick<StoredMessage, 'sha256' | 'home'> | null,
  ): Promise<Receipt | null> {
    const own = await this.#proveOne(day, itemKey, message);
    if (own?.outcome !== 'skipped') return own;
    if (own.home !== day) return this.#proveOne(own.home, itemKey, message);
    const detail = 'skipped, and its home is this very day';
    this.#proof.differs('receipt-differs', { itemKey, detail });
    return null;
  }

  async #proveOne(
    day: string,
    itemKey: string,
    message: Pick<StoredMessage, 'sha256' | 'home'> | null,
  ): Promise<Receipt | null> {
    const proof = this.#proof;
    const found = (await this.of(day)).get(itemKey);
    proof.checked('receipts');
    if (found === undefined) {
      proof.differs('receipt-missing', { itemKey, detail: `no receipt on ${day}` });
      return null;
    }
    const { path } = found.latest;
    for (const number of holesIn(found.numbers)) {
      proof.differs('receipt-hole', {
        itemKey,
        path,
        detail: `number ${String(number)} is missing`,
      });
    }
    const receipt = await this.#read(path);
    if (receipt === null) {
      proof.differs('receipt-unreadable', { itemKey, path });
      return null;
    }
    const item = await this.#itemOf(receipt.package, itemKey);
    const faults = receiptFaults(receipt, { itemKey, item, message });
    if (faults.length > 0) {
      proof.differs('receipt-differs', { itemKey, path, detail: faults.join(', ') });
    }
    return receipt;
  }

  async #list(day: string): Promise<Map<string, ItemReceipts>> {
    const found = new Map<string, { latest: ListedReceipt; numbers: number[] }>();
    for await (const receipt of this.#ports.staging.receipts.list(day)) {
      const known = found.get(receipt.itemKey);
      known?.numbers.push(receipt.number);
      if (known === undefined) {
        found.set(receipt.itemKey, { latest: receipt, numbers: [receipt.number] });
      } else if (known.latest.number < receipt.number) known.latest = receipt;
    }
    return found;
  }

  async #read(path: string): Promise<Receipt | null> {
    try {
      const receipt = await this.#ports.staging.receipts.read(path);
      return Array.isArray(receipt.mailboxes) && Array.isArray(receipt.held) ? receipt : null;
    } catch (error) {
      const isGone = error instanceof RunError && error.code === 'staging-corrupt';
      if (isGone || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** What the index of a package says of an item; null when it has none. */
  async #itemOf(packagePath: string, itemKey: string): Promise<ReceiptTruth['item']> {
    const known = this.#indexes.get(packagePath);
    const facts = known ?? this.#readIndex(packagePath);
    if (known === undefined) this.#indexes.set(packagePath, facts);
    const index = await facts;
    const entries = index?.byKey.get(itemKey);
    if (index === null || entries === undefined) return null;
    return { sha256: entries.map(({ sha256 }) => sha256), packageSha256: index.packageSha256 };
  }

  async #readIndex(packagePath: string): Promise<IndexFacts | null> {
    const { packages } = this.#ports.staging;
    try {
      const index = await packages.readIndex(packages.indexPathOf(packages.refOf(packagePath)));
      const byKey = Map.groupBy(index.items, (entry) => entry.itemKey);
      return { byKey, packageSha256: index.packageSha256 };
    } catch (error) {
      if (error instanceof RunError && !error.isRetryable) return null;
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }
}

interface IndexFacts {
  readonly byKey: ReadonlyMap<string, readonly IndexEntry[]>;
  readonly packageSha256: string;
}
