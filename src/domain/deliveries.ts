/** What one delivery of a package came to; `delivery` counts from 1 within its name. */
interface Delivery {
  readonly name: string;
  readonly delivery: number;
  readonly outcome: 'taken' | 'refused';
}

/** What tells a file at the site from the next one of its name. */
interface PackageFile {
  readonly package: string;
  readonly sizeBytes: number;
  /** ISO 8601 UTC in seconds. */
  readonly modifiedAt: string;
}

/** Whether the latest staged delivery of its package is the file as it lies at the site now. */
export function isFetched(
  file: PackageFile,
  staged: readonly (PackageFile & { readonly delivery: number })[],
): boolean {
  const latest = staged
    .filter((delivery) => delivery.package === file.package)
    .reduce<(PackageFile & { readonly delivery: number }) | null>(
      (best, next) => (best === null || next.delivery > best.delivery ? next : best),
      null,
    );
  if (latest === null) return false;
  return latest.sizeBytes === file.sizeBytes && latest.modifiedAt === file.modifiedAt;
}

/**
 * The refused deliveries that TeleMessage must still cure: those after which nothing of their package
 * came. One that was delivered again stands in the books by its later delivery.
 */
export function standingRefusals<T extends Delivery>(deliveries: readonly T[]): T[] {
  const latest = new Map<string, T>();
  for (const one of deliveries) {
    const known = latest.get(one.name);
    if (known === undefined || known.delivery < one.delivery) latest.set(one.name, one);
  }
  return [...latest.values()].filter(({ outcome }) => outcome === 'refused');
}

/** Whether a delivery was refused and a later one of its package taken. */
export function isCured(delivery: Delivery, deliveries: readonly Delivery[]): boolean {
  return (
    delivery.outcome === 'refused' &&
    deliveries.some(
      (other) =>
        other.name === delivery.name &&
        other.delivery > delivery.delivery &&
        other.outcome === 'taken',
    )
  );
}

/** The outcome of a delivery in a table: with the reason, and whether it is cured. */
export function deliveryWords(
  delivery: Delivery & { readonly reason: string | null },
  deliveries: readonly Delivery[],
): string {
  if (delivery.reason === null) return delivery.outcome;
  const outcome = isCured(delivery, deliveries)
    ? 'refused, delivered again and taken'
    : delivery.outcome;
  return `${outcome}: ${delivery.reason}`;
}
