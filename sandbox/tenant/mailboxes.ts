import { join } from 'node:path';
import { GraphFailure } from './answer.ts';
import { Mailbox } from './store.ts';
import type { TenantUser } from './users.ts';

/** What keeps a mailbox from answering, or from taking more. */
export type MailboxState =
  'ready' | 'none' | 'not-found' | 'moving' | 'full' | 'folder-full' | 'denied';

const LONGEST_LAG_MS = 600_000;

/** All mailboxes of the tenant, each opened when it is first asked for. */
export class Mailboxes {
  readonly #directory: string;
  readonly #open = new Map<string, Mailbox>();
  readonly #states = new Map<string, MailboxState>();
  readonly #bornAt = new Map<string, number>();
  readonly #maxMessageBytes = new Map<string, number>();

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'mailboxes');
  }

  /** The mailbox behind its state's door. @throws {GraphFailure} what the state answers to all calls. */
  enter(user: TenantUser): Mailbox {
    const failure = closedDoor(this.stateOf(user));
    if (failure !== null) throw failure;
    return this.behind(user);
  }

  /** The mailbox whatever its state: for the page and for tests. */
  behind(user: TenantUser): Mailbox {
    const key = user.id.toLowerCase();
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const mailbox = new Mailbox(join(this.#directory, encodeURIComponent(key)));
    this.#open.set(key, mailbox);
    return mailbox;
  }

  /** @throws {GraphFailure} when the mailbox takes nothing more. */
  assertRoom(user: TenantUser, what: 'folder' | 'message' | 'attachment'): void {
    const state = this.stateOf(user);
    const quota =
      'The process failed to get the correct properties: the mailbox has exceeded its quota.';
    if (state === 'full') throw new GraphFailure(403, 'ErrorQuotaExceeded', quota);
    if (state === 'folder-full' && what === 'message') {
      throw new GraphFailure(
        500,
        'ErrorInternalServerError',
        'An internal server error occurred. The operation failed.',
        { innerCode: 'ErrorQuotaExceeded' },
      );
    }
  }

  stateOf(user: TenantUser): MailboxState {
    const set = this.#states.get(user.id.toLowerCase());
    return set ?? (user.mailbox === 'none' ? 'none' : 'ready');
  }

  /** Time since the message or attachment appeared, as far as this process knows. */
  ageMs(id: string): number {
    const bornAt = this.#bornAt.get(id);
    return bornAt === undefined ? Number.POSITIVE_INFINITY : Date.now() - bornAt;
  }

  /** Starts the age of a new message or attachment; kept only for as long as a lag can ask for it. */
  born(id: string): void {
    const now = Date.now();
    this.#bornAt.set(id, now);
    for (const [old, bornAt] of this.#bornAt) {
      if (now - bornAt < LONGEST_LAG_MS) break;
      this.#bornAt.delete(old);
    }
  }

  setState(user: TenantUser, state: MailboxState): void {
    this.#states.set(user.id.toLowerCase(), state);
  }

  /** The mailbox's own limit of one message; null for the tenant's. */
  maxMessageBytesOf(user: TenantUser): number | null {
    return this.#maxMessageBytes.get(user.id.toLowerCase()) ?? null;
  }

  setMaxMessageBytes(user: TenantUser, maxMessageBytes: number): void {
    this.#maxMessageBytes.set(user.id.toLowerCase(), maxMessageBytes);
  }
}

function closedDoor(state: MailboxState): GraphFailure | null {
  switch (state) {
    case 'none':
      return new GraphFailure(
        404,
        'MailboxNotEnabledForRESTAPI',
        'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
      );
    case 'not-found':
      return new GraphFailure(404, 'ResourceNotFound', 'Resource could not be discovered.');
    case 'moving':
      return new GraphFailure(
        503,
        'ErrorMailboxMoveInProgress',
        'Mailbox move is in progress. Try again later.',
      );
    case 'denied':
      return new GraphFailure(
        403,
        'ErrorAccessDenied',
        'Access is denied. Check credentials and try again.',
      );
    case 'ready':
    case 'full':
    case 'folder-full':
      return null;
  }
}
