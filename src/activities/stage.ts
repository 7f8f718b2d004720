import { Context } from '@temporalio/activity';
import type { PackageIndex } from '../domain/index-entry.ts';
import type { Connector, Connectors } from './connector.ts';
import { peopleSeen } from './people.ts';

export interface Staged {
  /** Blob path of the index. */
  readonly index: string;
  readonly outcome: PackageIndex['outcome'];
  readonly reason: PackageIndex['reason'];
  readonly items: number;
}

/**
 * Verifies a staged package and indexes its items; a refused one gets an index with its reason and
 * no items. Streams the package once; the index is written once, so a second attempt changes nothing.
 */
export function stage(connectors: Connectors) {
  return async (input: { connector: string; path: string }): Promise<Staged> => {
    const connector = connectors.get(input.connector);
    const index = await indexOf(connector, input.path);
    return {
      index: await connector.staging.packages.writeIndex(index),
      outcome: index.outcome,
      reason: index.reason,
      items: index.items.length,
    };
  };
}

/** What the index of a staged package says, written or not. */
export async function indexOf(connector: Connector, path: string): Promise<PackageIndex> {
  const { settings, staging } = connector;
  const bytes = await staging.packages.open(path);
  const ref = staging.packages.refOf(path);
  const about = {
    version: 1,
    connector: settings.id,
    ...ref,
    packageSha256: bytes.sha256,
  } as const;
  const earlier = (await staging.packages.list(ref.day)).find(
    (other) =>
      other.package === ref.package &&
      other.delivery < ref.delivery &&
      other.sha256 === bytes.sha256,
  );
  if (earlier !== undefined) {
    const notes = [`The same bytes as delivery ${String(earlier.delivery)}.`];
    return { ...about, outcome: 'taken', reason: null, notes, items: [] };
  }
  const { cancellationSignal } = Context.current();
  const sourceKey = await staging.state.personKey();
  // Nobody is noted down where nothing is asked of it.
  const people =
    connector.registeredUsers === null ? null : peopleSeen(sourceKey, settings.ownDomains);
  const read = await connector.memory.forPackage(bytes.sizeBytes, cancellationSignal, () =>
    connector.indexPackage(bytes, {
      connector: settings.id,
      day: ref.day,
      maxItemBytes: settings.maxItemBytes,
      sourceKey,
      ...(people === null ? {} : { onItem: (item, itemKey) => people.see(item, itemKey) }),
    }),
  );
  const { outcome, notes } = read;
  if (outcome === 'refused') return { ...about, outcome, reason: read.reason, notes, items: [] };
  const seen = people?.list() ?? null;
  const named = seen === null ? {} : { people: seen };
  return { ...about, outcome, reason: null, notes, items: read.items, ...named };
}
