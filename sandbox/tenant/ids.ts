import { createHash, randomBytes } from 'node:crypto';
import { malformedId } from './answer.ts';

/**
 * Ids as Exchange makes them: case-sensitive, and each with `/`, `+` and `=`, so that a client that
 * forgets to percent-encode one notices at once. The last letters are a checksum: an id that
 * changed on its way (letter case too) is malformed, not merely unknown.
 */
const PREFIXES = {
  folder: 'AQMkAGUwNjQ4ZjIxLTQ3Y2YtNDViMi1iZjc4LTMAuAAAD/',
  message: 'AAMkAGUwNjQ4ZjIxLTQ3Y2YtNDViMi1iZjc4LTMBGAAAC/',
  immutableMessage: 'AAkALgAAAAAAHYQDEapmEc2byACqAC/',
  attachment: 'AAMkAGUwNjQ4ZjIxLTQ3Y2YtNDViMi1iZjc4LTMBGAAABEgAQA/',
} as const;

export type IdKind = keyof typeof PREFIXES;

export function newId(kind: IdKind): string {
  const stem = `${PREFIXES[kind]}${randomBytes(15).toString('base64')}+`;
  return `${stem}${checksum(stem)}=`;
}

/** @throws {GraphFailure} ErrorInvalidIdMalformed when the id is none that Exchange made. */
export function assertWellFormed(id: string): void {
  const stem = id.slice(0, -5);
  if (!id.endsWith('=') || id.slice(-5, -1) !== checksum(stem)) throw malformedId();
}

function checksum(stem: string): string {
  return createHash('sha1').update(stem).digest('hex').slice(0, 4);
}
