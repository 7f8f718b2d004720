import { InvalidArgumentError } from 'commander';

import { isArchiveDay } from '../domain/archive-day.ts';

/** Parsers of option values; what they refuse is a usage error. */
export function dayOption(value: string): string {
  if (isArchiveDay(value)) return value;
  throw new InvalidArgumentError('It must be a day of UTC, such as 2026-11-23.');
}

export function itemKeyOption(value: string): string {
  const key = value.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new InvalidArgumentError('An item key has 64 hexadecimal digits.');
}

/** `<<item key>@<domain>>`, with or without the angle brackets. */
export function messageIdOption(value: string): string {
  const [key] = value.trim().replace(/^</, '').split('@');
  return itemKeyOption(key ?? '');
}
