import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { newId } from './ids.ts';
import type { Place, StoredFolder, StoredMessage } from './stored.ts';

type LogLine =
  | { readonly folder: StoredFolder }
  | { readonly message: StoredMessage }
  | { readonly goneFolder: string }
  | { readonly goneMessage: string };

const WELL_KNOWN_FOLDERS = [
  ['inbox', 'Inbox'],
  ['drafts', 'Drafts'],
  ['sentitems', 'Sent Items'],
  ['deleteditems', 'Deleted Items'],
  ['junkemail', 'Junk Email'],
  ['outbox', 'Outbox'],
  ['archive', 'Archive'],
] as const;

/**
 * One mailbox: what is said about its folders and messages in memory and, line by line, in a log;
 * bodies and attachments on disk only. Each change is appended before the call returns, so a
 * process that is killed loses nothing it had answered for; a torn last line was never answered.
 */
export class Mailbox {
  readonly folders = new Map<string, StoredFolder>();
  readonly messages = new Map<string, StoredMessage>();
  readonly #directory: string;
  readonly #byClassicId = new Map<string, string>();
  readonly #byMessageId = new Map<string, Set<string>>();
  readonly #byFolder = new Map<string, Set<string>>();
  #bytesEnd: number;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    const bytes = join(directory, 'bytes');
    this.#bytesEnd = existsSync(bytes) ? statSync(bytes).size : 0;
    this.#load();
    if (this.folders.size === 0) this.#furnish();
  }

  putFolder(folder: StoredFolder): void {
    this.#append({ folder });
    this.folders.set(folder.id, folder);
  }

  removeFolder(id: string): void {
    this.#append({ goneFolder: id });
    this.folders.delete(id);
  }

  /** Adds the message, or puts it in the place of the one with its immutable id. */
  putMessage(message: StoredMessage): void {
    this.#append({ message });
    this.#index(message);
  }

  removeMessage(immutableId: string): void {
    this.#append({ goneMessage: immutableId });
    this.#unindex(immutableId);
  }

  /** By either form of id, whatever form the client asked for. */
  message(id: string): StoredMessage | null {
    return this.messages.get(this.#byClassicId.get(id) ?? id) ?? null;
  }

  messagesIn(folderId: string): StoredMessage[] {
    return this.#named(this.#byFolder.get(folderId));
  }

  /** All with this Message-ID, letter case apart: there may be several. */
  messagesNamed(internetMessageId: string): StoredMessage[] {
    return this.#named(this.#byMessageId.get(internetMessageId.toLowerCase()));
  }

  countIn(folderId: string): number {
    return this.#byFolder.get(folderId)?.size ?? 0;
  }

  wellKnown(name: string): StoredFolder | null {
    const wanted = name.toLowerCase();
    return [...this.folders.values()].find(({ wellKnownName }) => wellKnownName === wanted) ?? null;
  }

  keep(bytes: Buffer): Place {
    appendFileSync(join(this.#directory, 'bytes'), bytes);
    const place = { file: 'bytes', offset: this.#bytesEnd, sizeBytes: bytes.length };
    this.#bytesEnd += bytes.length;
    return place;
  }

  /** Path of a file below the mailbox's folder, for bytes that arrive in parts. */
  pathOf(file: string): string {
    return join(this.#directory, file);
  }

  read(place: Place, start = 0, end: number = place.sizeBytes): Buffer {
    const bytes = Buffer.alloc(end - start);
    const file = openSync(this.pathOf(place.file), 'r');
    try {
      readSync(file, bytes, 0, bytes.length, place.offset + start);
    } finally {
      closeSync(file);
    }
    return bytes;
  }

  stream(place: Place): Readable {
    if (place.sizeBytes === 0) return Readable.from([]);
    const { offset, sizeBytes } = place;
    return createReadStream(this.pathOf(place.file), {
      start: offset,
      end: offset + sizeBytes - 1,
    });
  }

  #named(ids: ReadonlySet<string> | undefined): StoredMessage[] {
    return [...(ids ?? [])].flatMap((id) => this.messages.get(id) ?? []);
  }

  #index(message: StoredMessage): void {
    this.#unindex(message.immutableId);
    this.messages.set(message.immutableId, message);
    this.#byClassicId.set(message.classicId, message.immutableId);
    add(this.#byFolder, message.folderId, message.immutableId);
    add(this.#byMessageId, message.internetMessageId.toLowerCase(), message.immutableId);
  }

  #unindex(immutableId: string): void {
    const message = this.messages.get(immutableId);
    if (message === undefined) return;
    this.messages.delete(immutableId);
    this.#byClassicId.delete(message.classicId);
    this.#byFolder.get(message.folderId)?.delete(immutableId);
    this.#byMessageId.get(message.internetMessageId.toLowerCase())?.delete(immutableId);
  }

  #append(line: LogLine): void {
    appendFileSync(join(this.#directory, 'log.jsonl'), `${JSON.stringify(line)}\n`);
  }

  #load(): void {
    const path = join(this.#directory, 'log.jsonl');
    if (!existsSync(path)) return;
    const log = readFileSync(path);
    const whole = log.subarray(0, log.lastIndexOf(0x0a) + 1);
    if (whole.length < log.length) truncateSync(path, whole.length);
    let start = 0;
    for (let end = whole.indexOf(0x0a); end !== -1; end = whole.indexOf(0x0a, start)) {
      this.#replay(JSON.parse(whole.toString('utf8', start, end)) as LogLine);
      start = end + 1;
    }
  }

  #replay(line: LogLine): void {
    if ('folder' in line) this.folders.set(line.folder.id, line.folder);
    else if ('message' in line) this.#index(line.message);
    else if ('goneFolder' in line) this.folders.delete(line.goneFolder);
    else this.#unindex(line.goneMessage);
  }

  #furnish(): void {
    const root = newFolder('Top of Information Store', null, 'msgfolderroot');
    this.putFolder(root);
    this.putFolder(newFolder('Deletions', null, 'recoverableitemsdeletions'));
    for (const [wellKnownName, displayName] of WELL_KNOWN_FOLDERS) {
      this.putFolder(newFolder(displayName, root.id, wellKnownName));
    }
  }
}

export function newFolder(
  displayName: string,
  parentId: string | null,
  wellKnownName: string | null = null,
): StoredFolder {
  return { id: newId('folder'), displayName, parentId, wellKnownName };
}

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}
