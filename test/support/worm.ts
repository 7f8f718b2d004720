import { BlobServiceClient } from '@azure/storage-blob';
import type { StorageOperation, StorageRequest } from './storage-request.ts';

/**
 * What a container-level WORM policy forbids of a blob that is there. Put Block stands on Microsoft's
 * older list and not on the newer one: refused here, because we must get along with either.
 * @see https://learn.microsoft.com/azure/storage/blobs/immutable-container-level-worm-policies
 */
const FORBIDDEN: ReadonlySet<StorageOperation> = new Set([
  'blob.put',
  'block.put',
  'blocks.commit',
  'blob.delete',
  'blob.change',
]);

/** Write once, read many, as Azure enforces it and Azurite does not. */
export class Worm {
  readonly #service: BlobServiceClient;
  readonly #protected = new Set<string>();
  readonly #refused: StorageRequest[] = [];
  /** By path, the last request that may alter it: one after the other, or two could both be first. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(connectionString: string) {
    this.#service = BlobServiceClient.fromConnectionString(connectionString);
  }

  protect(container: string): void {
    this.#protected.add(container);
  }

  get refused(): readonly StorageRequest[] {
    return this.#refused;
  }

  /** Does `work`, or gives null where the policy forbids it. */
  async guard<T>(request: StorageRequest, work: () => Promise<T>): Promise<T | null> {
    const { container, operation, path } = request;
    if (!this.#protected.has(container)) return work();
    if (operation === 'container.delete') return this.#refuse(request);
    if (!FORBIDDEN.has(operation)) return work();
    const place = `${container}/${path}`;
    const before = this.#turns.get(place) ?? Promise.resolve();
    const mine = before
      .catch(() => undefined)
      .then(async () => ((await this.#isThere(request)) ? this.#refuse(request) : work()));
    this.#turns.set(place, mine);
    return mine;
  }

  #isThere({ container, path }: StorageRequest): Promise<boolean> {
    return this.#service.getContainerClient(container).getBlobClient(path).exists();
  }

  #refuse(request: StorageRequest): null {
    this.#refused.push(request);
    return null;
  }
}
