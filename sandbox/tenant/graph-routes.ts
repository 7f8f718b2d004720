import { GraphFailure } from './answer.ts';
import {
  addAttachment,
  deleteAttachment,
  getAttachment,
  getAttachmentBytes,
  listAttachments,
} from './attachments.ts';
import type { Handler } from './call.ts';
import {
  createFolder,
  deleteFolder,
  getFolder,
  listFolders,
  moveFolder,
  purgeFolder,
  renameFolder,
} from './folders.ts';
import { createMessage } from './message-create.ts';
import {
  countMessages,
  deleteMessage,
  getMessage,
  listMessages,
  moveMessage,
  purgeMessage,
  updateMessage,
} from './messages.ts';
import { createUploadSession } from './uploads.ts';
import { countUsers, getUser, listUsers } from './users.ts';

export interface Route {
  readonly method: string;
  readonly pattern: string;
  /** By which requests are counted and faults are ordered. */
  readonly kind: string;
  readonly handle: Handler;
}

const FOLDER = 'users/:user/mailFolders/:folder';
const MESSAGE = 'users/:user/messages/:message';
const IN_FOLDER = `${FOLDER}/messages/:message`;

const ROUTES: readonly Route[] = [
  route('GET', 'users', 'users.list', listUsers),
  route('GET', 'users/$count', 'users.count', countUsers),
  route('GET', 'users/:user', 'users.get', getUser),
  route('GET', 'users/:user/mailFolders', 'folders.list', listFolders),
  route('POST', 'users/:user/mailFolders', 'folders.create', createFolder),
  route('GET', FOLDER, 'folders.get', getFolder),
  route('PATCH', FOLDER, 'folders.update', renameFolder),
  route('DELETE', FOLDER, 'folders.delete', deleteFolder),
  route('POST', `${FOLDER}/move`, 'folders.move', moveFolder),
  route('POST', `${FOLDER}/permanentDelete`, 'folders.purge', purgeFolder),
  route('GET', `${FOLDER}/childFolders`, 'folders.list', listFolders),
  route('POST', `${FOLDER}/childFolders`, 'folders.create', createFolder),
  route('GET', `${FOLDER}/messages`, 'messages.list', listMessages),
  route('POST', `${FOLDER}/messages`, 'messages.create', createMessage),
  route('GET', `${FOLDER}/messages/$count`, 'messages.count', countMessages),
  route('GET', 'users/:user/messages', 'messages.list', listMessages),
  route('POST', 'users/:user/messages', 'messages.create', createMessage),
  route('GET', 'users/:user/messages/$count', 'messages.count', countMessages),
  ...[MESSAGE, IN_FOLDER].flatMap((message) => [
    route('GET', message, 'messages.get', getMessage),
    route('PATCH', message, 'messages.update', updateMessage),
    route('DELETE', message, 'messages.delete', deleteMessage),
    route('POST', `${message}/move`, 'messages.move', moveMessage),
    route('POST', `${message}/permanentDelete`, 'messages.purge', purgeMessage),
    route('GET', `${message}/attachments`, 'attachments.list', listAttachments),
    route('POST', `${message}/attachments`, 'attachments.create', addAttachment),
    route(
      'POST',
      `${message}/attachments/createUploadSession`,
      'uploads.create',
      createUploadSession,
    ),
    route('GET', `${message}/attachments/:attachment`, 'attachments.get', getAttachment),
    route('DELETE', `${message}/attachments/:attachment`, 'attachments.delete', deleteAttachment),
    route(
      'GET',
      `${message}/attachments/:attachment/$value`,
      'attachments.bytes',
      getAttachmentBytes,
    ),
  ]),
];

/**
 * The route of a path below `/v1.0`, with what it names. An id that was not percent-encoded falls
 * into pieces and fits no route.
 *
 * @throws {GraphFailure} 400 for an unknown path, 405 for a method a path does not have
 */
export function findRoute(method: string, path: string) {
  const segments = segmentsOf(path);
  const fitting = ROUTES.flatMap((one) => {
    const parameters = parametersOf(one.pattern.split('/'), segments);
    return parameters === null ? [] : [{ route: one, parameters }];
  });
  const found = fitting.find(({ route: one }) => one.method === method);
  if (found !== undefined) return found;
  if (fitting.length > 0) {
    throw new GraphFailure(405, 'Request_BadRequest', 'Specified HTTP method is not allowed.');
  }
  if (segments[0]?.toLowerCase() === 'me') {
    const message = '/me request is only valid with delegated authentication flow.';
    throw new GraphFailure(400, 'BadRequest', message);
  }
  const last = segments.at(-1) ?? '';
  throw new GraphFailure(400, 'BadRequest', `Resource not found for the segment '${last}'.`);
}

function route(method: string, pattern: string, kind: string, handle: Handler): Route {
  return { method, pattern, kind, handle };
}

function parametersOf(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const parameters: Record<string, string> = {};
  for (const [position, part] of pattern.entries()) {
    const segment = segments[position] ?? '';
    if (part.startsWith(':') && !segment.startsWith('$')) parameters[part.slice(1)] = segment;
    else if (part.toLowerCase() !== segment.toLowerCase()) return null;
  }
  return parameters;
}

/** Splits the path, also where OData writes a key in parentheses: `users('…')`. */
function segmentsOf(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .flatMap((part) => {
        const [, name, key] = /^(\w+)\((?:'|%27)(.*)(?:'|%27)\)$/.exec(part) ?? [];
        return name === undefined || key === undefined ? [part] : [name, key];
      })
      .map((part) => decodeURIComponent(part).replace(/^microsoft\.graph\./, ''));
  } catch {
    throw new GraphFailure(400, 'BadRequest', 'The path is not percent-encoded correctly.');
  }
}
