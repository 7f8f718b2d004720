import { RunError } from '../domain/run-error.ts';
import type { FoundCopy } from '../mailbox/copy-reader.ts';
import type { MailboxAnswer } from '../mailbox/mailbox-answer.ts';
import { proveContents } from './contents.ts';
import type { ExpectedCopy } from './copies.ts';
import { attachmentFaults, copyFaults, sortOut } from './copies.ts';
import type { ProofPorts } from './ports.ts';
import type { Proof } from './proof.ts';

/** A copy that was found in its mailbox. */
export interface SeenCopy {
  readonly expected: ExpectedCopy;
  readonly found: FoundCopy;
}

/** A copy's attachments as its mailbox lists them. */
export interface SeenAttachments {
  readonly copy: SeenCopy;
  readonly attachments: readonly { readonly id: string; readonly name: string }[];
}

const PLACES = {
  'deleted-items': 'it lies in Deleted Items',
  'recoverable-items': 'it lies in Recoverable Items, where its user does not see it',
  elsewhere: 'it lies in another folder',
} as const;

/** Looks for copies in their mailboxes: a batch of reads for twenty of them, more only on a difference. */
export class MailboxProof {
  readonly #ports: ProofPorts;
  readonly #proof: Proof;
  readonly #readsContents: boolean;
  /** Id of the archive's folder by mailbox and year; null without one. */
  readonly #folders = new Map<string, MailboxAnswer<string | null>>();
  /** Copies that could not be looked for, by mailbox. */
  readonly #closed = new Map<
    string,
    { kind: 'mailbox-gone' | 'mailbox-not-permitted'; copies: number }
  >();

  constructor(ports: ProofPorts, proof: Proof, { readData }: { readonly readData: boolean }) {
    this.#ports = ports;
    this.#proof = proof;
    this.#readsContents = readData;
  }

  async prove(copies: readonly ExpectedCopy[]): Promise<void> {
    if (copies.length === 0) return;
    await this.#readFolders(copies);
    const seen = await this.#find(copies);
    await this.#place(seen);
    const listed = await this.#listAttachments(seen);
    if (this.#readsContents) await proveContents(this.#ports, this.#proof, seen, listed);
  }

  /** After the last copy: mailboxes that answer for none of theirs, once each. */
  close(): void {
    for (const [mailbox, { kind, copies }] of this.#closed) {
      this.#proof.differs(kind, { mailbox, detail: `copies: ${String(copies)}` });
    }
  }

  async #readFolders(copies: readonly ExpectedCopy[]): Promise<void> {
    const all = new Map(copies.map((copy) => [folderKey(copy), copy]));
    const unknown = [...all].filter(([key]) => !this.#folders.has(key));
    const answers = await this.#ports.copies.folders(unknown.map(([, copy]) => copy));
    unknown.forEach(([key], at) => {
      const answer = answers[at];
      if (answer !== undefined) this.#folders.set(key, answer);
    });
    const isAway = [...this.#folders.values()].every(({ is }) => is === 'unanswered');
    if (isAway && this.#folders.size > 0) throw tenantAway();
  }

  /** By Message-ID; what is not there under it is asked for by its id. */
  async #find(copies: readonly ExpectedCopy[]): Promise<SeenCopy[]> {
    const { messageIdDomain } = this.#ports;
    const answers = await this.#ports.copies.named(
      copies.map(({ mailbox, itemKey }) => ({
        mailbox,
        messageId: `<${itemKey}@${messageIdDomain}>`,
      })),
    );
    const seen: SeenCopy[] = [];
    const absent: ExpectedCopy[] = [];
    copies.forEach((expected, at) => {
      if (expected.isMade) this.#proof.checked('mailboxes');
      const found = this.#valueOf(expected, answers[at]);
      if (found === null) return;
      const own = this.#sorted(expected, found);
      if (own !== null) seen.push({ expected, found: own });
      else if (expected.isMade) absent.push(expected);
    });
    return [...seen, ...(await this.#findById(absent))];
  }

  /** Takes down what lies beside the copy; gives the copy. */
  #sorted(expected: ExpectedCopy, found: readonly FoundCopy[]): FoundCopy | null {
    const { own, back, doubled } = sortOut(expected, found);
    const { itemKey, mailbox } = expected;
    const about = ({ id }: FoundCopy) => ({ itemKey, mailbox, messageId: id });
    for (const one of back) this.#proof.differs('back-in-mailbox', about(one));
    for (const one of doubled) {
      const isOurs = one.archiveKey === itemKey;
      const detail = isOurs ? 'it bears the key of the item' : 'it bears no key of the archiver';
      this.#proof.differs('doubled-in-mailbox', { ...about(one), detail });
    }
    if (own === null || expected.isMade) return own;
    this.#proof.differs('unrecorded-in-mailbox', about(own));
    return null;
  }

  async #findById(absent: readonly ExpectedCopy[]): Promise<SeenCopy[]> {
    const known = absent.flatMap((expected) =>
      expected.messageId === null ? [] : [{ expected, id: expected.messageId }],
    );
    const answers = await this.#ports.copies.withId(
      known.map(({ expected, id }) => ({ mailbox: expected.mailbox, id })),
    );
    const renamed: SeenCopy[] = [];
    known.forEach(({ expected, id }, at) => {
      const { itemKey, mailbox } = expected;
      const answer = answers[at];
      if (answer?.is === 'missing') {
        this.#proof.differs('removed-from-mailbox', { itemKey, mailbox, messageId: id });
        return;
      }
      const found = this.#valueOf(expected, answer);
      if (found !== null) renamed.push({ expected, found });
    });
    return this.#doublesOf(renamed);
  }

