/** One blob as it was put; nothing of it ever changes, a new put makes a new one. */
export interface StoredBlob {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly modifiedAt: Date;
}

export interface BlobPage {
  readonly blobs: readonly (readonly [name: string, blob: StoredBlob])[];
  /** Name of the first blob of the next page; null when this is the last. */
  readonly next: string | null;
}

/** The blobs of one container, with the blocks that are staged and not committed. */
export class BlobContainer {
  readonly etag: string;
  readonly createdAt = new Date();
  readonly #blobs = new Map<string, StoredBlob>();
  readonly #blocks = new Map<string, Map<string, Buffer>>();
  /** Sorted up to the last listing; what came since stands unsorted behind it. */
  #names: string[] = [];
  #isSorted = true;

  constructor(etag: string) {
    this.etag = etag;
  }

  get(name: string): StoredBlob | undefined {
    return this.#blobs.get(name);
  }

  put(name: string, blob: StoredBlob): void {
    if (!this.#blobs.has(name)) {
      this.#isSorted &&= name > (this.#names.at(-1) ?? '');
      this.#names.push(name);
    }
    this.#blobs.set(name, blob);
    this.#blocks.delete(name);
  }

  stageBlock(name: string, id: string, bytes: Buffer): void {
    const blocks = this.#blocks.get(name) ?? new Map<string, Buffer>();
    blocks.set(id, bytes);
    this.#blocks.set(name, blocks);
  }

  /** The staged blocks in this order as one; null when one of them is not there. */
  assemble(name: string, ids: readonly string[]): Buffer | null {
    const blocks = ids.map((id) => this.#blocks.get(name)?.get(id));
    return blocks.every((block) => block !== undefined) ? Buffer.concat(blocks) : null;
  }

  delete(name: string): boolean {
    const isGone = this.#blobs.delete(name);
    if (isGone) this.#names = this.#names.filter((other) => other !== name);
    return isGone;
  }

  /** A page of the blobs whose name starts so, from `marker` on, by name. */
  list(prefix: string, marker: string, limit: number): BlobPage {
    if (!this.#isSorted) this.#names.sort(byCodeUnit);
    this.#isSorted = true;
    const blobs: (readonly [string, StoredBlob])[] = [];
    for (let place = this.#placeOf(marker > prefix ? marker : prefix); ; place += 1) {
      const name = this.#names[place];
      const blob = name?.startsWith(prefix) === true ? this.#blobs.get(name) : undefined;
      if (name === undefined || blob === undefined) return { blobs, next: null };
      if (blobs.length === limit) return { blobs, next: name };
      blobs.push([name, blob]);
    }
  }

  /** Where the first name stands that is not before this one. */
  #placeOf(wanted: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#names[middle] ?? '') < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
