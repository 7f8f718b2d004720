import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { ZipFile } from 'yazl';
import type { Stage } from './cell.ts';
import type { GeneratedItem } from './items.ts';
import type { Truth } from './truth.ts';

/** Where packages are put. */
export interface Site {
  readonly folder: string;
  /** In place of the folder, which then only keeps a copy; null when the folder is the site. */
  readonly container: string | null;
  readonly connectionString: string;
}

/** Puts packages at the site and tells the truth of what is in them. */
export function deliverer(site: Site, truth: Truth, usualDay: string): Stage['deliver'] {
  return async (items, options = {}) => {
    const { day = usualDay, number = 1, changedAt = anHourAgo(), isStored = false } = options;
    const name = `${day.replaceAll('-', '')}0000-TeleMessage_${String(number)}_20261125010000`;
    const path = join(site.folder, `${name}.zip`);
    await writePackage(path, name, items, { compress: !isStored });
    utimesSync(path, changedAt, changedAt);
    if (site.container !== null) await upload(site, site.container, path);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    truth.delivered({ day, package: name, sha256, items, isRefused: false });
    return name;
  };
}

/** The site as a container, in the connector's configuration. */
export function sourceOf(container: string): object {
  return { azureBlob: { connectionStringEnv: 'O2_STAGING', container }, quietSeconds: 0 };
}

async function upload({ connectionString }: Site, container: string, path: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const client = service.getContainerClient(container);
  await client.createIfNotExists();
  await client.getBlockBlobClient(basename(path)).uploadFile(path);
}

function anHourAgo(): Date {
  return new Date(Date.now() - 3_600_000);
}

/** Writes the zip that the vendor would: the items' files and their list. */
async function writePackage(
  path: string,
  name: string,
  items: readonly GeneratedItem[],
  how: { readonly compress: boolean },
): Promise<void> {
  const zip = new ZipFile();
  for (const { eml, entry } of items) zip.addBuffer(eml, entry, how);
  const manifest = [`Count: ${String(items.length)}`, ...items.map(({ entry }) => entry), ''];
  zip.addBuffer(Buffer.from(manifest.join('\r\n')), `${name}.mf`);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}
