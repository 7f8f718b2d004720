import { randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Found } from './message-view.ts';
import type { Mailbox } from './store.ts';
import type { Place } from './stored.ts';

export interface UploadSession {
  readonly id: string;
  /** Stands in the URL in place of an Authorization header. */
  readonly authToken: string;
  readonly appId: string;
  readonly target: Found;
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly sizeBytes: number;
  readonly expiresAtMs: number;
  readonly path: string;
  receivedBytes: number;
}

/**
 * Open upload sessions. Their bytes lie on disk from the first range on; a session itself does not
 * outlive the process: its client starts another, as after an expiry.
 */
export class UploadSessions {
  readonly #directory: string;
  readonly #sessions = new Map<string, UploadSession>();

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'uploads');
    mkdirSync(this.#directory, { recursive: true });
    for (const left of readdirSync(this.#directory)) rmSync(join(this.#directory, left));
  }

  open(given: Omit<UploadSession, 'id' | 'authToken' | 'path' | 'receivedBytes'>): UploadSession {
    const id = randomUUID();
    const authToken = randomBytes(24).toString('base64url');
    const path = join(this.#directory, id);
    writeFileSync(path, '');
    const session = { ...given, id, authToken, path, receivedBytes: 0 };
    this.#sessions.set(id, session);
    return session;
  }

  /** Null when there is none, or it has expired. */
  find(id: string): UploadSession | null {
    const session = this.#sessions.get(id) ?? null;
    if (session === null || session.expiresAtMs > Date.now()) return session;
    this.abandon(session);
    return null;
  }

  append(session: UploadSession, bytes: Buffer): void {
    appendFileSync(session.path, bytes);
    session.receivedBytes += bytes.length;
  }

  /** Gives the finished file to its mailbox and ends the session. */
  finish(session: UploadSession, mailbox: Mailbox): Place {
    const file = `upload-${session.id}`;
    renameSync(session.path, mailbox.pathOf(file));
    this.#sessions.delete(session.id);
    return { file, offset: 0, sizeBytes: session.sizeBytes };
  }

  abandon(session: UploadSession): void {
    this.#sessions.delete(session.id);
    if (existsSync(session.path)) rmSync(session.path);
  }
}
