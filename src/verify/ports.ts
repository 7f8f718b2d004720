import type { Readable } from 'node:stream';
import type { IndexEntry } from '../domain/index-entry.ts';
import type { Item } from '../domain/item.ts';
import type { Message } from '../domain/message.ts';
import type { CopyReader } from '../mailbox/copy-reader.ts';
import type { Staging } from '../staging/staging.ts';
import type { entryStream, openAttachment, ReadItem, UnreadableItem } from '../telemessage/item.ts';
import type { sourceReference } from '../telemessage/key.ts';
import type { PackageBytes } from '../telemessage/package.ts';

/** What a proof is made with: all of it reads, nothing writes. */
export interface ProofPorts {
  readonly connector: string;
  readonly staging: Staging;
  readonly copies: CopyReader;
  readonly conversion: Conversion;
  /** The message as its mailbox shows it; it may be too long for Graph. */
  readonly sentForm: (message: Message) => Message;
  readonly manifestCount: (bytes: PackageBytes) => Promise<number | null>;
  /** Key of an item that is not parsed, by its raw bytes. */
  readonly rawItemKey: (connector: string, rawSha256: string) => string;
  readonly sourceReference: typeof sourceReference;
  readonly messageIdDomain: string;
}

/** The product's own reading and conversion, as the worker has it. */
export interface Conversion {
  readonly entryStream: typeof entryStream;
  readonly openAttachment: typeof openAttachment;
  readItem(
    eml: Readable,
    context: { connector: string; day: string; keepBytes: number },
  ): Promise<({ readonly problem: null } & ReadItem) | UnreadableItem>;
  readonly converter: string;
  compose(item: Item, at: { itemKey: string; stagedAt: string; omit?: readonly number[] }): Message;
  renderEml(
    message: Message,
    open: (position: number) => Promise<Readable | Buffer>,
  ): AsyncIterable<Buffer>;
}

/** A delivery, and which of its items are looked at. */
export interface ScopedPackage {
  readonly day: string;
  readonly package: string;
  readonly delivery: number;
  /** Blob path of its index. */
  readonly index: string;
  /** False when its bytes are gone: then only what became of its items is proven. */
  readonly isStaged: boolean;
  readonly entries: readonly IndexEntry[];
}

/** What is proven: all of a day, or the items of some hours in whichever packages they lie. */
export type Scope =
  | { readonly of: 'day'; readonly day: string }
  | { readonly of: 'items'; readonly packages: readonly Omit<ScopedPackage, 'isStaged'>[] };

export interface ProofProgress {
  readonly phase: 'packages' | 'items';
  readonly done: number;
  readonly total: number;
}
