import {
  ACTIVE_MAPPING_PATH,
  activeMapping,
  mappingVersionPath,
} from '../directory/active-mapping.ts';
import type { ActiveMapping } from '../directory/active-mapping.ts';
import { toSeconds } from '../domain/archive-day.ts';
import type { MappingVersion } from '../directory/mapping-version.ts';
import type { Staging } from '../staging/staging.ts';

const MAPPING_PREFIX = 'mapping/';

/** The mapping in force and its rows; null before the first was activated. */
export async function readActive(
  { state }: Staging,
  defaultCountry: string,
): Promise<(ActiveMapping & { readonly mapping: MappingVersion }) | null> {
  const mapping = await activeMapping(state, defaultCountry)('cli');
  const pointer = await state.read(ACTIVE_MAPPING_PATH);
  if (mapping === null || pointer === null) return null;
  const active = JSON.parse(pointer.toString('utf8')) as ActiveMapping;
  return { ...active, mapping };
}

/** Keeps the file as a version, then puts it in force: in that order, so that a stop in between harms nothing. */
export async function activate(
  { state }: Staging,
  version: string,
  csv: Buffer,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Promise<ActiveMapping> {
  const active = { version, activatedAt: toSeconds(nowMs), by };
  await state.write(mappingVersionPath(version), csv);
  await state.write(ACTIVE_MAPPING_PATH, `${JSON.stringify(active, null, 2)}\n`);
  return active;
}

/** Ids of all versions that were ever in force. */
export async function listVersions({ state }: Staging): Promise<string[]> {
  const versions: string[] = [];
  for await (const path of state.list(MAPPING_PREFIX)) {
    if (path.endsWith('.csv')) versions.push(path.slice(MAPPING_PREFIX.length, -'.csv'.length));
  }
  return versions;
}
