import type { PartyRole } from '../domain/item.ts';
import type { Reason } from '../domain/reason.ts';
import { RunError } from '../domain/run-error.ts';
import type { ItemReference, Slice } from '../workflows/contracts.ts';
import type { Connector, Connectors } from './connector.ts';
import type { ItemReader } from './item-reader.ts';
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
/** Of one batch. */
const BATCH_KEYS = 200;

/**
 * Looks up every held person once and names the items whose answer changed: a mapping, a user or a
 * licence came. So an item is red once and not daily, and comes home whatever its age.
 */
export function revisitHeld(connectors: Connectors) {
  return async (input: { connector: string; run: string }): Promise<ComingHome[]> => {
    const connector = connectors.get(input.connector);
    const people = new Map<string, string[]>();
    for await (const { person, itemKey } of connector.staging.held.list()) {
      const keys = people.get(person);
      if (keys === undefined) people.set(person, [itemKey]);
      else keys.push(itemKey);
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
    return [...home.values()].flatMap(({ slice, keys }) => inBatches(slice, [...keys]));
  };
}

async function hasChanged(
  connector: Connector,
  key: { person: string; itemKey: string },
  run: string,
): Promise<boolean> {
  const record = (await connector.staging.held.read(key)) as HeldRecord | null;
  if (record === null) return false;
  const read = await readOrNull(connector.items, record.item);
  const route = read?.problem === null ? await routeAgain(connector, read.item, record, run) : null;
  if (route === null) return false;
  return route.mailbox !== null || route.reason !== record.reason;
}

function inBatches(slice: Slice, keys: readonly string[]): ComingHome[] {
  const batches: ComingHome[] = [];
  for (let at = 0; at < keys.length; at += BATCH_KEYS) {
    batches.push({ slice, keys: keys.slice(at, at + BATCH_KEYS) });
  }
  return batches;
}

/**
 * The item; null when its bytes are spoilt or gone. One such item must not keep a day from its books:
 * it is held already, and its own workflow says what is wrong.
 */
export async function readOrNull(items: ItemReader, item: ItemReference) {
  try {
    return await items.read(item);
  } catch (error) {
    if (error instanceof RunError && error.code === 'staging-corrupt') return null;
    throw error;
  }
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
