import {
  copyFileSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { addDays } from '../src/domain/archive-day.ts';
import { packagesOf } from '../src/telemessage/site.ts';
import { UsageError } from './options.ts';
import type { SandboxOptions } from './options.ts';
import { SAMPLE_MAPPING_CSV, SAMPLE_OWN_DOMAINS, SAMPLE_USERS } from './sample/users.ts';
import { SAMPLE_DAY, writeSample } from './sample/write-sample.ts';
import type { StatePaths } from './state.ts';
import { readUsersFile } from './tenant/users-file.ts';

/** The folder at the site that the connector reads. */
export const SITE_FOLDER = '/outgoing';

/** What the day works on. */
export interface Inputs {
  readonly day: string;
  readonly startDay: string;
  /** Served as the root of the site; the packages lie in its `outgoing`. */
  readonly siteDirectory: string;
  readonly packagesDirectory: string;
  readonly usersFile: string;
  /** Activated before the run; null for none. */
  readonly mappingFile: string | null;
  readonly ownDomains: readonly string[];
  /** Takes the daily report; only the samples have such a person. */
  readonly compliance: string | null;
  /** Packages, users and mapping are all those of the samples. */
  readonly isSample: boolean;
}

/** Checks what was given and writes what was not. @throws {UsageError} before anything is started */
export async function prepareInputs(options: SandboxOptions, paths: StatePaths): Promise<Inputs> {
  const given = options.packages === null ? null : resolve(options.packages);
  const days = given === null ? [] : await packageDays(given);
  const day = options.day ?? days.at(-1) ?? SAMPLE_DAY;
  for (const file of [options.users, options.mapping]) {
    if (file !== null && !isFile(file)) throw new UsageError(`There is no file ${file}.`);
  }
  const isSample = given === null && options.users === null && options.mapping === null;
  const usersFile = options.users === null ? sampleUsers(paths) : resolve(options.users);
  const ownDomains =
    options.ownDomains ?? (options.users === null ? SAMPLE_OWN_DOMAINS : domainsOf(usersFile));
  const siteDirectory = given === null ? await sampleSite(paths, day) : givenSite(paths, given);
  return {
    day,
    startDay: options.startDay ?? addDays(day, -30),
    siteDirectory,
    packagesDirectory: given ?? join(siteDirectory, SITE_FOLDER),
    usersFile,
    mappingFile: mappingFile(options, paths, given === null && options.users === null),
    ownDomains,
    compliance: isSample ? `compliance@${String(SAMPLE_OWN_DOMAINS[0])}` : null,
    isSample,
  };
}

/** The days that the package files of a directory name, in order. @throws {UsageError} when none */
async function packageDays(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => {
    throw new UsageError(`--packages ${directory}: there is no such directory.`);
  });
  const files = names.map((name) => ({ name, sizeBytes: 0, modifiedAt: '' }));
  const days = packagesOf(files, '0000-01-01', '9999-12-31').map(({ day }) => day);
  if (days.length > 0) return days.sort();
  throw new UsageError(
    `--packages ${directory} holds no package file. They are named YYYYMMDD0000-TeleMessage_<n>_<TimeZipped>.zip.`,
  );
}

async function sampleSite(paths: StatePaths, day: string): Promise<string> {
  const outgoing = join(paths.site, 'samples', SITE_FOLDER);
  const { packages } = await writeSample(outgoing, { day });
  // The same times at each start: a file whose time changed counts as delivered again.
  const delivered = new Date(`${addDays(day, 1)}T00:30:00Z`);
  for (const name of packages) utimesSync(join(outgoing, name), delivered, delivered);
  return join(paths.site, 'samples');
}

function givenSite(paths: StatePaths, packages: string): string {
  const root = join(paths.site, 'given');
  const link = join(root, SITE_FOLDER);
  mkdirSync(root, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(packages, link);
  return root;
}

function sampleUsers(paths: StatePaths): string {
  writeFileSync(paths.users, JSON.stringify(SAMPLE_USERS, null, 2));
  return paths.users;
}

/** A mapping of the samples that the user has added to stays as it is. */
function mappingFile(
  options: SandboxOptions,
  paths: StatePaths,
  hasSamplePeople: boolean,
): string | null {
  if (options.mapping !== null) copyFileSync(options.mapping, paths.mapping);
  else if (!hasSamplePeople) return null;
  else if (!existsSync(paths.mapping)) writeFileSync(paths.mapping, SAMPLE_MAPPING_CSV);
  return paths.mapping;
}

function domainsOf(usersFile: string): string[] {
  let users;
  try {
    users = readUsersFile(usersFile);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const addresses = users.flatMap(({ userPrincipalName, mail, proxyAddresses }) => [
    userPrincipalName,
    mail ?? '',
    ...(proxyAddresses ?? []).map((address) => address.replace(/^smtp:/i, '')),
  ]);
  const domains = addresses.flatMap((address) => /@([^@\s]+)$/.exec(address)?.[1] ?? []);
  return [...new Set(domains.map((domain) => domain.toLowerCase()))];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
