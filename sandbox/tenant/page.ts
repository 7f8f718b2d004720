import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TenantParts } from './call.ts';
import { shownBody } from './message-body.ts';
import { html } from './page-html.ts';
import { BODY_STYLE, STYLE } from './page-style.ts';
import { isPicture, messageView } from './page-message.ts';
import { MESSAGES_A_PAGE, folderView, frame, mailboxesView } from './page-views.ts';
import type { Mailbox } from './store.ts';
import type { StoredFolder, StoredMessage } from './stored.ts';
import type { TenantUser } from './users.ts';

interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: string | Readable;
}

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A body is a stranger's HTML: no script, no form, nothing from elsewhere. */
const BODY_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'none'";

/** The mailboxes for people: plain HTML over HTTP on 127.0.0.1, for reading only. */
export function pageServer(tenant: TenantParts): Server {
  return createServer((incoming, response) => void serve(incoming, response, tenant));
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  tenant: TenantParts,
): Promise<void> {
  const { status, headers, content } = answer(incoming, tenant);
  response.writeHead(status, {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    ...headers,
  });
  if (typeof content === 'string') response.end(content);
  else await pipeline(content, response).catch(() => response.destroy());
}

function answer(incoming: IncomingMessage, tenant: TenantParts): PageAnswer {
  const isLocal = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(incoming.headers.host ?? '');
  if (!isLocal || !['GET', 'HEAD'].includes(incoming.method ?? '')) {
    return { status: 405, headers: { allow: 'GET, HEAD' }, content: '' };
  }
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const parts = url.pathname.split('/').slice(1).map(decoded);
  if (url.pathname === '/style.css') {
    return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, content: STYLE };
  }
  if (url.pathname === '/') return mailboxes(tenant);
  const user = parts[0] === 'mailboxes' ? tenant.users.find(parts[1] ?? '') : null;
  if (user === null || !hasMailbox(tenant, user)) return notFound();
  const mailbox = tenant.mailboxes.behind(user);
  if (parts[2] === undefined || parts[2] === 'folders') {
    return folder(user, mailbox, parts[3] ?? null, Number(url.searchParams.get('page') ?? '1'));
  }
  const found = parts[2] === 'messages' ? mailbox.message(parts[3] ?? '') : null;
  if (found === null) return notFound();
  if (parts[4] === undefined) return message(user, mailbox, found);
  if (parts[4] === 'body') return body(mailbox, found, url.pathname.slice(0, -'/body'.length));
  return parts[4] === 'attachments' ? attachment(mailbox, found, parts[5] ?? '') : notFound();
}

function mailboxes(tenant: TenantParts): PageAnswer {
  const lines = tenant.users.all().map((user) => {
    if (!hasMailbox(tenant, user)) return { user, messages: null };
    const mailbox = tenant.mailboxes.behind(user);
    const hidden = mailbox.wellKnown('recoverableitemsdeletions');
    return { user, messages: mailbox.messages.size - mailbox.countIn(hidden?.id ?? '') };
  });
  return page('Mailboxes', mailboxesView(lines));
}

function folder(
  user: TenantUser,
  mailbox: Mailbox,
  folderId: string | null,
  pageNumber: number,
): PageAnswer {
  const folders = foldersShown(mailbox);
  const shown =
    folders.find(({ id }) => id === folderId) ?? (folderId === null ? folders[0] : null);
  if (shown === undefined || shown === null) return notFound();
  const messages = mailbox
    .messagesIn(shown.id)
    .sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : a.receivedAt > b.receivedAt ? -1 : 0));
  const last = Math.max(Math.ceil(messages.length / MESSAGES_A_PAGE), 1);
  const number = Number.isInteger(pageNumber) ? Math.min(Math.max(pageNumber, 1), last) : 1;
  const view = folderView({ user, mailbox, folders, folder: shown, messages, page: number });
  return page(`${shown.displayName}, ${user.displayName}`, view);
}

function message(user: TenantUser, mailbox: Mailbox, found: StoredMessage): PageAnswer {
  const within = mailbox.folders.get(found.folderId);
  if (within === undefined) return notFound();
  const content = mailbox.read(found.body.place).toString('utf8');
  const text = found.body.contentType === 'text' ? content : null;
  const bodyHeightPx = heightOf(content);
  const view = messageView({ user, folder: within, message: found, text, bodyHeightPx });
  return page(found.subject, view);
}

function body(mailbox: Mailbox, found: StoredMessage, messagePath: string): PageAnswer {
  const content = mailbox.read(found.body.place).toString('utf8');
  const shown = shownBody(
    { contentType: 'html', content },
    { isText: false, isUnsafeAllowed: false },
  );
  const linked = found.attachments.reduce(
    (text, { id, contentId }) =>
      contentId === null
        ? text
        : text.replaceAll(
            `cid:${contentId}`,
            `${messagePath}/attachments/${encodeURIComponent(id)}`,
          ),
    shown.content,
  );
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': BODY_POLICY,
  };
  const styled = `<!doctype html>${linked.replace(/<\/head>/i, `<style>${BODY_STYLE}</style></head>`)}`;
  return { status: 200, headers, content: styled };
}

function attachment(mailbox: Mailbox, found: StoredMessage, id: string): PageAnswer {
  const one = found.attachments.find((other) => other.id === id);
  if (one === undefined) return notFound();
  const isPlayed = isPicture(one.contentType) || /^(audio|video)\//.test(one.contentType);
  const isPlain = /^[\w.+-]+\/[\w.+-]+$/.test(one.contentType);
  return {
    status: 200,
    headers: {
      'content-type': isPlain ? one.contentType : 'application/octet-stream',
      'content-length': String(one.place.sizeBytes),
      'content-disposition': `${isPlayed ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(one.name)}`,
      'content-security-policy': "sandbox; default-src 'none'",
    },
    content: mailbox.stream(one.place),
  };
}

/** Folders people made come first: the archive is one of them. */
function foldersShown(mailbox: Mailbox): StoredFolder[] {
  const rank = ({ wellKnownName }: StoredFolder) => (wellKnownName === null ? 0 : 1);
  return [...mailbox.folders.values()]
    .filter(({ parentId }) => parentId !== null)
    .sort((a, b) => rank(a) - rank(b) || a.displayName.localeCompare(b.displayName));
}

function hasMailbox(tenant: TenantParts, user: TenantUser): boolean {
  return !['none', 'not-found'].includes(tenant.mailboxes.stateOf(user));
}

/** A guess at the height of the body, whose frame cannot tell: no script runs in it. */
function heightOf(content: string): number {
  const breaks = content.match(/<(tr|p|br|div|li|h\d|hr)\b/gi)?.length ?? 0;
  const lines = breaks + content.replaceAll(/<[^>]*>/g, '').length / 90;
  return Math.round(Math.min(Math.max(90 + lines * 25, 180), 1_400));
}

function page(title: string, content: Parameters<typeof frame>[1], status = 200): PageAnswer {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': PAGE_POLICY,
  };
  return { status, headers, content: frame(title, content) };
}

function notFound(): PageAnswer {
  const view = html`<h1>Nothing here</h1>
    <p>It may have been moved or deleted. <a href="/">All mailboxes</a></p>`;
  return page('Nothing here', view, 404);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
