import type { Message } from '../domain/message.ts';
import type { GraphClient } from './graph-client.ts';
import { literal, segment } from './graph-client.ts';
import { ARCHIVE_KEY } from './rendering.ts';
import type { Made } from './writer.ts';

/** A message of ours as Graph shows it. */
export type Copy = Made & {
  /** Immutable id. */
  readonly id: string;
};

/** More copies of one message than this have never been seen; the oldest of them is enough. */
const MAX_COPIES = 25;
const SELECT =
  'id,internetMessageId,isDraft,parentFolderId,receivedDateTime,createdDateTime,hasAttachments';

/**
 * The copy of the message in the mailbox, in whichever folder it lies, or null. Message-IDs are not
 * unique and anyone can send one: only what bears our key counts, and of several the oldest.
 * Nothing found within seconds of a create proves nothing: the caller waits first.
 *
 * @throws {GraphProblem}
 */
export async function lookUp(
  client: GraphClient,
  mailbox: string,
  message: Message,
  options: { readonly ignore: readonly string[]; readonly signal?: AbortSignal },
): Promise<Copy | null> {
  const { body } = await client.request({
    method: 'GET',
    path: `/users/${segment(mailbox)}/messages`,
    query: {
      $filter: `internetMessageId eq ${literal(message.messageId)}`,
      $select: SELECT,
      $expand: `singleValueExtendedProperties($filter=id eq ${literal(ARCHIVE_KEY)})`,
      $top: String(MAX_COPIES),
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const list = (body as { value?: unknown } | null)?.value;
  const found = (Array.isArray(list) ? (list as Listed[]) : []).filter(
    (one) => isOurs(one, message.itemKey) && !options.ignore.includes(one.id as string),
  );
  found.sort((a, b) => createdMs(a) - createdMs(b));
  const [oldest] = found;
  if (oldest === undefined) return null;
  return oldest as Copy;
}

interface Listed extends Made {
  readonly createdDateTime?: unknown;
  readonly singleValueExtendedProperties?: unknown;
}

/** Graph may print the property's id in another form; its value is what we wrote. */
function isOurs({ id, singleValueExtendedProperties }: Listed, itemKey: string): boolean {
  if (typeof id !== 'string' || !Array.isArray(singleValueExtendedProperties)) return false;
  return (singleValueExtendedProperties as ({ value?: unknown } | null)[]).some(
    (property) => property?.value === itemKey,
  );
}

function createdMs({ createdDateTime }: Listed): number {
  const ms = Date.parse(String(createdDateTime));
  return Number.isNaN(ms) ? Infinity : ms;
}
