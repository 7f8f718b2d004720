import type { IndexEntry } from '../domain/index-entry.ts';
import type { Receipt } from '../domain/receipt.ts';
import { RunError } from '../domain/run-error.ts';
import type { StoredMessage } from '../staging/messages.ts';
import type { ListedReceipt, ReadReceipt } from '../staging/receipts.ts';
import type { ProofPorts } from './ports.ts';
import type { Proof } from './proof.ts';
import type { ReceiptTruth } from './receipt-faults.ts';
import { chainFaults, holesIn, ownFaults, receiptFaults } from './receipt-faults.ts';

/** The receipts of an item on one day, as a listing tells of them. */
export interface ItemReceipts {
  readonly latest: ListedReceipt;
  /** The latest last. */
  readonly all: readonly ListedReceipt[];
}

/** The receipts of the days that a proof comes by: one listing a day, one read a receipt. */
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
   * Proves the receipts of an item on the day and, where the latest names another home, those
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
    for (const number of holesIn(found.all.map((one) => one.number))) {
      proof.differs('receipt-hole', {
        itemKey,
        path,
        detail: `number ${String(number)} is missing`,
      });
    }
    const receipt = await this.#proveChain(found.all);
    if (receipt === null) return null;
    const item = await this.#itemOf(receipt.package, itemKey);
    const faults = receiptFaults(receipt, { itemKey, item, message });
    if (faults.length > 0) {
      proof.differs('receipt-differs', { itemKey, path, detail: faults.join(', ') });
    }
    return receipt;
  }

  /** Each against what was noted beside it and the one before; gives the latest, null when spoilt. */
  async #proveChain(all: readonly ListedReceipt[]): Promise<Receipt | null> {
    const proof = this.#proof;
    let before: Receipt | null = null;
    let latest: Receipt | null = null;
    for (const listed of all) {
      const { itemKey, path } = listed;
      const read = await this.#read(listed);
      latest = read?.receipt ?? null;
      if (read === null || latest === null) {
        proof.differs('receipt-unreadable', { itemKey, path });
        continue;
      }
      const altered = [...read.altered, ...ownFaults(latest)];
      if (altered.length > 0) {
        proof.differs('receipt-altered', { itemKey, path, detail: altered.join(', ') });
      }
      const lost = before === null ? [] : chainFaults(before, latest);
      if (lost.length > 0) {
        proof.differs('receipt-lost-copy', { itemKey, path, detail: lost.join(', ') });
      }
      before = latest;
    }
    return latest;
  }

  async #list(day: string): Promise<Map<string, ItemReceipts>> {
    const found = new Map<string, { latest: ListedReceipt; all: ListedReceipt[] }>();
    for await (const receipt of this.#ports.staging.receipts.list(day)) {
      const known = found.get(receipt.itemKey);
      known?.all.push(receipt);
      if (known === undefined) found.set(receipt.itemKey, { latest: receipt, all: [receipt] });
      else if (known.latest.number < receipt.number) known.latest = receipt;
    }
    for (const { all } of found.values()) all.sort((a, b) => a.number - b.number);
    return found;
  }

  async #read(listed: ListedReceipt): Promise<ReadReceipt | null> {
    try {
      return await this.#ports.staging.receipts.readListed(listed);
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
