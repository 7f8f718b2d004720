import { createHash } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { GraphDownloads } from './graph-client.ts';
import { literal, segment, target } from './graph-client.ts';
import { GraphProblem } from './graph-problem.ts';
import type { MailboxAnswer } from './mailbox-answer.ts';
import { answerOf, isPassing, mapped, NOTHING, UNANSWERED, waitMs } from './mailbox-answer.ts';
import { readLanes } from './read-lanes.ts';
import type { Reading } from './reads.ts';
import { MAX_READS_PER_BATCH, readBatch } from './reads.ts';
import { ARCHIVE_KEY } from './rendering.ts';

/** A message of a mailbox, as far as a proof looks at it. */
export interface FoundCopy {
  /** Immutable id. */
  readonly id: string;
  readonly internetMessageId: string;
  readonly isDraft: boolean;
  /** Id of the folder that it lies in. */
  readonly folder: string;
  readonly receivedAt: string;
  readonly hasAttachments: boolean;
  readonly createdAt: string;
  /** Value of our named property; null without it. */
  readonly archiveKey: string | null;
  /** MAPI message class; null when Graph does not tell. */
  readonly itemClass: string | null;
}

/** A message as its reader sees it. */
export interface ShownCopy {
  readonly html: string;
  readonly subject: string;
  /** Addresses; null without a From. */
  readonly from: string | null;
  readonly to: readonly string[];
}

export interface InMailbox {
  /** Object id of the user. */
  readonly mailbox: string;
  readonly id: string;
}

export interface ArchiveFolder {
  readonly mailbox: string;
  /** Of the items in it, where the mailbox takes what nobody else does: a folder a year. */
  readonly year: string | null;
}

export type FolderPlace = 'deleted-items' | 'recoverable-items' | 'elsewhere';

/**
 * Reads copies of ours in mailboxes, and nothing else in them: by Message-ID, by id, by our folder's
 * name. Up to 20 reads go in one request. What is throttled or fails is asked again for a while.
 * Answers stand in the order of what was asked.
 *
 * All throw {RunError} `tenant-refused`, `tenant-unavailable` when no token is to be had.
 */
export interface CopyReader {
  /** Id of the archive's folder at the top of a mailbox, or of that of a year; null without one. */
  folders(all: readonly ArchiveFolder[]): Promise<MailboxAnswer<string | null>[]>;
  /** The messages of a Message-ID in the whole mailbox, the oldest first. */
  named(
    all: readonly { readonly mailbox: string; readonly messageId: string }[],
  ): Promise<MailboxAnswer<FoundCopy[]>[]>;
  /** A message by its id, also where its user cannot see it any more. */
  withId(all: readonly InMailbox[]): Promise<MailboxAnswer<FoundCopy>[]>;
  /** What kind of place a folder is, given the folder's id. */
  places(all: readonly InMailbox[]): Promise<MailboxAnswer<FolderPlace>[]>;
  /** Ids and names of a message's attachments. */
  attachments(all: readonly InMailbox[]): Promise<MailboxAnswer<{ id: string; name: string }[]>[]>;
  /** What its reader sees of a message. */
  shown(all: readonly InMailbox[]): Promise<MailboxAnswer<ShownCopy>[]>;
  /** SHA-256 of an attachment's bytes, which are streamed. */
  digest(copy: InMailbox, attachment: string): Promise<MailboxAnswer<string>>;
  /** Requests made so far; and the reads that went out inside batches. */
  requests(): { readonly requests: number; readonly reads: number };
}

export interface CopyReaderOptions {
  readonly client: GraphDownloads;
  readonly clock: Clock;
  /** Display name of the archive's folder. */
  readonly folder: string;
}

/** Each is at most 20 reads; of one mailbox never two at a time. */
const BATCHES_AT_ONCE = 4;
const MAX_TRIES = 5;
const MAX_COPIES = 25;
/** More than a message can have (Exchange Online limits: 250). */
const MAX_ATTACHMENTS = 300;
/** 150 MB, the largest file that Graph takes, at 250 kB/s. */
const DOWNLOAD_TIMEOUT_MS = 600_000;
/** As Graph prints the id of PidTagMessageClass; it is asked for in the same form. */
const ITEM_CLASS = 'String 0x1a';

