import type { MailFolder } from '@microsoft/microsoft-graph-types';
import { GraphFailure } from './answer.ts';
import type { Answer } from './answer.ts';
import { mailboxOf } from './call.ts';
import type { Call, TenantParts } from './call.ts';
import { matches } from './filter-match.ts';
import { assertWellFormed } from './ids.ts';
import { page, readQuery, selected } from './odata.ts';
import type { Query } from './odata.ts';
import { objectOf, textOf } from './request-body.ts';
import { newFolder } from './store.ts';
import type { Mailbox } from './store.ts';
import type { StoredFolder } from './stored.ts';

const PAGES = { pageSize: 10, maxPageSize: 1000 };

/** `GET …/mailFolders` (the top of the mailbox) and `GET …/mailFolders/{id}/childFolders`. */
export function listFolders(call: Call, tenant: TenantParts): Answer {
  const { user, mailbox } = mailboxOf(call, tenant);
  const query = readQuery(call.url.searchParams, PAGES);
  const { filter } = query;
  const parent = folderOf(mailbox, call.parameters['folder'] ?? 'msgfolderroot');
  const found = childrenOf(mailbox, parent.id)
    .filter((folder) => filter === null || matches(filter, folderJson(mailbox, folder)))
    .sort((a, b) => a.displayName.localeCompare(b.displayName));
  const context = `users('${user.id}')/mailFolders`;
  const request = { url: call.url, context, pageOption: '$skip' };
  return { status: 200, body: page(found, query, request, (one) => shown(mailbox, one, query)) };
}

export function getFolder(call: Call, tenant: TenantParts): Answer {
  const { user, mailbox } = mailboxOf(call, tenant);
  const folder = folderOf(mailbox, call.parameters['folder'] ?? '');
  return answer(
    200,
    call,
    user.id,
    shown(mailbox, folder, readQuery(call.url.searchParams, PAGES)),
  );
}

/** `POST …/mailFolders` and `…/childFolders`. A name is used once below one parent, letter case apart. */
export function createFolder(call: Call, tenant: TenantParts): Answer {
  const { user, mailbox } = mailboxOf(call, tenant);
  const parent = folderOf(mailbox, call.parameters['folder'] ?? 'msgfolderroot');
  tenant.mailboxes.assertRoom(user, 'folder');
  const name = readName(call);
  assertFree(mailbox, parent.id, name);
  const folder = newFolder(name, parent.id);
  mailbox.putFolder(folder);
  return answer(201, call, user.id, folderJson(mailbox, folder));
}

/** `PATCH …/mailFolders/{id}`: renames it; its id stays. */
export function renameFolder(call: Call, tenant: TenantParts): Answer {
  const { user, mailbox } = mailboxOf(call, tenant);
  const folder = ownFolder(mailbox, call);
  const displayName = readName(call);
  if (displayName.toLowerCase() !== folder.displayName.toLowerCase()) {
    assertFree(mailbox, folder.parentId ?? '', displayName);
  }
  const renamed = { ...folder, displayName };
  mailbox.putFolder(renamed);
  return answer(200, call, user.id, folderJson(mailbox, renamed));
}

export function moveFolder(call: Call, tenant: TenantParts): Answer {
  const { user, mailbox } = mailboxOf(call, tenant);
  const folder = ownFolder(mailbox, call);
  const destination = textOf(objectOf(call.body, 'body'), 'destinationId') ?? '';
  const moved = { ...folder, parentId: folderOf(mailbox, destination).id };
  mailbox.putFolder(moved);
  return answer(201, call, user.id, folderJson(mailbox, moved));
}

/**
 * `DELETE …/mailFolders/{id}`: the folder goes below Deleted Items, where it keeps its id and still
 * takes messages; from there, it goes for good.
 */
export function deleteFolder(call: Call, tenant: TenantParts): Answer {
  const { mailbox } = mailboxOf(call, tenant);
  const folder = ownFolder(mailbox, call);
  const bin = folderOf(mailbox, 'deleteditems');
  if (isBelow(mailbox, folder, bin.id)) removeTree(mailbox, folder);
  else mailbox.putFolder({ ...folder, parentId: bin.id });
  return { status: 204 };
}

