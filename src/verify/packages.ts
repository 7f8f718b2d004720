import { createHash } from 'node:crypto';
import type { PackageIndex } from '../domain/index-entry.ts';
import { RunError } from '../domain/run-error.ts';
import type { ListedIndex, StagedPackage } from '../staging/packages.ts';
import type { ProofPorts, Scope, ScopedPackage } from './ports.ts';
import type { Proof } from './proof.ts';
import { sideBySide } from './side-by-side.ts';

/** Each is streamed once, whole. */
const PACKAGES_AT_ONCE = 2;

type Delivery = Pick<ScopedPackage, 'day' | 'package' | 'delivery'>;

/** A delivery as the two containers have it; either may be missing. */
interface Found extends Delivery {
  readonly staged: StagedPackage | null;
  readonly index: ListedIndex | null;
}

/**
 * Compares each delivery's bytes with the digest that was taken while they were received, and with
 * what its index says of them. Gives the deliveries whose items are known.
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
  for (const day of days) {
    for (const staged of await staging.packages.list(day)) {
      all.set(staging.packages.indexPathOf(staged), { ...nameOf(staged), staged, index: null });
    }
    for (const index of await staging.packages.listIndexes(day)) {
      const staged = all.get(index.path)?.staged ?? null;
      all.set(index.path, { ...nameOf(index), staged, index });
    }
  }
  if (scope.of === 'day') return [...all.values()];
  const wanted = new Set(scope.packages.map(({ index }) => index));
  return [...all].filter(([path]) => wanted.has(path)).map(([, delivery]) => delivery);
}

function nameOf({ day, package: name, delivery }: Delivery): Delivery {
  return { day, package: name, delivery };
}

/** Gives the index; null without one that can be read. */
async function proveDelivery(
  ports: ProofPorts,
  { staged, index: listed, ...ref }: Found,
  all: readonly Found[],
  proof: Proof,
): Promise<PackageIndex | null> {
  const { packages } = ports.staging;
  const path = packages.pathOf(ref);
  proof.checked('packages');
  const index = listed === null ? null : await readIndex(ports, listed.path);
  if (index === null) proof.differs('index-missing', { path: packages.indexPathOf(ref) });
  if (staged === null) {
    proof.differs('package-missing', { path });
    return index;
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
