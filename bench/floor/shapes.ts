/**
 * The floor: the least that the product's workflow tree costs on Temporal, to hold the product's own
 * cost against (`npm run bench`). It is committed once and never changed together with the product:
 * whoever makes the product faster or slower leaves this folder alone, and it imports nothing of src/.
 *
 * Inputs and results, of the shapes and sizes that the product records.
 */
export interface FloorDayInput {
  readonly connector: string;
  readonly day: string;
  /** Items of the day's one package. */
  readonly items: number;
}

export interface FloorPlan {
  readonly window: readonly string[];
  readonly gaps: readonly string[];
  readonly waitUntilMs: number;
  readonly parkMs: number;
  readonly slicesPerRun: number;
}

export interface FloorFetched {
  readonly packages: readonly { day: string; path: string; isIndexed: boolean }[];
  readonly newDays: readonly string[];
  readonly growing: number;
}

export interface FloorSlice {
  readonly day: string;
  readonly index: string;
  readonly from: number;
  readonly to: number;
}

export interface FloorPage {
  readonly slices: readonly FloorSlice[];
  readonly totalItems: number;
  readonly next: { readonly index: string; readonly from: number } | null;
}

export interface FloorBatchInput {
  readonly connector: string;
  readonly run: string;
  readonly parkMs: number;
  readonly slice: FloorSlice;
}

export interface FloorBatchResult {
  readonly started: number;
  readonly imported: number;
  readonly unchanged: number;
  readonly notArchived: number;
  readonly stoppedBy: null;
}

export interface FloorCommon {
  readonly connector: string;
  readonly day: string;
  readonly package: string;
  readonly packageSha256: string;
}

export interface FloorEntry {
  readonly offset: number;
  readonly dataOffset: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly method: 0 | 8;
  readonly sha256: string;
  readonly itemKey: string;
  readonly kind: 'sms';
  readonly at: string;
  readonly problem: null;
}

export type FloorReference = FloorCommon & FloorEntry;

export interface FloorOpenItems {
  readonly common: FloorCommon;
  readonly items: readonly FloorEntry[];
  readonly unchanged: number;
  readonly notArchived: number;
}

export interface FloorItemInput {
  readonly run: string;
  readonly item: FloorReference;
  readonly parkMs: number;
}

export interface FloorItemResult {
  readonly outcome: 'imported';
  readonly imported: number;
  readonly receipt: string;
}

export interface FloorConverted {
  readonly outcome: 'message';
  readonly messageSha256: string;
  readonly home: string;
  readonly createdInRun: string | null;
  readonly flags: readonly string[];
  readonly attempts: number;
}

export interface FloorMailbox {
  readonly id: string;
  readonly rule: 'automatic';
  readonly mappingVersion: string | null;
}

export interface FloorMapped {
  readonly mailboxes: readonly FloorMailbox[];
  readonly held: readonly never[];
  readonly attempts: number;
}

export interface FloorImportInput {
  readonly run: string;
  readonly item: FloorReference;
  readonly home: string;
  readonly createdInRun: string | null;
  readonly mailbox: FloorMailbox;
}

export interface FloorImported {
  readonly copy: FloorMailbox & {
    readonly messageId: string;
    readonly at: string;
    readonly outcome: 'imported';
    readonly reason: null;
  };
  readonly isMade: boolean;
  readonly attempts: number;
}

export interface FloorReceiptInput {
  readonly day: string;
  readonly item: FloorReference;
  readonly receipt: object;
  readonly hasEarlier: boolean;
}

export interface FloorDayResult {
  readonly connector: string;
  readonly day: string;
  readonly outcome: 'complete';
  readonly balances: boolean;
  readonly books: Readonly<Record<string, number>>;
  readonly thisRun: Readonly<Record<'started' | 'imported' | 'unchanged', number>>;
  readonly report: string;
}
