import type { IndexEntry } from '../domain/index-entry.ts';
import { isArchived, type MailboxEntry, type Receipt } from '../domain/receipt.ts';
import { proveBooks } from './books.ts';
import type { ExpectedContent, ExpectedCopy } from './copies.ts';
import { expectedCopy } from './copies.ts';
import { readEntries, unreadEntry, type ProvenEntry } from './entries.ts';
import type { TodaysReading } from './index-faults.ts';
import { indexFaults } from './index-faults.ts';
import { MailboxProof } from './mailboxes.ts';
import { isMadeOf, proveConversion, readMessage, type ProvenMessage } from './messages.ts';
import { provePackages } from './packages.ts';
import type { ProofPorts, ProofProgress, Scope, ScopedPackage } from './ports.ts';
import { Proof, type ProofResult } from './proof.ts';
import { ReceiptBook } from './receipts.ts';
import { sideBySide } from './side-by-side.ts';
import { folded, visibleText } from './visible-text.ts';

export interface ProofOptions {
  /** Reads attachments and texts back from the mailboxes. */
  readonly readData: boolean;
  readonly onProgress: (progress: ProofProgress) => void;
}

/** Items whose messages, receipts and copies are held at one time. */
const SLICE_ITEMS = 1_000;
/** Reads of Azure Storage: a message and a receipt are one request each. */
const READS_AT_ONCE = 16;

/**
 * Proves a day, or the items of some hours, from the bytes that were received to the copies in the
 * mailboxes. Reads only. In bounded memory: packages, messages and attachments are streamed, items
 * go by a thousand at a time.
 *
 * @throws {RunError} `staging-unavailable`, `tenant-refused`, `tenant-unavailable` …: nothing is
 * proven then
 */
export async function verify(
  ports: ProofPorts,
  scope: Scope,
  options: ProofOptions,
): Promise<{ readonly packages: readonly ScopedPackage[]; readonly result: ProofResult }> {
  const proof = new Proof();
  const packages = await provePackages(ports, scope, proof, (done, total) =>
    options.onProgress({ phase: 'packages', done, total }),
  );
  const items = new ItemsProof(ports, proof, options, packages);
  for (const scoped of packages) await items.prove(scoped);
  await items.close();
  if (scope.of === 'day') await proveBooks(ports, scope.day, items.receipts, proof);
  return { packages, result: proof.close() };
}

/** What one item came to so far. */
interface KnownItem {
  readonly message: ProvenMessage | null;
  readonly receipt: Receipt | null;
}

class ItemsProof {
  readonly receipts: ReceiptBook;
  readonly #ports: ProofPorts;
  readonly #proof: Proof;
  readonly #options: ProofOptions;
  readonly #mailboxes: MailboxProof;
  /** An item that is delivered twice is proven once. */
  readonly #seen = new Set<string>();
  /** Messages that were made of an entry which has not come by yet. */
  readonly #notConverted = new Map<string, ProvenMessage>();
  /** Copies that are looked for together: the packages of a day may be many and small. */
  #waiting: ExpectedCopy[] = [];
  /** The copies before: read while the next items are. */
  #reading: Promise<void> = Promise.resolve();
  readonly #total: number;
  #done = 0;

  constructor(
    ports: ProofPorts,
    proof: Proof,
    options: ProofOptions,
    packages: readonly ScopedPackage[],
  ) {
    this.#ports = ports;
    this.#proof = proof;
    this.#options = options;
    this.receipts = new ReceiptBook(ports, proof);
    this.#mailboxes = new MailboxProof(ports, proof, options);
    this.#total = packages.reduce((sum, { entries }) => sum + entries.length, 0);
  }

  async prove(scoped: ScopedPackage): Promise<void> {
    const { packages } = this.#ports.staging;
    const path = packages.pathOf(scoped);
    if (scoped.entries.length === 0) return;
    const bytes = scoped.isStaged ? await packages.open(path) : null;
    const sourceOf = this.#sourcesBy(bytes?.personKey ?? null);
    const byPlace = scoped.entries.toSorted((a, b) => a.dataOffset - b.dataOffset);
    for (let from = 0; from < byPlace.length; from += SLICE_ITEMS) {
      const slice = byPlace.slice(from, from + SLICE_ITEMS);
      const known = await this.#readKnown(scoped.day, slice);
      const entries =
        bytes === null
          ? slice.map(unreadEntry)
          : readEntries(this.#ports, bytes, scoped.day, slice);
      for await (const entry of entries) {
        if (bytes !== null) this.#proveBytes(entry, path);
        this.#proveIndexed(entry, scoped, {
          message: known.get(entry.entry.itemKey)?.message,
          sourceOf,
        });
        this.#waiting.push(...(await this.#proveItem(entry, path, known)));
        this.#done += 1;
        this.#options.onProgress({ phase: 'items', done: this.#done, total: this.#total });
      }
      if (this.#waiting.length >= SLICE_ITEMS) await this.#look();
    }
  }

