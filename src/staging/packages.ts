import { Readable } from 'node:stream';
import type { PackageIndex } from '../domain/index-entry.ts';
import { RunError } from '../domain/run-error.ts';
import type { Container } from './container.ts';
import {
  indexPath,
  packagePath,
  PACKAGES_PREFIX,
  packagesPrefix,
  parsePackagePath,
  type PackageRef,
} from './layout.ts';
import { recent } from './recent.ts';

/** One delivery of a package, as received. */
export interface StagedPackage extends PackageRef {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Its time at the site, ISO 8601 UTC in seconds. */
  readonly modifiedAt: string;
  readonly receivedAt: string;
}

export interface ListedIndex extends PackageRef {
  readonly path: string;
  readonly items: number;
  /** Of its items' own times, ISO 8601 UTC in seconds; null when the index does not tell. */
  readonly earliest: string | null;
  readonly latest: string | null;
}

export interface Received {
  readonly staged: StagedPackage;
  /** False when the same bytes were delivered before: nothing new to index. */
  readonly isNew: boolean;
}

/** Packages as received, and what is known of their inside. Both write-once. */
export interface Packages {
  /** The deliveries of all packages of a day, by name and number. */
  list(day: string): Promise<StagedPackage[]>;
  /** The same of all days: 5,000 a request. */
  listAll(): Promise<StagedPackage[]>;
  /**
   * Streams a delivery to its place as the next after `earlier`: what the caller saw of the day when
   * he found it to be new.
   * @throws RunError `package-changed` when another run staged a delivery since: look again.
   */
  receive(
    file: { day: string; package: string; modifiedAt: string },
    bytes: AsyncIterable<Buffer>,
    now: string,
    earlier: readonly StagedPackage[],
  ): Promise<Received>;
  /** Random access to a staged package, `[start, end)`. */
  open(path: string): Promise<{
    sizeBytes: number;
    sha256: string;
    /** Of the hashes in its index, as the package keeps it; null where an earlier version staged it. */
    personKey: Buffer | null;
    range(start: number, end: number): Readable;
  }>;
  readRange(path: string, offset: number, count: number): Promise<Readable>;
  /** The package that a path is of. */
  refOf(path: string): PackageRef;
  /** Blob path of a delivery's bytes. */
  pathOf(ref: PackageRef): string;
  /** Blob path of its index. */
  indexPathOf(ref: PackageRef): string;
  /** The indexes of a day, by path, with the number of their items. */
  listIndexes(day: string): Promise<ListedIndex[]>;
  /** The indexes of all days: 5,000 a request. */
  listAllIndexes(): Promise<ListedIndex[]>;
  readIndex(path: string): Promise<PackageIndex>;
  /** Writes the index once; what an earlier attempt wrote stands. Gives its path. */
  writeIndex(index: PackageIndex): Promise<string>;
}

/**
 * Every slice of a package reads its index: it is parsed once and not 500 times. Four of the largest
 * take some 100 MB.
 */
const MAX_INDEXES_KEPT = 4;
/** A package of texts is read whole: a request for each of its items costs more than they do. */
const WHOLE_PACKAGE_BYTES = 8 * 1024 * 1024;
/** So many items of a package are read one by one first: held people's lie in many packages. */
const FEW_READS = 16;
/** As many as a day has batches in flight; 32 MB at most. */
const MAX_PACKAGES_KEPT = 4;
const MAX_PACKAGES_COUNTED = 64;
/** What becomes of the staged bytes is noticed after this. */
const PACKAGE_KEPT_MS = 60_000;
const ZIP = 'application/zip';
const JSON_KIND = 'application/json';

/**
 * The key of the hashes that stand for persons, as each package keeps it (docs/adr): who may read
 * packages knows the people anyhow. Null before the first.
 */
export async function keptPersonKey(content: Container): Promise<Buffer | null> {
  for await (const { metadata } of content.list(PACKAGES_PREFIX)) {
    const key = metadata['personkey'];
    if (key !== undefined) return Buffer.from(key, 'hex');
  }
  return null;
}