  /** mailbox.messageIdDomain may have been another one when the copy was made. */
  async #doublesOf(renamed: readonly SeenCopy[]): Promise<SeenCopy[]> {
    const answers = await this.#ports.copies.named(
      renamed.map(({ expected, found }) => ({
        mailbox: expected.mailbox,
        messageId: found.internetMessageId,
      })),
    );
    renamed.forEach(({ expected, found }, at) => {
      const answer = answers[at];
      const named = answer?.is === 'there' ? answer.value : [];
      this.#sorted(expected, [found, ...named.filter(({ id }) => id !== found.id)]);
    });
    return [...renamed];
  }

  /** Compares where and as what the copies lie. */
  async #place(seen: readonly SeenCopy[]): Promise<void> {
    const moved: SeenCopy[] = [];
    for (const { expected, found } of seen) {
      const { itemKey, mailbox } = expected;
      const faults = copyFaults(found, expected);
      if (faults.length > 0) {
        const detail = faults.join(', ');
        this.#proof.differs('changed-in-mailbox', {
          itemKey,
          mailbox,
          messageId: found.id,
          detail,
        });
      }
      if (found.id !== expected.messageId) this.#proof.notice('found-by-message-id');
      const folder = this.#folders.get(folderKey(expected));
      if (folder?.is === 'there' && folder.value !== found.folder) moved.push({ expected, found });
    }
    const answers = await this.#ports.copies.places(
      moved.map(({ expected, found }) => ({ mailbox: expected.mailbox, id: found.folder })),
    );
    moved.forEach(({ expected, found }, at) => {
      const { itemKey, mailbox } = expected;
      const answer = answers[at];
      const place = answer?.is === 'there' ? answer.value : 'elsewhere';
      const kind = place === 'recoverable-items' ? 'removed-from-mailbox' : 'moved-in-mailbox';
      const detail = PLACES[place];
      this.#proof.differs(kind, { itemKey, mailbox, messageId: found.id, detail });
    });
  }

  /** Only of copies that have or should have some: an SMS costs no read. */
  async #listAttachments(seen: readonly SeenCopy[]): Promise<SeenAttachments[]> {
    const asked = seen.filter(
      ({ expected: { content }, found }) =>
        content !== null && (content.attachments.length > 0 || found.hasAttachments),
    );
    const answers = await this.#ports.copies.attachments(
      asked.map(({ expected, found }) => ({ mailbox: expected.mailbox, id: found.id })),
    );
    const listed: SeenAttachments[] = [];
    asked.forEach((copy, at) => {
      const { expected, found } = copy;
      const attachments = this.#valueOf(expected, answers[at]);
      if (attachments === null || expected.content === null) return;
      listed.push({ copy, attachments });
      const names = attachments.map(({ name }) => name);
      const { missing, added } = attachmentFaults(names, expected.content);
      const about = { itemKey: expected.itemKey, mailbox: expected.mailbox, messageId: found.id };
      const detail = `${String(names.length)} of ${String(expected.content.attachments.length)}`;
      if (missing > 0) this.#proof.differs('half-in-mailbox', { ...about, detail });
      if (added > 0) this.#proof.differs('attachments-added', { ...about, detail });
    });
    return listed;
  }

  /** The answer's value; what is none is taken down. */
  #valueOf<Value>(expected: ExpectedCopy, answer: MailboxAnswer<Value> | undefined): Value | null {
    if (answer?.is === 'there') return answer.value;
    // A copy that was never made need not have a mailbox.
    if (!expected.isMade) return null;
    switch (answer?.is) {
      case 'no-mailbox':
      case 'denied': {
        const kind = answer.is === 'denied' ? 'mailbox-not-permitted' : 'mailbox-gone';
        const copies = (this.#closed.get(expected.mailbox)?.copies ?? 0) + 1;
        this.#closed.set(expected.mailbox, { kind, copies });
        return null;
      }
      case 'missing':
      case 'unanswered':
      case undefined:
        this.#proof.unanswered(expected, answer?.is === 'unanswered' ? answer.detail : 'not found');
        return null;
    }
  }
}

function folderKey({ mailbox, year }: ExpectedCopy): string {
  return `${mailbox} ${year ?? ''}`;
}

function tenantAway(): RunError {
  return new RunError(
    'tenant-unavailable',
    'Microsoft Graph does not answer for any mailbox. Check network, proxy and cloud, then verify again.',
  );
}
