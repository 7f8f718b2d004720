import { InvalidArgumentError } from 'commander';

import { isArchiveDay } from '../domain/archive-day.ts';

/** Parsers of option values; what they refuse is a usage error. */
export function dayOption(value: string): string {
  if (isArchiveDay(value)) return value;
  throw new InvalidArgumentError('It must be a day of UTC, such as 2026-11-23.');
}

export function addressOption(value: string): string {
  if (/^[^@\s]+@[^@\s]+$/.test(value)) return value;
  throw new InvalidArgumentError('It must be an address, such as canary@example.com.');
}

export function itemKeyOption(value: string): string {
  const key = value.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new InvalidArgumentError(
    'An item key has 64 hexadecimal digits. Keys are listed by: o2-archiver items --day DAY',
  );
}

/** `<<item key>@<domain>>`, with or without the angle brackets. */
export function messageIdOption(value: string): string {
  const [, key] = /^<?([0-9a-f]{64})(?:@[^@<>\s]+)?>?$/i.exec(value.trim()) ?? [];
  if (key !== undefined) return key.toLowerCase();
  throw new InvalidArgumentError(
    'The Message-ID of a message of ours is an item key and a domain: <64 hexadecimal digits@domain>, in quotes for the shell. In Outlook it stands in the message’s Internet headers. The key alone: o2-archiver item KEY',
  );
}
