import { log } from '@temporalio/activity';
import { toSeconds } from '../domain/archive-day.ts';
import { RunError } from '../domain/run-error.ts';
import type { StagedPackage } from '../staging/packages.ts';
import type { SiteFile } from '../telemessage/site.ts';
import type { Connector, Connectors } from './connector.ts';

export interface FetchedPackage {
  readonly day: string;
  /** Blob path of the staged delivery. */
  readonly path: string;
  readonly isIndexed: boolean;
}

export interface Fetched {
  /** Every staged delivery of the window's days, oldest day first. */
  readonly packages: readonly FetchedPackage[];
  /** Days of the window that this fetch took a new delivery of. */
  readonly newDays: readonly string[];
  /** Days of files left for the next look: still being written, or not to be opened. */
  readonly leftDays: readonly string[];
}

/**
 * Streams each package of the window that is at the site and not staged to its place. Idempotent:
 * what an earlier attempt staged is found by its size and time and not fetched again.
 */
export function fetch(connectors: Connectors) {
  return async (input: { connector: string; window: readonly string[] }): Promise<Fetched> => {
    const connector = connectors.get(input.connector);
    const newDays = new Set<string>();
    const leftDays = new Set<string>();
    const site = connector.openSite();
    try {
      for (const file of await listSite(site, input.window)) {
        const seen = await connector.staging.packages.list(file.day);
        if (isStaged(file, seen)) continue;
        if (isGrowing(file, connector.settings.quietMs)) {
          leftDays.add(file.day);
          continue;
        }
        if (await isReceived(connector, site, file, seen)) newDays.add(file.day);
        else leftDays.add(file.day);
      }
    } finally {
      await site.close();
    }
    return {
      packages: await staged(connector, input.window),
      newDays: [...newDays],
      leftDays: [...leftDays],
    };
  };
}

type Site = ReturnType<Connector['openSite']>;

async function listSite(site: Site, window: readonly string[]): Promise<SiteFile[]> {
  const from = window[0] ?? '';
  const to = window.at(-1) ?? '';
  return site.list(from, to);
}

function isStaged(file: SiteFile, seen: readonly StagedPackage[]): boolean {
  const deliveries = seen.filter((delivery) => delivery.package === file.package);
  const latest = deliveries.reduce<StagedPackage | null>(
    (best, next) => (best === null || next.delivery > best.delivery ? next : best),
    null,
  );
  if (latest === null) return false;
  return latest.sizeBytes === file.sizeBytes && latest.modifiedAt === file.modifiedAt;
}

function isGrowing(file: SiteFile, quietMs: number): boolean {
  return Date.now() - Date.parse(file.modifiedAt) < quietMs;
}

/** One file that may not be opened is left at the site, and its neighbours are taken. */
async function isReceived(
  connector: Connector,
  site: Site,
  file: SiteFile,
  seen: readonly StagedPackage[],
): Promise<boolean> {
  try {
    await receive(connector, site, file, seen);
    return true;
  } catch (error) {
    if (!(error instanceof RunError) || error.code !== 'package-unreadable') throw error;
    log.warn('PackageLeftError', { package: file.package, errorCode: error.code });
    return false;
  }
}

async function receive(
  { staging }: Connector,
  site: Site,
  file: SiteFile,
  seen: readonly StagedPackage[],
): Promise<void> {
  const bytes = await site.open(file);
  const counted = (async function* () {
    let receivedBytes = 0;
    for await (const chunk of bytes) {
      receivedBytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    // Thrown before the blob is committed: a cut transfer never stands as a package.
    if (receivedBytes !== file.sizeBytes) {
      throw new RunError(
        'package-changed',
        `The package ${file.package} changed while it was read. It is fetched again.`,
      );
    }
  })();
  await staging.packages.receive(file, counted, toSeconds(Date.now()), seen);
}

async function staged(
  { staging }: Connector,
  window: readonly string[],
): Promise<FetchedPackage[]> {
  const found: FetchedPackage[] = [];
  for (const day of window) {
    const indexed = new Set(
      (await staging.packages.listIndexes(day)).map(
        (index) => `${index.package}/${String(index.delivery)}`,
      ),
    );
    for (const delivery of await staging.packages.list(day)) {
      const isIndexed = indexed.has(`${delivery.package}/${String(delivery.delivery)}`);
      found.push({ day, path: delivery.path, isIndexed });
    }
  }
  return found;
}