  async #look(): Promise<void> {
    await this.#reading;
    this.#reading = this.#mailboxes.prove(this.#waiting);
    this.#waiting = [];
    // Its failure is waited for with the next copies, or at the end.
    this.#reading.catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#look();
    await this.#reading;
    this.#mailboxes.close();
    this.#proof.notice('by-digest-only', this.#notConverted.size);
  }

  /** Messages and receipts of the items that come by for the first time. */
  async #readKnown(day: string, slice: readonly IndexEntry[]): Promise<Map<string, KnownItem>> {
    const first = slice.filter(({ itemKey }) => {
      const isNew = !this.#seen.has(itemKey);
      this.#seen.add(itemKey);
      return isNew;
    });
    const known = await sideBySide(READS_AT_ONCE, first, async ({ itemKey, problem }) => {
      const message =
        problem === null ? await readMessage(this.#ports, itemKey, this.#proof) : null;
      const receipt = await this.receipts.prove(day, itemKey, message?.stored ?? null);
      if (receipt !== null && receipt.messageSha256 !== null && message === null) {
        this.#proof.differs('message-missing', { itemKey });
      }
      const isHeld =
        receipt !== null && (!isArchived(receipt.outcome) || receipt.outcome === 'waived');
      if (isHeld) this.#proof.notice('not-archived');
      return [itemKey, { message, receipt }] as const;
    });
    return new Map(known);
  }

  #proveBytes({ entry, isIntact, keyToday }: ProvenEntry, path: string): void {
    const { itemKey, offset } = entry;
    this.#proof.checked('items');
    if (!isIntact) {
      const detail = `offset ${String(offset)}`;
      this.#proof.differs('item-bytes-differ', { itemKey, path, detail });
    } else if (keyToday !== itemKey) this.#proof.notice('other-key-today');
  }

  /** Compares the facts that the index tells of the item. */
  #proveIndexed(
    entry: ProvenEntry,
    { day, index }: ScopedPackage,
    {
      message,
      sourceOf,
    }: Pick<TodaysReading, 'sourceOf'> & { message: ProvenMessage | null | undefined },
  ): void {
    const isSameConverter = message?.stored.converter === this.#ports.conversion.converter;
    const faults = indexFaults(entry, { day, isSameConverter, sourceOf });
    if (faults.length === 0) return;
    const { itemKey } = entry.entry;
    this.#proof.differs('index-differs', { itemKey, path: index, detail: faults.join(', ') });
  }

  #sourcesBy(key: Buffer | null): TodaysReading['sourceOf'] {
    const { connector, sourceReference } = this.#ports;
    return ({ owner, sourceId, event }) =>
      key === null || sourceId === null
        ? null
        : sourceReference(key, { connector, owner, sourceId, event });
  }

  /** Gives the copies that the item must have. */
  async #proveItem(
    entry: ProvenEntry,
    path: string,
    known: Map<string, KnownItem>,
  ): Promise<ExpectedCopy[]> {
    const { itemKey } = entry.entry;
    const item = known.get(itemKey);
    known.delete(itemKey);
    const message = item?.message ?? this.#notConverted.get(itemKey) ?? null;
    const isOwn = message !== null && isMadeOf(message, entry, path);
    if (message !== null) await this.#convert(entry, message, isOwn, path);
    if (item?.receipt === null || item?.receipt === undefined) return [];
    // A mailbox without an id is one that the tenant does not have.
    const copies = item.receipt.mailboxes.filter(({ id }) => id !== '');
    return copies.map((copy) =>
      expectedCopy(entry.entry, copy, isOwn ? this.#contentOf(entry, message, copy, path) : null),
    );
  }

  async #convert(
    entry: ProvenEntry,
    message: ProvenMessage,
    isOwn: boolean,
    path: string,
  ): Promise<void> {
    const { itemKey } = entry.entry;
    const { conversion } = this.#ports;
    const isSame = isOwn && message.stored.converter === conversion.converter;
    if (!isSame || entry.item === null) {
      this.#notConverted.set(itemKey, message);
      return;
    }
    this.#notConverted.delete(itemKey);
    const made = conversion.compose(entry.item.item, { itemKey, stagedAt: path });
    await proveConversion(this.#ports, message, made, entry, this.#proof);
  }

  #contentOf(
    { entry: { itemKey }, item }: ProvenEntry,
    { stored }: ProvenMessage,
    { omitted = [] }: MailboxEntry,
    path: string,
  ): ExpectedContent | null {
    if (item === null) return null;
    const { conversion } = this.#ports;
    const isSame = stored.converter === conversion.converter;
    const made = conversion.compose(item.item, { itemKey, stagedAt: path, omit: omitted });
    const { html, attachments, subject, from, to } = this.#ports.sentForm(made);
    const text = this.#options.readData
      ? isSame
        ? { folded: visibleText(html), isWhole: true }
        : { folded: folded(item.item.text), isWhole: false }
      : null;
    return {
      at: made.at,
      itemClass: made.itemClass,
      attachments: attachments.map(({ name, sha256 }) => ({
        name: isSame ? name : null,
        sha256,
      })),
      text,
      head: this.#options.readData && isSame ? { subject, from, to } : null,
    };
  }
}
