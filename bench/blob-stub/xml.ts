import type { BlobPage, StoredBlob } from './store.ts';

/** Body of List Blobs. @see https://learn.microsoft.com/rest/api/storageservices/list-blobs */
export function listXml(
  container: string,
  prefix: string,
  page: BlobPage,
  hasMetadata: boolean,
): string {
  const blobs = page.blobs.map(([name, blob]) => blobXml(name, blob, hasMetadata)).join('');
  return `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="${escaped(container)}"><Prefix>${escaped(prefix)}</Prefix><Blobs>${blobs}</Blobs><NextMarker>${escaped(page.next ?? '')}</NextMarker></EnumerationResults>`;
}

/** Body of an error. */
export function errorXml(code: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
}

/** Ids in the body of Put Block List, in their order. */
export function blockIds(body: string): string[] {
  const ids = body.matchAll(/<(Latest|Uncommitted|Committed)>([^<]+)<\/\1>/g);
  return [...ids].map(([, , id = '']) => id.trim());
}

function blobXml(name: string, blob: StoredBlob, hasMetadata: boolean): string {
  const metadata = Object.entries(blob.metadata)
    .map(([key, value]) => `<${key}>${escaped(value)}</${key}>`)
    .join('');
  return `<Blob><Name>${escaped(name)}</Name><Properties><Last-Modified>${blob.modifiedAt.toUTCString()}</Last-Modified><Etag>${blob.etag}</Etag><Content-Length>${String(blob.bytes.length)}</Content-Length><Content-Type>${escaped(blob.contentType)}</Content-Type><BlobType>BlockBlob</BlobType><LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState></Properties>${hasMetadata ? `<Metadata>${metadata}</Metadata>` : ''}</Blob>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
