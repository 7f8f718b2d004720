import { createHash } from 'node:crypto';
import type { SampleFlag, SampleItem } from './sample-item.ts';
import { samplePackages, type SampleEntry } from './packages.ts';
import { personOf, type PersonId, type Standing } from './people.ts';
import { userId } from './users.ts';

/** What must become of one `.eml` of the sample day. */
export interface ExpectedItem {
  /** File name of the package, without `.zip`. */
  readonly package: string;
  readonly entry: string;
  readonly label: string;
  readonly kind: SampleItem['kind'];
  /** Where the item stands in time, ISO 8601 UTC in seconds. */
  readonly at: string;
  /** Address in `RCPT_TO`, lower case; null when there is none. */
  readonly owner: string | null;
  /** Ids of the users in whose mailboxes exactly one copy lies, sorted. */
  readonly mailboxes: readonly string[];
  /** Reasons of the copies that are held, one for each party of ours without a valid mailbox. */
  readonly held: readonly Exclude<Standing, 'mailbox' | 'outside'>[];
  readonly flags: readonly (SampleFlag | 'delivered-before')[];
  /** The body, whole, lines ended by LF. */
  readonly text: string;
  /** Without the SMIL, which gives the order only. */
  readonly attachments: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  }[];
}

/** The day's books in copies, as they are before anyone cures or waives anything. */
export interface ExpectedBooks {
  readonly available: number;
  readonly imported: number;
  readonly partiallyImported: number;
  readonly skipped: number;
  readonly failed: number;
  readonly items: number;
}

/**
 * What the sample day must come to, item by item, in the order of the packages. It follows from the
 * hand-written standing of each person (people.ts) and from nothing of the product.
 */
export function sampleExpectation(day: string): readonly ExpectedItem[] {
  return samplePackages(day).flatMap(({ package: name, entries }) =>
    entries.map((entry) => expectedItem(day, name, entry)),
  );
}

/** Adds the expectation up: an entry delivered before is one copy skipped. */
export function expectedBooks(items: readonly ExpectedItem[]): ExpectedBooks {
  const skipped = items.filter(({ flags }) => flags.includes('delivered-before'));
  const told = items.filter((item) => !skipped.includes(item));
  const copies = (list: readonly ExpectedItem[]) =>
    list.reduce((sum, { mailboxes }) => sum + mailboxes.length, 0);
  const partial = told.filter(({ flags }) => flags.includes('files-removed-at-source'));
  const failed = told.reduce((sum, { held }) => sum + held.length, 0);
  return {
    available: copies(told) + failed + skipped.length,
    imported: copies(told) - copies(partial),
    partiallyImported: copies(partial),
    skipped: skipped.length,
    failed,
    items: items.length,
  };
}

function expectedItem(day: string, name: string, { name: entry, item, delivery }: SampleEntry) {
  const parties = [...new Set<PersonId>([item.from, ...item.to, item.owner])].map(personOf);
  const users = parties.flatMap(({ user }) => (user === null ? [] : [userId(user)]));
  const isCorrected = item.flags.includes('time-corrected');
  return {
    package: name,
    entry,
    label: item.label,
    kind: item.kind,
    at: isCorrected ? `${day}T00:00:00Z` : `${new Date(item.sentMs).toISOString().slice(0, 19)}Z`,
    owner: personOf(item.owner).address?.toLowerCase() ?? null,
    mailboxes: [...new Set(users)].sort(),
    held: parties.flatMap(({ standing }) =>
      standing === 'mailbox' || standing === 'outside' ? [] : [standing],
    ),
    flags: delivery === 'again' ? ([...item.flags, 'delivered-before'] as const) : item.flags,
    text: item.text,
    attachments: item
      .media()
      .filter(({ contentType }) => contentType !== 'application/smil')
      .map(({ name: file, bytes }) => ({
        name: file,
        sizeBytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })),
  } satisfies ExpectedItem;
}
