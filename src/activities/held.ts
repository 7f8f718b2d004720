import type { PartyRole } from '../domain/item.ts';
import type { Reason } from '../domain/reason.ts';
import type { ItemReference, Slice } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';
import { routeAgain } from './map.ts';

/** Why one item is held for one person, and where to read it again. */
export interface HeldRecord {
  readonly item: ItemReference;
  readonly role: PartyRole;
  readonly position: number;
  readonly reason: Reason;
}

/** Items of one slice whose person's answer changed. */
export interface ComingHome {
  readonly slice: Slice;
  readonly keys: readonly string[];
}

/** References of one activity result at most; the rest comes home with the next run. */
const MAX_KEYS = 2_000;

/**
 * Looks up every held person once and names the items whose answer changed: a mapping, a user or a
 * licence came. So an item is red once and not daily, and comes home whatever its age.
 */
export function revisitHeld(connectors: Connectors) {
  return async (input: { connector: string; run: string }): Promise<ComingHome[]> => {
    const connector = connectors.get(input.connector);
    const people = new Map<string, string[]>();
    for await (const { person, itemKey } of connector.staging.held.list()) {
      people.set(person, [...(people.get(person) ?? []), itemKey]);
    }
    const home = new Map<string, { slice: Slice; keys: Set<string> }>();
    let named = 0;
    for (const [person, keys] of people) {
      const [first] = keys;
      if (first === undefined || named >= MAX_KEYS) continue;
      if (!(await hasChanged(connector, { person, itemKey: first }, input.run))) continue;
      for (const itemKey of keys.slice(0, MAX_KEYS - named)) {
        named += await add(connector, home, { person, itemKey });
      }
    }
    return [...home.values()].map(({ slice, keys }) => ({ slice, keys: [...keys] }));
  };
}

async function hasChanged(
  connector: Connector,
  key: { person: string; itemKey: string },
  run: string,
): Promise<boolean> {
  const record = (await connector.staging.held.read(key)) as HeldRecord | null;
  if (record === null) return false;
  const route = await routeAgain(connector, record.item, record, run);
  if (route === null) return false;
  return route.mailbox !== null || route.reason !== record.reason;
}

async function add(
  { staging }: Connector,
  home: Map<string, { slice: Slice; keys: Set<string> }>,
  key: { person: string; itemKey: string },
): Promise<number> {
  const record = (await staging.held.read(key)) as HeldRecord | null;
  if (record === null) return 0;
  const { day, package: path } = record.item;
  const known = home.get(path);
  if (known !== undefined) {
    known.keys.add(key.itemKey);
    return 1;
  }
  const index = staging.packages.indexPathOf(staging.packages.refOf(path));
  const { items } = await staging.packages.readIndex(index);
  home.set(path, {
    slice: { day, index, from: 0, to: items.length },
    keys: new Set([key.itemKey]),
  });
  return 1;
}
