import { RunError } from '../domain/run-error.ts';
import { KeptAnswers } from './kept-answers.ts';
import { parseMapping } from './mapping-csv.ts';
import type { MappingVersion } from './mapping-version.ts';

/** The pointer to the version in force; both lie in the state container. */
export const ACTIVE_MAPPING_PATH = 'mapping/active.json';

export function mappingVersionPath(version: string): string {
  return `mapping/${version}.csv`;
}

export const ACTIVATIONS_PREFIX = 'mapping/activations/';

/** What `mapping activate` writes to `ACTIVE_MAPPING_PATH`, and for good to `activationPath`. */
export interface ActiveMapping {
  readonly version: string;
  /** ISO 8601 UTC in seconds. */
  readonly activatedAt: string;
  readonly by: string;
  /** Rows of the file; absent in what version 0.1 wrote. */
  readonly rows?: number;
}

/** One blob for each time that a version was put in force, in the order of their names. */
export function activationPath({ version, activatedAt }: ActiveMapping): string {
  return `${ACTIVATIONS_PREFIX}${activatedAt.replaceAll(/[:-]/g, '')}-${version}.json`;
}

/** A new mapping is in force in running days after so long; one read of a small blob each time. */
const FRESH_MS = 5_000;
const MAX_RUNS_KEPT = 200;

/** Where the mapping lies, and what is known of it apart from there. */
interface MappingSource {
  readonly state: { read(path: string): Promise<Buffer | null> };
  /** The version that books name, which are not lost with the state; left out by who only looks. */
  readonly lastUsed?: () => Promise<string | null>;
  readonly defaultCountry: string;
}

/**
 * The custom mapping in force, as a run asks for it; null when none was ever activated. A new run
 * reads it anew: it is what people start when they have activated one.
 * @throws {RunError} `mapping-invalid` when what was activated is missing or cannot be read. Without
 * it an item would go to the address it names, which need not be whose number it is.
 */
export function activeMapping(
  { state, lastUsed, defaultCountry }: MappingSource,
  nowMs: () => number = Date.now,
): (run: string) => Promise<MappingVersion | null> {
  let known: { id: string; version: MappingVersion } | null = null;
  const kept = new KeptAnswers<MappingVersion | null>(MAX_RUNS_KEPT, nowMs);

  const load = async (): Promise<MappingVersion | null> => {
    const pointer = await state.read(ACTIVE_MAPPING_PATH);
    if (pointer === null) {
      const lost = (await lastUsed?.()) ?? null;
      if (lost !== null) throw missing(lost);
      return null;
    }
    const { version: id } = JSON.parse(pointer.toString('utf8')) as ActiveMapping;
    if (known?.id === id) return known.version;
    const csv = await state.read(mappingVersionPath(id));
    const { version } = csv === null ? { version: null } : parseMapping(csv, defaultCountry);
    if (version === null) throw missing(id);
    known = { id, version };
    return version;
  };

  return (run) => kept.get(run, load, () => FRESH_MS);
}

function missing(version: string): RunError {
  return new RunError(
    'mapping-invalid',
    `The active mapping version ${version} is missing or cannot be read. Activate the CSV again: o2-archiver mapping activate FILE`,
  );
}
