import { parseArgs } from 'node:util';
import { isArchiveDay } from '../src/domain/archive-day.ts';

export const USAGE = `npm run sandbox -- [options]
  --once               exit after the day: 0 when the books balance
  --keep-up            with --once: print the books, then stay up until Ctrl-C
  --fresh              begin anew: forget everything under the state folder
  --day YYYY-MM-DD     the archive day (default: the sample day, or the newest day of --packages)
  --packages DIR       serve these package files at the TeleMessage site instead of the samples
  --users FILE         the tenant's users, a JSON array (default: the users of the samples)
  --mapping FILE       a mapping CSV, activated before the run
  --own-domains A,B    whose addresses are ours (default: the domains of the users' addresses)
  --start-day D        no day before it is taken (default: 30 days before the day)
  --state DIR          the state folder (default: .sandbox)
  --temporal-port N  --ui-port N  --blob-port N  --site-port N  --tenant-port N
  --mailboxes-port N   ports on 127.0.0.1 (default: those of the last start, else free ones)
  --help               this text`;

export interface Ports {
  readonly temporal: number | null;
  readonly ui: number | null;
  readonly blob: number | null;
  readonly site: number | null;
  readonly tenant: number | null;
  /** The read-only page of the mailboxes, for people. */
  readonly mailboxes: number | null;
}

export interface SandboxOptions {
  readonly isOnce: boolean;
  readonly keepsUp: boolean;
  readonly isFresh: boolean;
  readonly day: string | null;
  readonly packages: string | null;
  readonly users: string | null;
  readonly mapping: string | null;
  readonly ownDomains: readonly string[] | null;
  readonly startDay: string | null;
  readonly state: string | null;
  readonly ports: Ports;
}

/** What was asked cannot be done so; the message says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the flags; null when only the help was asked for. @throws {UsageError} */
export function parseOptions(argv: readonly string[]): SandboxOptions | null {
  const values = parse(argv);
  if (values.help === true) return null;
  return {
    isOnce: values.once ?? false,
    keepsUp: values['keep-up'] ?? false,
    isFresh: values.fresh ?? false,
    day: aDay(values.day, '--day'),
    startDay: aDay(values['start-day'], '--start-day'),
    packages: values.packages ?? null,
    users: values.users ?? null,
    mapping: values.mapping ?? null,
    ownDomains: domains(values['own-domains']),
    state: values.state ?? null,
    ports: {
      temporal: aPort(values['temporal-port'], '--temporal-port'),
      ui: aPort(values['ui-port'], '--ui-port'),
      blob: aPort(values['blob-port'], '--blob-port'),
      site: aPort(values['site-port'], '--site-port'),
      tenant: aPort(values['tenant-port'], '--tenant-port'),
      mailboxes: aPort(values['mailboxes-port'], '--mailboxes-port'),
    },
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        ...{ help: flag, once: flag, 'keep-up': flag, fresh: flag },
        ...{ day: text, 'start-day': text, packages: text, users: text, mapping: text },
        ...{ 'own-domains': text, state: text },
        ...{ 'temporal-port': text, 'ui-port': text, 'blob-port': text },
        ...{ 'site-port': text, 'tenant-port': text, 'mailboxes-port': text },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function aDay(value: string | undefined, flag: string): string | null {
  if (value === undefined) return null;
  if (isArchiveDay(value)) return value;
  throw new UsageError(`${flag} ${value} is no day. Write it as YYYY-MM-DD, such as 2026-11-23.`);
}

function aPort(value: string | undefined, flag: string): number | null {
  if (value === undefined) return null;
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`${flag} ${value} is no port. Write a whole number from 1 to 65535.`);
}

function domains(value: string | undefined): string[] | null {
  if (value === undefined) return null;
  const found = value.split(',').flatMap((domain) => domain.trim().toLowerCase() || []);
  if (found.length > 0) return found;
  throw new UsageError(
    '--own-domains names no domain. Write them with commas: a.example,b.example',
  );
}