const COPY = {
  $select:
    'id,internetMessageId,isDraft,parentFolderId,receivedDateTime,createdDateTime,hasAttachments',
  $expand: `singleValueExtendedProperties($filter=id eq ${literal(ARCHIVE_KEY)} or id eq ${literal(ITEM_CLASS)})`,
};

interface Read {
  readonly mailbox: string;
  /** Below the user. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

export function copyReader(o: CopyReaderOptions): CopyReader {
  let sent = 0;

  const askBatch = async (batch: readonly Asked[]): Promise<void> => {
    sent += batch.length;
    const readings = await readBatch(o.client, batch, o.clock);
    batch.forEach((asked, at) => {
      asked.reading = readings[at] ?? null;
    });
  };
  const askOnce = async (asked: readonly Asked[]): Promise<void> => {
    const { chains, mixed } = readLanes(asked, MAX_READS_PER_BATCH);
    await side(chains, async (chain) => {
      for (const batch of chain) await askBatch(batch);
    });
    await side(mixed, askBatch);
  };
  const ask = async <Value>(
    reads: readonly Read[],
    valueOf: (body: unknown) => Value | null,
  ): Promise<MailboxAnswer<Value>[]> => {
    const all: Asked[] = reads.map(({ mailbox, path, query }) => ({
      mailbox,
      url: target(`/users/${segment(mailbox)}${path}`, query),
      reading: null,
    }));
    for (let open = all, tries = 1; open.length > 0; tries += 1) {
      await askOnce(open);
      open = open.filter(({ reading }) => isPassing(reading));
      if (open.length === 0 || tries === MAX_TRIES) break;
      await o.clock.sleep(waitMs(open.map(({ reading }) => reading)));
    }
    return all.map(({ reading }) => answerOf(reading, valueOf));
  };
  const message = (id: string) => `/messages/${segment(id)}`;

  return {
    async folders(all) {
      const names = all.map(({ year }) => (year === null ? o.folder : `${o.folder} ${year}`));
      const answers = await ask(
        all.map(({ mailbox }, at) => ({
          mailbox,
          path: '/mailFolders',
          query: {
            $filter: `displayName eq ${literal(names[at] ?? '')}`,
            $select: 'id,displayName',
          },
        })),
        listOf,
      );
      return answers.map((answer, at) =>
        mapped(answer, (found) => {
          const id = found.find(({ displayName }) => displayName === names[at])?.['id'];
          return typeof id === 'string' ? id : null;
        }),
      );
    },

    named: (all) =>
      ask(
        all.map(({ mailbox, messageId }) => ({
          mailbox,
          path: '/messages',
          query: {
            $filter: `internetMessageId eq ${literal(messageId)}`,
            ...COPY,
            $top: String(MAX_COPIES),
          },
        })),
        (body) =>
          listOf(body)
            ?.map(foundCopy)
            .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)) ?? null,
      ),

    withId: (all) =>
      ask(
        all.map(({ mailbox, id }) => ({ mailbox, path: message(id), query: COPY })),
        (body) => foundCopy(body as Listed),
      ),

    async places(all) {
      const bins = ['deleteditems', 'recoverableitemsdeletions', 'recoverableitemspurges'];
      const folder = (mailbox: string, name: string): Read => ({
        mailbox,
        path: `/mailFolders/${segment(name)}`,
        query: { $select: 'id,parentFolderId' },
      });
      const answers = await ask(
        all.flatMap(({ mailbox, id }) => [id, ...bins].map((name) => folder(mailbox, name))),
        (body) => body as { id: string; parentFolderId: string },
      );
      return all.map(({ id }, at) => {
        const [own, ...wellKnown] = answers.slice(
          at * (bins.length + 1),
          (at + 1) * (bins.length + 1),
        );
        if (own === undefined || own.is === 'unanswered') return own ?? UNANSWERED;
        const isIn = (bin: MailboxAnswer<{ id: string }> | undefined) =>
          bin?.is === 'there' &&
          [id, own.is === 'there' ? own.value.parentFolderId : id].includes(bin.value.id);
        const [deleted, ...recoverable] = wellKnown;
        if (isIn(deleted)) return { is: 'there', value: 'deleted-items' };
        return { is: 'there', value: recoverable.some(isIn) ? 'recoverable-items' : 'elsewhere' };
      });
    },

    attachments: (all) =>
      ask(
        all.map(({ mailbox, id }) => ({
          mailbox,
          path: `${message(id)}/attachments`,
          query: { $select: 'id,name', $top: String(MAX_ATTACHMENTS) },
        })),
        (body) =>
          listOf(body)?.map(({ id, name }) => ({ id: String(id), name: String(name) })) ?? null,
      ),

    shown: (all) =>
      ask(
        all.map(({ mailbox, id }) => ({
          mailbox,
          path: message(id),
          query: { $select: 'id,body,subject,from,toRecipients' },
        })),
        shownCopy,
      ),

    async digest({ mailbox, id }, attachment) {
      const path = `/users/${segment(mailbox)}${message(id)}/attachments/${segment(attachment)}/$value`;
      let last: Reading = NOTHING;
      for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
        try {
          const hash = createHash('sha256');
          const request = { method: 'GET', path, timeoutMs: DOWNLOAD_TIMEOUT_MS } as const;
          for await (const chunk of await o.client.download(request)) hash.update(chunk as Buffer);
          return { is: 'there', value: hash.digest('hex') };
        } catch (error) {
          if (!(error instanceof GraphProblem)) throw error;
          const { status, code, retryAfterMs } = error;
          last = { status, code, retryAfterMs, body: null };
          if (!isPassing(last)) break;
          if (tries < MAX_TRIES) await o.clock.sleep(waitMs([last]));
        }
      }
      return answerOf<string>(last, () => null);
    },

    requests: () => ({ requests: o.client.requests(), reads: sent }),
  };
}

interface Asked {
  readonly mailbox: string;
  readonly url: string;
  reading: Reading | null;
}

async function side<Task>(
  tasks: readonly Task[],
  work: (task: Task) => Promise<void>,
): Promise<void> {
  const queue = tasks.values();
  const next = async (): Promise<void> => {
    for (const task of queue) await work(task);
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, next));
}

type Listed = Readonly<Record<string, unknown>>;

function listOf(body: unknown): Listed[] | null {
  const list = (body as { value?: unknown } | null)?.value;
  if (!Array.isArray(list)) return null;
  return (list as unknown[]).filter(
    (one): one is Listed => typeof one === 'object' && one !== null,
  );
}

function foundCopy(message: Listed): FoundCopy {
  const text = (name: string) => {
    const value = message[name];
    return typeof value === 'string' ? value : '';
  };
  const properties = message['singleValueExtendedProperties'];
  const all = Array.isArray(properties) ? (properties as { id?: unknown; value?: unknown }[]) : [];
  // Graph may print an id in another form than it was asked for: the class is known by its tag.
  const isClass = ({ id }: { id?: unknown }) => /^String 0x0*1a$/i.test(String(id));
  const valueOf = (found: { value?: unknown } | undefined) =>
    typeof found?.value === 'string' ? found.value : null;
  return {
    id: text('id'),
    internetMessageId: text('internetMessageId'),
    isDraft: message['isDraft'] !== false,
    folder: text('parentFolderId'),
    receivedAt: text('receivedDateTime'),
    hasAttachments: message['hasAttachments'] === true,
    createdAt: text('createdDateTime'),
    archiveKey: valueOf(all.find((one) => !isClass(one))),
    itemClass: valueOf(all.find(isClass)),
  };
}

interface ListedRecipient {
  readonly emailAddress?: { readonly address?: unknown } | null;
}

function shownCopy(answer: unknown): ShownCopy | null {
  const message = answer as {
    readonly body?: { readonly content?: unknown } | null;
    readonly subject?: unknown;
    readonly from?: ListedRecipient | null;
    readonly toRecipients?: unknown;
  } | null;
  const html = message?.body?.content;
  if (typeof html !== 'string') return null;
  const { subject, from, toRecipients } = message ?? {};
  const to = Array.isArray(toRecipients) ? (toRecipients as (ListedRecipient | null)[]) : [];
  return {
    html,
    // An empty subject comes as null.
    subject: typeof subject === 'string' ? subject : '',
    from: addressOf(from),
    to: to.flatMap((recipient) => addressOf(recipient) ?? []),
  };
}

function addressOf(recipient: ListedRecipient | null | undefined): string | null {
  const address = recipient?.emailAddress?.address;
  return typeof address === 'string' ? address : null;
}
