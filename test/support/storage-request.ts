/** What a request to Azure Blob Storage is about, by its method and address. */
export type StorageOperation =
  | 'blob.put'
  | 'block.put'
  | 'blocks.commit'
  | 'blob.read'
  | 'blob.describe'
  | 'blob.delete'
  /** Metadata, properties, a snapshot, appended bytes: whatever alters a blob that is there. */
  | 'blob.change'
  | 'list'
  | 'container.create'
  | 'container.delete'
  | 'other';

export interface StorageRequest {
  readonly operation: StorageOperation;
  readonly container: string;
  /** Of the blob; for a listing the prefix. */
  readonly path: string;
}

/** `comp` of a PUT that alters no byte, property or metadata of the blob (Set Blob Tier, Lease Blob …). */
const HARMLESS = new Set(['tier', 'lease', 'tags']);

/**
 * Reads an address of the emulator's form, `/account/container/blob?comp=…`.
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */
export function storageRequest(method: string, address: string): StorageRequest {
  const { pathname, searchParams } = new URL(address, 'http://storage');
  const [, , container = '', ...blob] = pathname.split('/');
  const path = blob.map(decodeURIComponent).join('/');
  const comp = searchParams.get('comp');
  if (path === '') {
    const operation = containerOperation(method, comp);
    return { operation, container, path: searchParams.get('prefix') ?? '' };
  }
  return { operation: blobOperation(method, comp), container, path };
}

function containerOperation(method: string, comp: string | null): StorageOperation {
  if (method === 'GET' && comp === 'list') return 'list';
  if (method === 'PUT' && comp === null) return 'container.create';
  return method === 'DELETE' ? 'container.delete' : 'other';
}

function blobOperation(method: string, comp: string | null): StorageOperation {
  switch (method) {
    case 'HEAD':
      return 'blob.describe';
    case 'GET':
      return comp === null ? 'blob.read' : 'other';
    case 'DELETE':
      return 'blob.delete';
    case 'PUT':
      if (comp === null) return 'blob.put';
      if (comp === 'block') return 'block.put';
      if (comp === 'blocklist') return 'blocks.commit';
      return HARMLESS.has(comp) ? 'other' : 'blob.change';
    default:
      return 'other';
  }
}
