import { readFile } from 'node:fs/promises';
import { Command } from 'commander';

import type { ConnectorConfig } from '../config/config.ts';
import { mappingChange } from '../directory/mapping-change.ts';
import { parseMapping } from '../directory/mapping-csv.ts';
import type { Setup } from './command.ts';
import { action, command, onlyConnector } from './command.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, UsageError } from './exit.ts';
import { activate, listVersions, readActive } from './mapping-store.ts';
import type { MappingCheck } from './mapping-text.ts';
import { checkText, shownText } from './mapping-text.ts';
import type { Session } from './session.ts';

/** A file that drops more of the numbers than this is more often a slip than a wish. */
const MAX_DISAPPEARING_SHARE = 0.2;

export function mappingCommand(setup: Setup): Command {
  return new Command('mapping')
    .description('the custom mapping: mobile number to Microsoft 365 address')
    .addCommand(checkCommand(setup))
    .addCommand(activateCommand(setup))
    .addCommand(showCommand(setup));
}

function checkCommand(setup: Setup): Command {
  return command('check', 'every faulty row of a file, and the change it would make', [
    'mapping check mapping.csv',
  ])
    .argument('<file>', 'CSV with the header mobileNumber,email[,validFrom,validTo]')
    .action(
      action(setup, 'one', async (session, _options: object, file: string) => {
        const connector = onlyConnector(session);
        const { check } = await checkFile(session, connector, file);
        session.output.result(check, () => checkText(check));
        return check.faults.length > 0 ? EXIT.failed : EXIT.done;
      }),
    );
}

function activateCommand(setup: Setup): Command {
  return command('activate', 'put a file in force; items held for it come home with the next run', [
    'mapping activate mapping.csv',
    'mapping activate mapping.csv --force',
  ])
    .argument('<file>', 'CSV with the header mobileNumber,email[,validFrom,validTo]')
    .option('--force', 'also when a large part of the numbers disappears')
    .action(action(setup, 'one', activateFile));
}

function showCommand(setup: Setup): Command {
  return command('show', 'the mapping in force', ['mapping show', 'mapping show --json']).action(
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
        versions: await listVersions(staging),
      };
      session.output.result(shown, () => shownText(shown));
      return EXIT.done;
    }),
  );
}

async function activateFile(
  session: Session,
  { force }: { force?: boolean },
  file: string,
): Promise<ExitCode> {
  const connector = onlyConnector(session);
  const { check, bytes } = await checkFile(session, connector, file);
  const { version, change } = check;
  if (version === null || change === null) {
    session.output.result(check, () => `${checkText(check)}\nNothing was activated.`);
    return EXIT.failed;
  }
  if (change.disappearingShare > MAX_DISAPPEARING_SHARE && force !== true) {
    throw new UsageError(
      `${checkText(check)}\nNothing was activated: more than a fifth of the numbers would disappear. Add --force when that is meant.`,
    );
  }
  const staging = await session.staging(connector);
  const { activatedAt, by } = await activate(staging, version, bytes, {
    by: session.operator,
    nowMs: session.now(),
  });
  session.output.result({ ...check, activatedAt, by }, () =>
    [
      checkText(check),
      `In force since ${activatedAt}. Items held for it come home with the next run of any day; now: o2-archiver run --wait`,
    ].join('\n'),
  );
  return EXIT.done;
}

async function checkFile(
  session: Session,
  connector: ConnectorConfig,
  file: string,
): Promise<{ check: MappingCheck; bytes: Buffer }> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`the file ${file} cannot be read (${code ?? 'unknown fault'}).`);
  });
  const { defaultCountry } = connector.mapping;
  const { version, faults, notes } = parseMapping(bytes, defaultCountry);
  const facts = { connector: connector.id, file, faults, notes };
  if (version === null) {
    return { check: { ...facts, version: null, rows: 0, change: null }, bytes };
  }
  const active = await readActive(await session.staging(connector), defaultCountry);
  const change = mappingChange(active?.mapping ?? null, version);
  return { check: { ...facts, version: version.id, rows: version.rows.length, change }, bytes };
}