export function packages(
  content: Container,
  books: Container,
  personKey: () => Promise<Buffer>,
): Packages {
  const list = async (prefix: string): Promise<StagedPackage[]> => {
    const found: StagedPackage[] = [];
    for await (const blob of content.list(prefix)) {
      const ref = parsePackagePath(blob.path);
      if (ref === null) continue;
      found.push({
        ...ref,
        path: blob.path,
        sizeBytes: blob.sizeBytes,
        sha256: blob.metadata['sha256'] ?? '',
        modifiedAt: blob.metadata['modifiedat'] ?? '',
        receivedAt: blob.metadata['receivedat'] ?? '',
      });
    }
    return found;
  };

  const listIndexes = async (prefix: string): Promise<ListedIndex[]> => {
    const found: ListedIndex[] = [];
    for await (const { path, metadata } of books.list(prefix)) {
      const ref = parsePackagePath(path);
      if (ref === null) continue;
      found.push({
        ...ref,
        path,
        items: Number(metadata['items'] ?? 0),
        earliest: metadata['earliest'] ?? null,
        latest: metadata['latest'] ?? null,
      });
    }
    return found;
  };

  const readIndex = recent({ atMost: MAX_INDEXES_KEPT }, async (path): Promise<PackageIndex> => {
    const bytes = await books.read(path);
    if (bytes === null) throw new RunError('staging-corrupt', `The index ${path} is missing.`);
    return JSON.parse(bytes.toString('utf8')) as PackageIndex;
  });

  /** Null for a package that is too large to be kept, and for one that is not there. */
  const wholePackage = recent(
    { atMost: MAX_PACKAGES_KEPT, forMs: PACKAGE_KEPT_MS },
    async (path): Promise<Buffer | null> => {
      const blob = await content.describe(path);
      const isSmall = blob !== null && blob.sizeBytes <= WHOLE_PACKAGE_BYTES;
      return isSmall ? content.read(path) : null;
    },
  );
  const readsOf = recent(
    { atMost: MAX_PACKAGES_COUNTED, forMs: PACKAGE_KEPT_MS },
    (_path): Promise<{ count: number }> => Promise.resolve({ count: 0 }),
  );

  return {
    list: (day) => list(packagesPrefix(day)),
    listAll: () => list(PACKAGES_PREFIX),

    async receive(file, bytes, now, seen) {
      const earlier = seen.filter((staged) => staged.package === file.package);
      const delivery = Math.max(0, ...earlier.map((staged) => staged.delivery)) + 1;
      const path = packagePath({ ...file, delivery });
      const personkey = (await personKey()).toString('hex');
      const written = await content.streamOnce(path, bytes, ZIP, ({ sha256, sizeBytes }) => ({
        sha256,
        sizebytes: String(sizeBytes),
        modifiedat: file.modifiedAt,
        receivedat: now,
        personkey,
      }));
      if (!written.isNew) {
        // Two fetches raced for one delivery number: the other's bytes stand.
        throw new RunError(
          'package-changed',
          `Another run staged ${path} at the same time. It is looked at again.`,
        );
      }
      const { sha256, sizeBytes } = written;
      const staged: StagedPackage = {
        day: file.day,
        package: file.package,
        delivery,
        path,
        sha256,
        sizeBytes,
        modifiedAt: file.modifiedAt,
        receivedAt: now,
      };
      return { staged, isNew: earlier.every((before) => before.sha256 !== sha256) };
    },

    async open(path) {
      const blob = await content.describe(path);
      if (blob === null) {
        throw new RunError('staging-corrupt', `The staged package ${path} is missing.`);
      }
      const personKey = blob.metadata['personkey'];
      return {
        sizeBytes: blob.sizeBytes,
        sha256: blob.metadata['sha256'] ?? '',
        personKey: personKey === undefined ? null : Buffer.from(personKey, 'hex'),
        range: (start, end) => lazily(() => content.readRange(path, start, end - start)),
      };
    },

    async readRange(path, offset, count) {
      if (count === 0) return Readable.from([]);
      const reads = await readsOf(path);
      reads.count += 1;
      const whole = reads.count > FEW_READS ? await wholePackage(path) : null;
      return whole === null
        ? content.readRange(path, offset, count)
        : Readable.from(whole.subarray(offset, offset + count));
    },

    pathOf: packagePath,
    indexPathOf: indexPath,

    refOf(path) {
      const ref = parsePackagePath(path);
      if (ref !== null) return ref;
      throw new RunError('invariant-broken', `${path} is no path of a staged package.`);
    },

    listIndexes: (day) => listIndexes(packagesPrefix(day)),
    listAllIndexes: () => listIndexes(PACKAGES_PREFIX),

    readIndex,

    async writeIndex(index) {
      const path = indexPath(index);
      await books.putOnce(path, Buffer.from(JSON.stringify(index)), JSON_KIND, {
        outcome: index.outcome,
        reason: index.reason ?? '',
        items: String(index.items.length),
        ...timesOf(index),
      });
      return path;
    },
  };
}

/** Between which the items were sent: so that a listing tells which indexes can hold those of a day. */
function timesOf({ items }: PackageIndex): { earliest: string; latest: string } {
  const times = items.map(({ at }) => at).sort();
  return { earliest: times[0] ?? '', latest: times.at(-1) ?? '' };
}

/** A stream whose request is sent when it is first read. */
function lazily(open: () => Promise<Readable>): Readable {
  return Readable.from(
    (async function* () {
      yield* await open();
    })(),
    { objectMode: false },
  );
}
