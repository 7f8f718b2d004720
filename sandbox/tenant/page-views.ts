import { Html, countText, html, timeText } from './page-html.ts';
import type { Mailbox } from './store.ts';
import type { StoredFolder, StoredMessage } from './stored.ts';
import type { TenantUser } from './users.ts';

export const MESSAGES_A_PAGE = 50;

export interface MailboxLine {
  readonly user: TenantUser;
  /** Null where the user has no mailbox. */
  readonly messages: number | null;
}

export function frame(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Mailboxes of the sandbox</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="top">
          <div>
            <strong><a href="/">Mailboxes of the sandbox</a></strong>
            <span class="note">A stand-in for Microsoft 365, for reading only</span>
          </div>
        </header>
        <main id="content">${content}</main>
      </body>
    </html>`.text;
}

export function mailboxesView(lines: readonly MailboxLine[]): Html {
  const total = lines.reduce((sum, { messages }) => sum + (messages ?? 0), 0);
  return html`<h1>
      ${countText(lines.length, 'user', 'users')}, ${countText(total, 'message', 'messages')}
    </h1>
    <ul class="plain mailboxes">
      ${lines.map(({ user, messages }) => {
        const who = html`<span class="face" aria-hidden="true">${initials(user.displayName)}</span>
          <span class="who"
            >${user.displayName}<br /><span class="note">${user.userPrincipalName}</span></span
          >`;
        if (messages === null) {
          return html`<li class="card">
            <div class="line">${who}<span class="note">no mailbox</span></div>
          </li>`;
        }
        return html`<li class="card">
          <a class="line" href="${mailboxUrl(user)}"
            >${who}<span class="count" title="${countText(messages, 'message', 'messages')}"
              >${messages.toLocaleString('en-GB')}</span
            ></a
          >
        </li>`;
      })}
    </ul>`;
}

export function folderView(view: {
  readonly user: TenantUser;
  readonly mailbox: Mailbox;
  readonly folders: readonly StoredFolder[];
  readonly folder: StoredFolder;
  readonly messages: readonly StoredMessage[];
  readonly page: number;
}): Html {
  const { user, mailbox, folders, folder, messages, page } = view;
  const start = (page - 1) * MESSAGES_A_PAGE;
  const shown = messages.slice(start, start + MESSAGES_A_PAGE);
  return html`${crumbs([['Mailboxes', '/']], user.displayName)}
    <h1>${folder.displayName}</h1>
    <div class="split">
      <nav class="card folders" aria-label="Folders">
        <ul class="plain">
          ${folders.map(
            (one) =>
              html`<li>
                <a
                  href="${folderUrl(user, one)}"
                  ${one.id === folder.id ? new Html('aria-current="page"') : null}
                  ><span>${one.displayName}</span
                  ><span class="note">${mailbox.countIn(one.id) || null}</span></a
                >
              </li>`,
          )}
        </ul>
      </nav>
      <section class="card" aria-label="Messages">
        ${
          shown.length === 0
            ? html`<p class="empty">There are no messages in this folder.</p>`
            : html`<table>
                <thead>
                  <tr>
                    <th scope="col">Message</th>
                    <th scope="col">Category</th>
                    <th scope="col">Received</th>
                  </tr>
                </thead>
                <tbody>
                  ${shown.map((message) => messageRow(user, message))}
                </tbody>
              </table>`
        }
        ${pages(folderUrl(user, folder), page, start, shown.length, messages.length)}
      </section>
    </div>`;
}

function messageRow(user: TenantUser, message: StoredMessage): Html {
  const files = message.attachments.length;
  return html`<tr>
    <td>
      <a href="${messageUrl(user, message)}">${message.subject || '(no subject)'}</a>
      <span class="note">${message.preview}</span>
    </td>
    <td>
      ${message.categories.map((name) => html`<span class="chip">${name}</span> `)}
      ${files === 0 ? null : html`<span class="note">${countText(files, 'file', 'files')}</span>`}
    </td>
    <td class="when">
      <time datetime="${message.receivedAt}">${timeText(message.receivedAt)}</time>
    </td>
  </tr>`;
}

function pages(
  url: string,
  page: number,
  start: number,
  shown: number,
  total: number,
): Html | null {
  if (total === 0) return null;
  const link = (to: number, label: string) => html`<a href="${url}?page=${to}">${label}</a>`;
  return html`<div class="pages">
    <span>${page > 1 ? link(page - 1, '← Newer') : null}</span>
    <span>${start + 1}–${start + shown} of ${total.toLocaleString('en-GB')}</span>
    <span>${start + shown < total ? link(page + 1, 'Older →') : null}</span>
  </div>`;
}

export function crumbs(trail: readonly (readonly [string, string])[], here: string): Html {
  return html`<nav class="crumbs" aria-label="Where you are">
    ${trail.map(([name, url]) => html`<a href="${url}">${name}</a> › `)}${here}
  </nav>`;
}

export function mailboxUrl(user: TenantUser): string {
  return `/mailboxes/${encodeURIComponent(user.id)}`;
}

export function folderUrl(user: TenantUser, folder: StoredFolder): string {
  return `${mailboxUrl(user)}/folders/${encodeURIComponent(folder.id)}`;
}

export function messageUrl(user: TenantUser, message: StoredMessage): string {
  return `${mailboxUrl(user)}/messages/${encodeURIComponent(message.immutableId)}`;
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.slice(0, 1).toUpperCase() ?? '')
    .join('');
}
