import { Readable } from 'node:stream';
import type { PackageIndex } from '../domain/index-entry.ts';
import { RunError } from '../domain/run-error.ts';
import type { Container } from './container.ts';
import {
  indexPath,
  packagePath,
  packagesPrefix,
  parsePackagePath,
  type PackageRef,
} from './layout.ts';

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
  /** Streams a delivery to its place as the next of its package. */
  receive(
    file: { day: string; package: string; modifiedAt: string },
    bytes: AsyncIterable<Buffer>,
    now: string,
  ): Promise<Received>;
  /** Random access to a staged package, `[start, end)`. */
  open(
    path: string,
  ): Promise<{ sizeBytes: number; sha256: string; range(start: number, end: number): Readable }>;
  readRange(path: string, offset: number, count: number): Promise<Readable>;
  /** The package that a path is of. */
  refOf(path: string): PackageRef;
  /** Blob path of a delivery's bytes. */
  pathOf(ref: PackageRef): string;
  /** Blob path of its index. */
  indexPathOf(ref: PackageRef): string;
  /** The indexes of a day, by path, with the number of their items. */
  listIndexes(day: string): Promise<ListedIndex[]>;
  readIndex(path: string): Promise<PackageIndex>;
  /** Writes the index once; what an earlier attempt wrote stands. Gives its path. */
  writeIndex(index: PackageIndex): Promise<string>;
}

/** An index never changes; four of the largest take some 100 MB. */
const MAX_INDEXES_KEPT = 4;
const ZIP = 'application/zip';
const JSON_KIND = 'application/json';

export function packages(content: Container, books: Container): Packages {
  const list = async (day: string): Promise<StagedPackage[]> => {
    const found: StagedPackage[] = [];
    for await (const blob of content.list(packagesPrefix(day))) {
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

  // Every slice of a package reads its index: a large one is parsed once and not 500 times.
  const recent = new Map<string, Promise<PackageIndex>>();
  const readIndex = async (path: string): Promise<PackageIndex> => {
    const bytes = await books.read(path);
    if (bytes === null) throw new RunError('staging-corrupt', `The index ${path} is missing.`);
    return JSON.parse(bytes.toString('utf8')) as PackageIndex;
  };

  return {
    list,

    async receive(file, bytes, now) {
      const earlier = (await list(file.day)).filter((staged) => staged.package === file.package);
      const delivery = Math.max(0, ...earlier.map((staged) => staged.delivery)) + 1;
      const path = packagePath({ ...file, delivery });
      const written = await content.streamOnce(path, bytes, ZIP, ({ sha256, sizeBytes }) => ({
        sha256,
        sizebytes: String(sizeBytes),
        modifiedat: file.modifiedAt,
        receivedat: now,
      }));
      if (!written.isNew) {
        // Two fetches raced for one delivery number: the other's bytes stand, look again.
        throw new RunError('package-changed', `Another run staged ${path} at the same time.`);
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
      return {
        sizeBytes: blob.sizeBytes,
        sha256: blob.metadata['sha256'] ?? '',
        range: (start, end) => lazily(() => content.readRange(path, start, end - start)),
      };
    },

    readRange: (path, offset, count) =>
      count === 0 ? Promise.resolve(Readable.from([])) : content.readRange(path, offset, count),

    pathOf: packagePath,
    indexPathOf: indexPath,

    refOf(path) {
      const ref = parsePackagePath(path);
      if (ref !== null) return ref;
      throw new RunError('invariant-broken', `${path} is no path of a staged package.`);
    },

    async listIndexes(day) {
      const found: ListedIndex[] = [];
      for await (const blob of books.list(packagesPrefix(day))) {
        const ref = parsePackagePath(blob.path);
        if (ref === null) continue;
        found.push({ ...ref, path: blob.path, items: Number(blob.metadata['items'] ?? 0) });
      }
      return found;
    },

    readIndex(path) {
      const known = recent.get(path) ?? readIndex(path);
      recent.delete(path);
      recent.set(path, known);
      known.catch(() => recent.delete(path));
      const [oldest] = recent.keys();
      if (recent.size > MAX_INDEXES_KEPT && oldest !== undefined) recent.delete(oldest);
      return known;
    },

    async writeIndex(index) {
      const path = indexPath(index);
      await books.putOnce(path, Buffer.from(JSON.stringify(index)), JSON_KIND, {
        outcome: index.outcome,
        reason: index.reason ?? '',
        items: String(index.items.length),
      });
      return path;
    },
  };
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
