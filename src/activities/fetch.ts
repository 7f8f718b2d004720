import { Context, log } from '@temporalio/activity';
import { toSeconds } from '../domain/archive-day.ts';
import { isFetched } from '../domain/deliveries.ts';
import { RunError, type RunErrorCode } from '../domain/run-error.ts';
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
  /** Days of the window with a delivery that no run has indexed yet. */
  readonly newDays: readonly string[];
  /** Days of files left for the next look: still being written, or not to be read to their end. */
  readonly leftDays: readonly string[];
}

/** With the pauses between them about a minute; then one file's trouble keeps no other waiting. */
const FILE_TRIES = 6;
/** So many files broke one after the other: the site is the trouble and not the file. */
const MAX_BROKEN_IN_A_ROW = 2;
/** A file that comes slower than this holds up its neighbours: a day is fetched within hours. */
const MIN_BYTES_PER_SECOND = 20_000;
/** What a small file may take all the same. */
const MIN_ALLOWED_MS = 5 * 60_000;

/**
 * Streams each package of the window that is at the site and not staged to its place. Idempotent:
 * what an earlier attempt staged is found by its size and time and not fetched again. One file that
 * cannot be read to its end is tried again, its neighbours taken, and in the end left at the site.
 */
export function fetch(connectors: Connectors) {
  return async (input: { connector: string; window: readonly string[] }): Promise<Fetched> => {
    const connector = connectors.get(input.connector);
    const site = connector.openSite();
    const taken = await takeAll(connector, site, input.window).finally(() => site.close());
    if (taken.broken !== null && Context.current().info.attempt < FILE_TRIES) throw taken.broken;
    const packages = await staged(connector, input.window);
    // Also what an attempt staged whose answer was lost, or a run that died then.
    const newDays = packages.filter(({ isIndexed }) => !isIndexed).map(({ day }) => day);
    return { packages, newDays: [...new Set(newDays)], leftDays: [...taken.leftDays] };
  };
}

type Site = ReturnType<Connector['openSite']>;

interface Taken {
  readonly leftDays: Set<string>;
  /** Why a file that may come whole at the next try did not. */
  broken: RunError | null;
}

async function takeAll(
  connector: Connector,
  site: Site,
  window: readonly string[],
): Promise<Taken> {
  const taken: Taken = { leftDays: new Set(), broken: null };
  let brokenInARow = 0;
  for (const file of await site.list(window[0] ?? '', window.at(-1) ?? '')) {
    const seen = await connector.staging.packages.list(file.day);
    if (isFetched(file, seen)) continue;
    if (isGrowing(file, connector.settings.quietMs)) {
      taken.leftDays.add(file.day);
      continue;
    }
    const problem = await receive(connector, site, file, seen).then(() => null, ofOneFile);
    brokenInARow = problem?.code === 'site-unreachable' ? brokenInARow + 1 : 0;
    if (problem === null) continue;
    if (brokenInARow >= MAX_BROKEN_IN_A_ROW) throw problem;
    log.warn('PackageLeftError', { package: file.package, errorCode: problem.code });
    taken.leftDays.add(file.day);
    if (problem.isRetryable) taken.broken ??= problem;
  }
  return taken;
}

/** What keeps one file from being taken; anything else concerns them all and is thrown. */
function ofOneFile(error: unknown): RunError {
  const isOne = error instanceof RunError && OF_ONE_FILE.has(error.code);
  if (!isOne) throw error;
  return error;
}

const OF_ONE_FILE: ReadonlySet<RunErrorCode> = new Set([
  'package-unreadable',
  'package-changed',
  'site-unreachable',
]);

function isGrowing(file: SiteFile, quietMs: number): boolean {
  return Date.now() - Date.parse(file.modifiedAt) < quietMs;
}

async function receive(
  { staging, memory }: Connector,
  site: Site,
  file: SiteFile,
  seen: readonly StagedPackage[],
): Promise<void> {
  await memory.forPackage(file.sizeBytes, Context.current().cancellationSignal, async () => {
    const bytes = inFull(file, await site.open(file));
    await staging.packages.receive(file, bytes, toSeconds(Date.now()), seen);
  });
}

/** Passes the bytes on; fails, before the blob is committed, when they are not what was listed. */
async function* inFull(
  { package: name, sizeBytes }: SiteFile,
  bytes: AsyncIterable<unknown>,
): AsyncGenerator<Buffer> {
  const allowedMs = MIN_ALLOWED_MS + (sizeBytes / MIN_BYTES_PER_SECOND) * 1_000;
  const startedMs = performance.now();
  let receivedBytes = 0;
  for await (const chunk of bytes) {
    receivedBytes += (chunk as Buffer).length;
    if (receivedBytes > sizeBytes) break;
    if (performance.now() - startedMs > allowedMs) {
      throw new RunError(
        'site-unreachable',
        `The site sends the package ${name} too slowly. It is fetched again; look at the line if this lasts.`,
      );
    }
    yield chunk as Buffer;
  }
  if (receivedBytes !== sizeBytes) {
    throw new RunError(
      'package-changed',
      `The package ${name} changed while it was read. It is fetched again.`,
    );
  }
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
