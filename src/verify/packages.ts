import { createHash } from 'node:crypto';
import type { PackageIndex } from '../domain/index-entry.ts';
import type { Report } from '../domain/report.ts';
import { RunError } from '../domain/run-error.ts';
import type { ListedIndex, StagedPackage } from '../staging/packages.ts';
import type { Staging } from '../staging/staging.ts';
import type { ProofPorts, Scope, ScopedPackage } from './ports.ts';
import type { Proof } from './proof.ts';
import { sideBySide } from './side-by-side.ts';

/** Each is streamed once, whole. */
const PACKAGES_AT_ONCE = 2;

type Delivery = Pick<ScopedPackage, 'day' | 'package' | 'delivery'>;

/** A delivery as the two containers and the day's latest report have it; each may lack it. */
interface Found extends Delivery {
  readonly staged: StagedPackage | null;
  readonly index: ListedIndex | null;
  readonly reported: Reported | null;
}

interface Reported {
  /** Of the report. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * Whether anything tells of the day: a package, an index, a receipt, or packages on its latest report.
 * A day of which nothing is staged is a difference when something else knows of it.
 */
export async function hasTraces(
  { packages, receipts, reports }: Staging,
  day: string,
): Promise<boolean> {
  if ((await packages.list(day)).length > 0) return true;
  if ((await packages.listIndexes(day)).length > 0) return true;
  if (packagesOn(await reports.latest(day)).length > 0) return true;
  for await (const _receipt of receipts.list(day)) return true;
  return false;
}

function packagesOn(report: Report | null): Report['packages'] {
  return report?.packages ?? [];
}

/**
 * Compares each delivery's bytes with the digest that was taken while they were received, and with
 * what its index and the day's latest report say of them. Gives the deliveries whose items are known.
 */
export async function provePackages(
  ports: ProofPorts,
  scope: Scope,
  proof: Proof,
  onDone: (done: number, total: number) => void,
): Promise<ScopedPackage[]> {
  const found = await deliveriesOf(ports, scope);
  let done = 0;
  const proven = await sideBySide(PACKAGES_AT_ONCE, found, async (delivery) => {
    const index = await proveDelivery(ports, delivery, found, proof);
    done += 1;
    onDone(done, found.length);
    if (index === null || delivery.index === null) return [];
    const isStaged = delivery.staged !== null;
    const { path } = delivery.index;
    return [{ ...nameOf(delivery), index: path, isStaged, entries: index.items }];
  });
  if (scope.of === 'day') return proven.flat();
  const isStaged = new Map(proven.flat().map((each) => [each.index, each.isStaged]));
  return scope.packages.map((each) => ({
    ...each,
    isStaged: isStaged.get(each.index) ?? false,
  }));
}

async function deliveriesOf({ staging }: ProofPorts, scope: Scope): Promise<Found[]> {
  const days =
    scope.of === 'day' ? [scope.day] : [...new Set(scope.packages.map(({ day }) => day))].sort();
  const all = new Map<string, Found>();
  const know = (delivery: Delivery, facts: Partial<Found>) => {
    const path = staging.packages.indexPathOf(delivery);
    const known = all.get(path) ?? { ...nameOf(delivery), ...UNKNOWN };
    all.set(path, { ...known, ...facts });
  };
  for (const day of days) {
    for (const staged of await staging.packages.list(day)) know(staged, { staged });
    for (const index of await staging.packages.listIndexes(day)) know(index, { index });
  }
  if (scope.of === 'day') {
    const report = await staging.reports.latest(scope.day);
    for (const { name, delivery, sha256 } of packagesOn(report)) {
      const path = report === null ? '' : staging.reports.pathOf(report);
      know({ day: scope.day, package: name, delivery }, { reported: { path, sha256 } });
    }
    return [...all.values()];
  }
  const wanted = new Set(scope.packages.map(({ index }) => index));
  return [...all].filter(([path]) => wanted.has(path)).map(([, delivery]) => delivery);
}

const UNKNOWN = { staged: null, index: null, reported: null } as const;

function nameOf({ day, package: name, delivery }: Delivery): Delivery {
  return { day, package: name, delivery };
}

/** Gives the index; null without one that can be read. */
async function proveDelivery(
  ports: ProofPorts,
  { staged, index: listed, reported, ...ref }: Found,
  all: readonly Found[],
  proof: Proof,
): Promise<PackageIndex | null> {
  const { packages } = ports.staging;
  const path = packages.pathOf(ref);
  proof.checked('packages');
  const index = listed === null ? null : await readIndex(ports, listed.path);
  if (index === null) proof.differs('index-missing', { path: packages.indexPathOf(ref) });
  if (staged === null) {
    const detail = reported === null ? null : `named by ${reported.path}`;
    proof.differs('package-missing', { path, detail });
    return index;
  }
  if (reported !== null && reported.sha256 !== staged.sha256) {
    const detail = `${reported.path} ${reported.sha256}, received ${staged.sha256}`;
    proof.differs('package-not-as-reported', { path, detail });
  }
  if (index !== null && index.packageSha256 !== staged.sha256) {
    const detail = `index ${index.packageSha256}, received ${staged.sha256}`;
    proof.differs('index-of-other-bytes', { path: packages.indexPathOf(ref), detail });
  }
  const bytes = await packages.open(path);
  const sha256 = await digestOf(bytes.range(0, bytes.sizeBytes));
  if (sha256 !== staged.sha256) {
    proof.differs('package-bytes-differ', {
      path,
      detail: `received ${staged.sha256}, staged ${sha256}`,
    });
    return index;
  }
  const isRepeated = all.some(
    (other) =>
      other.package === ref.package &&
      other.delivery < ref.delivery &&
      other.staged?.sha256 === staged.sha256,
  );
  if (index?.outcome !== 'taken' || isRepeated) return index;
  const count = await ports.manifestCount(bytes);
  if (count !== index.items.length) {
    const detail = `manifest ${count === null ? 'unreadable' : String(count)}, index ${String(index.items.length)}`;
    proof.differs('count-differs', { path, detail });
  }
  return index;
}

/** Null for one that is gone, or no JSON any more. */
export async function readIndex(
  { staging }: Pick<ProofPorts, 'staging'>,
  path: string,
): Promise<PackageIndex | null> {
  try {
    return await staging.packages.readIndex(path);
  } catch (error) {
    const isSpoilt = error instanceof RunError && error.code === 'staging-corrupt';
    if (isSpoilt || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function digestOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}
