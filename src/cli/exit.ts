import { CommanderError } from 'commander';

import type { ConfigProblem } from '../config/config-error.ts';
import { ConfigError } from '../config/config-error.ts';
import type { RunErrorCode } from '../domain/run-error.ts';
import { RunError } from '../domain/run-error.ts';

/** What the process ends with. Scripts rely on these numbers (docs/cli.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Finished, but items are not archived or the books do not balance. */
  notArchived: 3,
  unreachable: 4,
  configuration: 78,
  /** Ctrl-C while waiting; 128 + SIGINT, as shells count it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What was asked cannot be asked so: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked is right and cannot be done at this moment: exit code 1. The message says when. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Something that the command needs does not answer: exit code 4. The message names it and the next step. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const UNREACHABLE: ReadonlySet<RunErrorCode> = new Set([
  'site-unreachable',
  'site-login-refused',
  'site-host-key',
  'site-folder-missing',
  'staging-unavailable',
  'staging-refused',
  'staging-container-missing',
  'tenant-unavailable',
  'tenant-refused',
  'temporal-unreachable',
]);

const CONFIGURATION: ReadonlySet<RunErrorCode> = new Set(['configuration', 'unknown-connector']);

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError) return EXIT.configuration;
  if (error instanceof UnreachableError) return EXIT.unreachable;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof RunError) {
    if (UNREACHABLE.has(error.code)) return EXIT.unreachable;
    if (CONFIGURATION.has(error.code)) return EXIT.configuration;
  }
  return EXIT.failed;
}

export interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly ConfigProblem[];
  };
}

/** The one JSON document of a command that ended with an error. */
export function errorDocument(error: unknown): ErrorDocument {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigError) {
    return { error: { code: 'configuration', message, problems: error.problems } };
  }
  if (error instanceof RunError) return { error: { code: error.code, message } };
  if (error instanceof UnreachableError) return { error: { code: 'unreachable', message } };
  if (error instanceof UsageError || error instanceof CommanderError) {
    return { error: { code: 'usage', message } };
  }
  if (error instanceof BusyError) return { error: { code: 'busy', message } };
  return { error: { code: 'failed', message } };
}
