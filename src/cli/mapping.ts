import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import { directory } from '../directory/directory.ts';
import { mappingChange } from '../directory/mapping-change.ts';
import { parseMapping } from '../directory/mapping-csv.ts';
import { mappingUsers } from '../directory/mapping-users.ts';
import type { MappingVersion } from '../directory/mapping-version.ts';
import { toSeconds } from '../domain/archive-day.ts';
import type { Setup } from './command.ts';
import { action, command, group, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { comingHome } from './mapping-home.ts';
import { activate, listActivations, readActive, readActiveIfThere } from './mapping-store.ts';
import type { MappingActivation, MappingCheck } from './mapping-text.ts';
import { activationText, checkText, shownText } from './mapping-text.ts';
import type { Session } from './session.ts';

const FILE = 'CSV with the header mobileNumber,email[,validFrom,validTo]';
/** A million rows have some 60 MB. */
const MAX_FILE_BYTES = 100_000_000;
/** Look-ups of so many addresses take minutes; the person is told before. */
const MANY_ADDRESSES = 2_000;
/** The scope of answers that are kept: one command is one run. */
const RUN = 'cli';

export function mappingCommand(setup: Setup): Command {
  return group('mapping', 'the custom mapping: mobile number to Microsoft 365 address', [
    checkCommand(setup),
    activateCommand(setup),
    showCommand(setup),
  ]);
}

function checkCommand(setup: Setup): Command {
  return command('check', 'every faulty row of a file, and the change it would make', [
    'mapping check mapping.csv',
  ])
    .argument('<file>', FILE)
    .action(
      action(setup, 'one', async (session, _options: object, file: string) => {
        const { check } = await checkFile(session, onlyConnector(session), file);
        session.output.result(check, () => checkText(check));
        return check.version === null ? EXIT.failed : EXIT.done;
      }),
    );
}

function activateCommand(setup: Setup): Command {
  return command('activate', 'put a file in force; items held for it come home with the next run', [
    'mapping activate mapping.csv',
    'mapping activate mapping.csv --by "Ann Clerk, ticket 4711"',
    'mapping activate mapping.csv --force',
  ])
    .argument('<file>', FILE)
    .option('--force', 'also when more of the numbers disappear than mapping.maxRemovedShare')
    .option('--by <name>', 'who decided it, beside who types')
    .action(action(setup, 'one', activateFile));
}

function showCommand(setup: Setup): Command {
  return command('show', 'the mapping in force, and every version with who and when', [
    'mapping show',
    'mapping show --json',
  ]).action(
    action(setup, 'one', async (session) => {
      const connector = onlyConnector(session);
      const staging = await session.staging(connector);
      const active = await readActive(staging, connector.mapping.defaultCountry);
      const shown = {
        connector: connector.id,
        version: active?.version ?? null,
        activatedAt: active?.activatedAt ?? null,
        by: active?.by ?? null,
        rows: active?.mapping.rows ?? [],
        versions: await listActivations(staging),
      };
      session.output.result(shown, () => shownText(shown));
      return EXIT.done;
    }),
  );
}

async function activateFile(
  session: Session,
  { force, by }: { force?: boolean; by?: string },
  file: string,
): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const { check, csv } = await checkFile(session, connector, file);
  const print = (end: Pick<MappingActivation, 'state' | 'activatedAt' | 'by'>): void => {
    const activation = { ...check, ...end };
    session.output.result(activation, () => activationText(activation));
  };
  if (check.version === null) {
    print({ state: 'refused', activatedAt: null, by: null });
    return EXIT.failed;
  }
  const staging = await session.staging(connector);
  const active = await readActiveIfThere(staging, connector.mapping.defaultCountry);
  if (active?.version === check.version) {
    print({ state: 'unchanged', activatedAt: active.activatedAt, by: active.by });
    return EXIT.done;
  }
  if (force !== true) refuseToLose(check, connector);
  const next = {
    version: check.version,
    activatedAt: toSeconds(session.now()),
    by: by === undefined ? session.operator : `${by} (${session.operator})`,
    rows: check.rows,
  };
  await activate(staging, next, csv);
  print({ state: 'activated', activatedAt: next.activatedAt, by: next.by });
  return EXIT.done;
}

