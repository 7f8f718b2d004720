import { toSeconds } from '../domain/archive-day.ts';
import type { MappingVersion } from '../directory/mapping-version.ts';
import { parseMapping } from '../directory/mapping-csv.ts';
import type { Staging } from '../staging/staging.ts';

/** Which mapping is in force. Stands in the state container as `mapping/active.json`. */
export interface ActiveMapping {
  readonly version: string;
  readonly activatedAt: string;
  readonly by: string;
}

const FOLDER = 'mapping/';
const ACTIVE = `${FOLDER}active.json`;

/** The mapping in force and its rows; null before the first was activated. */
export async function readActive(
  { state }: Staging,
  defaultCountry: string,
): Promise<(ActiveMapping & { readonly mapping: MappingVersion }) | null> {
  const bytes = await state.read(ACTIVE);
  if (bytes === null) return null;
  const active = JSON.parse(bytes.toString('utf8')) as ActiveMapping;
  const csv = await state.read(csvPath(active.version));
  const mapping = csv === null ? null : parseMapping(csv, defaultCountry).version;
  if (mapping === null) {
    throw new Error(
      `the mapping version ${active.version} in force is missing or damaged in staging. Activate the file again: o2-archiver mapping activate FILE`,
    );
  }
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
  await state.write(csvPath(version), csv);
  await state.write(ACTIVE, `${JSON.stringify(active, null, 2)}\n`);
  return active;
}

/** Ids of all versions that were ever in force. */
export async function listVersions({ state }: Staging): Promise<string[]> {
  const versions: string[] = [];
  for await (const path of state.list(FOLDER)) {
    if (path.endsWith('.csv')) versions.push(path.slice(FOLDER.length, -'.csv'.length));
  }
  return versions;
}

function csvPath(version: string): string {
  return `${FOLDER}${version}.csv`;
}
