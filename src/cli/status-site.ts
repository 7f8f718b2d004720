import type { ConnectorConfig } from '../config/config.ts';
import { addDays, dayOf, toSeconds } from '../domain/archive-day.ts';
import { isFetched } from '../domain/deliveries.ts';
import { withinReach } from './deadline.ts';
import type { Session } from './session.ts';
import type { SiteRow } from './status-document.ts';

/** The site is asked beside the rest: one that is slow must not keep the answer long. */
const SITE_TIMEOUT_MS = 5_000;

/**
 * Which packages of the days since `startDay` lie at the site and are not staged as they lie there.
 * A site that cannot be asked is an answer too: whoever looks may have no way to it.
 */
export async function siteState(session: Session, connector: ConnectorConfig): Promise<SiteRow> {
  const { id } = connector;
  const askedAt = toSeconds(session.now());
  try {
    const found = await withinReach(unfetched(session, connector), 'The site', SITE_TIMEOUT_MS);
    return { connector: id, ...found, askedAt, problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { connector: id, unfetched: null, oldest: null, askedAt, problem };
  }
}

async function unfetched(
  session: Session,
  connector: ConnectorConfig,
): Promise<Pick<SiteRow, 'unfetched' | 'oldest'>> {
  const site = await session.openSite(connector);
  try {
    const files = await site.list(connector.startDay, dayOf(session.now()));
    const staged = await (await session.staging(connector)).packages.listAll();
    const byName = Map.groupBy(staged, (delivery) => delivery.package);
    const left = files.filter((file) => !isFetched(file, byName.get(file.package) ?? []));
    const [first = null] = left.toSorted((a, b) => a.day.localeCompare(b.day));
    if (first === null) return { unfetched: 0, oldest: null };
    const { package: name, day, sizeBytes, modifiedAt } = first;
    const isBeyond = day < addDays(dayOf(session.now()), -connector.source.lookbackDays);
    return {
      unfetched: left.length,
      oldest: { package: name, day, sizeBytes, modifiedAt, isBeyondLookback: isBeyond },
    };
  } finally {
    // An SFTP connection that never came up may not close either.
    site.close().catch(() => undefined);
  }
}