/**
 * Whether a file could be put in force, before there is any staging: its rows, and whom they name.
 *
 * @throws {UsageError} with every faulty row
 */
export async function tryMapping(
  session: Session,
  connector: ConnectorConfig,
  file: string,
): Promise<string> {
  const { version, faults, notes } = parseMapping(
    await readCsv(file),
    connector.mapping.defaultCountry,
  );
  const users =
    version === null ? null : await mappingUsers(version, await session.openUsers(connector), RUN);
  const text = checkText({
    connector: connector.id,
    file,
    version: version?.id ?? null,
    rows: version?.rows.length ?? 0,
    faults,
    notes,
    change: null,
    users,
    comingHome: null,
  });
  if (version === null) throw new UsageError(text);
  return text;
}

/** @throws {UsageError} when a file drops more of the numbers than is allowed */
function refuseToLose(check: MappingCheck, { mapping }: ConnectorConfig): void {
  const share = check.change?.disappearingShare ?? 0;
  if (share <= mapping.maxRemovedShare) return;
  const removed = check.change?.removed.length ?? 0;
  throw new UsageError(
    `${checkText(check)}\nNothing was activated: ${removed} of the numbers in force would disappear, ${percent(share)} of them, and mapping.maxRemovedShare allows ${percent(mapping.maxRemovedShare)}. Add --force when that is meant.`,
  );
}

function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}

async function checkFile(
  session: Session,
  connector: ConnectorConfig,
  file: string,
): Promise<{ check: MappingCheck; csv: Buffer }> {
  const csv = await readCsv(file);
  const { mapping } = connector;
  const { version, faults, notes } = parseMapping(csv, mapping.defaultCountry);
  const nothingAsked = { change: null, users: null, comingHome: null };
  const facts = { connector: connector.id, file, faults, notes, rows: 0, version: null };
  if (version === null) return { check: { ...facts, ...nothingAsked }, csv };
  const effect = await effectOf(session, connector, version);
  const unused = mapping.custom
    ? []
    : ['mapping.custom is off in the configuration: runs do not ask the file.'];
  return {
    check: {
      ...facts,
      ...effect,
      version: version.id,
      rows: version.rows.length,
      notes: [...notes, ...unused],
    },
    csv,
  };
}

/** What a right file would do: against the version in force, in the tenant, to what is held. */
async function effectOf(
  session: Session,
  connector: ConnectorConfig,
  version: MappingVersion,
): Promise<Pick<MappingCheck, 'change' | 'users' | 'comingHome'>> {
  const { defaultCountry, automatic, custom } = connector.mapping;
  const staging = await session.staging(connector);
  const active = await readActiveIfThere(staging, defaultCountry);
  const users = await session.openUsers(connector);
  const addresses = new Set(version.rows.map(({ address }) => address)).size;
  if (addresses > MANY_ADDRESSES) {
    session.output.note(`Looking up ${String(addresses)} addresses; this takes some minutes.`);
  }
  const tried = directory({ users, mapping: () => Promise.resolve(version), automatic, custom });
  const items = await session.openItems(connector);
  return {
    change: mappingChange(active?.mapping ?? null, version),
    users: await mappingUsers(version, users, RUN),
    comingHome: await comingHome({ held: staging.held, items, directory: tried }, RUN),
  };
}

async function readCsv(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_FILE_BYTES) return await readFile(file);
  } catch (error) {
    const { code = 'unknown fault' } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? `there is no file ${file}` : `the file ${file} cannot be read (${code})`;
    throw new UsageError(`${why}. Name a ${FILE}.`);
  }
  throw new UsageError(`the file ${file} is larger than 100 MB: it is no mapping.`);
}
