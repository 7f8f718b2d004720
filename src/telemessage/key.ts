import { createHash, createHmac } from 'node:crypto';
import type { Party } from '../domain/item.ts';

/** All that decides whether two deliveries are the same item. */
export interface KeyFacts {
  readonly connector: string;
  readonly sourceId: string | null;
  readonly owner: string | null;
  /** Seconds since 1970 in digits, or the text of a date that is none. */
  readonly time: string;
  readonly parties: readonly Party[];
  readonly text: string;
  /** SHA-256 of each attachment, in any order. */
  readonly attachments: readonly string[];
}

/**
 * Numbers stand in the key as this country reads them, whatever the connector's default country: a
 * setting must not make two items of one (docs/adr/0009-key-country.md).
 */
export const KEY_COUNTRY = 'GB';

/**
 * The item key, version 1: 64 lower-case hex digits, the same at every delivery. Indexes hold it for
 * ever, and Message-ID, workflow id and blob names are made from it: what is below MUST NOT change
 * (a change is version 2). Frozen by test/unit/telemessage/golden/item-keys.json.
 */
export function itemKey(facts: KeyFacts): string {
  return sha256(canonical(facts));
}

/**
 * Stands for the source's id of an item, so that another version of it is known by the same; 32 hex
 * digits. Keyed, for the vendor's ids are times and numbers, which anyone can try.
 */
export function sourceReference(
  key: Buffer,
  facts: Pick<KeyFacts, 'connector' | 'owner'> & { sourceId: string; event: string | null },
): string {
  const { connector, owner, sourceId, event } = facts;
  return createHmac('sha256', key)
    .update(JSON.stringify(['o2-source', connector, owner, sourceId, event]))
    .digest('hex')
    .slice(0, 32);
}

/** The key of an item that cannot be read or is not parsed: by its raw bytes. */
export function rawItemKey(connector: string, rawSha256: string): string {
  return sha256(JSON.stringify(['o2-item', 1, connector, 'raw', rawSha256]));
}

/**
 * The canonical string of version 1: a JSON array without spaces (ECMA-262, JSON.stringify) of
 * `"o2-item"`, `1`, connector, source id or null, owner or null, time, parties, text, attachments.
 * Parties are `[role, number, address]`, sorted by code units of their own JSON, because header
 * order may differ; attachments are sorted digests, because the order of parts may. The text has
 * LF line ends and none at its end: a multipart takes the last one away, a single part keeps it.
 */
export function canonical(facts: KeyFacts): string {
  const parties = facts.parties
    .map((party) => JSON.stringify([party.role, party.number, party.address]))
    .sort()
    .map((party) => JSON.parse(party) as unknown);
  return JSON.stringify([
    'o2-item',
    1,
    facts.connector,
    facts.sourceId,
    facts.owner,
    facts.time,
    parties,
    withoutLastLineEnds(facts.text.replaceAll(/\r\n?/gu, '\n')),
    [...facts.attachments].sort(),
  ]);
}

/** Index by index: the pattern `\n+$` is quadratic on a text of line ends. */
function withoutLastLineEnds(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end -= 1;
  return text.slice(0, end);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
