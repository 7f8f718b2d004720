import { ConfigError } from '../../config/config-error.ts';
import { RunError } from '../../domain/run-error.ts';
import { UnreachableError, UsageError } from '../exit.ts';

/** What is wrong with an attempt and a person can cure; all else is a fault of ours. */
export function isCurable(error: unknown): error is Error {
  return (
    error instanceof RunError ||
    error instanceof UnreachableError ||
    error instanceof UsageError ||
    error instanceof ConfigError
  );
}