/** `POST …/mailFolders/{id}/permanentDelete` */
export function purgeFolder(call: Call, tenant: TenantParts): Answer {
  const { mailbox } = mailboxOf(call, tenant);
  removeTree(mailbox, ownFolder(mailbox, call));
  return { status: 204 };
}

/** A folder by id or well-known name. @throws {GraphFailure} ErrorItemNotFound, ErrorInvalidIdMalformed */
export function folderOf(mailbox: Mailbox, idOrName: string): StoredFolder {
  const folder = mailbox.folders.get(idOrName) ?? mailbox.wellKnown(idOrName);
  if (folder !== null) return folder;
  assertWellFormed(idOrName);
  throw new GraphFailure(
    404,
    'ErrorItemNotFound',
    'The specified object was not found in the store., The process failed to get the correct properties.',
  );
}

function childrenOf(mailbox: Mailbox, parentId: string): StoredFolder[] {
  return [...mailbox.folders.values()].filter((folder) => folder.parentId === parentId);
}

function folderJson(mailbox: Mailbox, folder: StoredFolder) {
  const messages = mailbox.messagesIn(folder.id);
  return {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parentId ?? folder.id,
    childFolderCount: childrenOf(mailbox, folder.id).length,
    unreadItemCount: messages.filter(({ isRead }) => !isRead).length,
    totalItemCount: messages.length,
    sizeInBytes: messages.reduce((sum, { body }) => sum + body.place.sizeBytes, 0),
    isHidden: false,
  } satisfies MailFolder & { sizeInBytes: number };
}

function shown(mailbox: Mailbox, folder: StoredFolder, query: Query): Record<string, unknown> {
  const json = folderJson(mailbox, folder);
  const known = { type: 'mailFolder', members: ['wellKnownName'] };
  const expansion = query.expand.find(({ property }) => property === 'childFolders');
  return {
    ...selected(json, query.select, known),
    ...(expansion === undefined
      ? {}
      : {
          childFolders: childrenOf(mailbox, folder.id).map((child) =>
            selected(folderJson(mailbox, child), expansion.select, known),
          ),
        }),
  };
}

function answer(status: number, call: Call, userId: string, folder: object): Answer {
  const context = `${call.url.origin}/v1.0/$metadata#users('${userId}')/mailFolders/$entity`;
  return { status, body: { '@odata.context': context, ...folder } };
}

function readName(call: Call): string {
  const name = textOf(objectOf(call.body, 'body'), 'displayName') ?? '';
  if (name.trim() !== '') return name;
  throw new GraphFailure(400, 'ErrorInvalidArgument', 'The folder must have a display name.');
}

function assertFree(mailbox: Mailbox, parentId: string, name: string): void {
  const wanted = name.toLowerCase();
  if (!childrenOf(mailbox, parentId).some((one) => one.displayName.toLowerCase() === wanted))
    return;
  throw new GraphFailure(
    409,
    'ErrorFolderExists',
    'A folder with the specified name already exists., Could not create folder.',
  );
}

/** A folder that its user may change: none of those that every mailbox has. */
function ownFolder(mailbox: Mailbox, call: Call): StoredFolder {
  const folder = folderOf(mailbox, call.parameters['folder'] ?? '');
  if (folder.wellKnownName === null) return folder;
  throw new GraphFailure(
    400,
    'ErrorDeleteDistinguishedFolder',
    'Distinguished folders cannot be changed.',
  );
}

function isBelow(mailbox: Mailbox, folder: StoredFolder, ancestorId: string): boolean {
  for (let id = folder.parentId; id !== null; id = mailbox.folders.get(id)?.parentId ?? null) {
    if (id === ancestorId) return true;
  }
  return false;
}

function removeTree(mailbox: Mailbox, folder: StoredFolder): void {
  for (const child of childrenOf(mailbox, folder.id)) removeTree(mailbox, child);
  for (const { immutableId } of mailbox.messagesIn(folder.id)) mailbox.removeMessage(immutableId);
  mailbox.removeFolder(folder.id);
}
