import {
  ACTIVATIONS_PREFIX,
  ACTIVE_MAPPING_PATH,
  activationPath,
  activeMapping,
  mappingVersionPath,
} from '../directory/active-mapping.ts';
import type { ActiveMapping } from '../directory/active-mapping.ts';
import type { MappingVersion } from '../directory/mapping-version.ts';
import { RunError } from '../domain/run-error.ts';
import type { Staging } from '../staging/staging.ts';

/** The mapping in force and its rows; null before the first was activated. */
export async function readActive(
  { state }: Pick<Staging, 'state'>,
  defaultCountry: string,
): Promise<(ActiveMapping & { readonly mapping: MappingVersion }) | null> {
  const mapping = await activeMapping({ state, defaultCountry })('cli');
  const active = await readPointer(state);
  return mapping === null || active === null ? null : { ...active, mapping };
}

/** The same for who activates another: one whose file is lost holds up nobody. */
export async function readActiveIfThere(
  ...asked: Parameters<typeof readActive>
): ReturnType<typeof readActive> {
  try {
    return await readActive(...asked);
  } catch (error) {
    if (error instanceof RunError && error.code === 'mapping-invalid') return null;
    throw error;
  }
}

/**
 * Keeps the file as a version and notes who put it in force, then puts it in force: in that order, so
 * that a stop in between harms nothing.
 */
export async function activate(
  { state }: Pick<Staging, 'state'>,
  active: ActiveMapping,
  csv: Buffer,
): Promise<void> {
  await state.write(mappingVersionPath(active.version), csv);
  // Version 0.1 noted nothing but the one in force.
  const before = await readPointer(state);
  if (before !== null) await note(state, before);
  await note(state, active);
  await state.write(ACTIVE_MAPPING_PATH, JSON.stringify(active, null, 2));
}

/** Every time that a version was put in force, the newest first. */
export async function listActivations({ state }: Pick<Staging, 'state'>): Promise<ActiveMapping[]> {
  const found = new Map<string, ActiveMapping>();
  const add = (active: ActiveMapping): void => void found.set(activationPath(active), active);
  for await (const path of state.list(ACTIVATIONS_PREFIX)) {
    const noted = await state.read(path);
    if (noted !== null) add(JSON.parse(noted.toString('utf8')) as ActiveMapping);
  }
  const active = await readPointer(state);
  if (active !== null) add(active);
  return [...found].sort(([a], [b]) => (a < b ? 1 : -1)).map(([, each]) => each);
}

async function note(state: Staging['state'], active: ActiveMapping): Promise<void> {
  await state.write(activationPath(active), JSON.stringify(active, null, 2));
}

async function readPointer(state: Staging['state']): Promise<ActiveMapping | null> {
  const pointer = await state.read(ACTIVE_MAPPING_PATH);
  return pointer === null ? null : (JSON.parse(pointer.toString('utf8')) as ActiveMapping);
}
