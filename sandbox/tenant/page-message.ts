import { countText, html, sizeText, timeText } from './page-html.ts';
import type { Html } from './page-html.ts';
import { crumbs, folderUrl, mailboxUrl, messageUrl } from './page-views.ts';
import type { Party, StoredAttachment, StoredFolder, StoredMessage } from './stored.ts';
import type { TenantUser } from './users.ts';

/** One message as a mail client shows it. */
export function messageView(view: {
  readonly user: TenantUser;
  readonly folder: StoredFolder;
  readonly message: StoredMessage;
  /** Null for a body of HTML, which has a document of its own. */
  readonly text: string | null;
  readonly bodyHeightPx: number;
}): Html {
  const { user, folder, message, text } = view;
  const url = messageUrl(user, message);
  const trail: [string, string][] = [
    ['Mailboxes', '/'],
    [user.displayName, mailboxUrl(user)],
    [folder.displayName, folderUrl(user, folder)],
  ];
  return html`${crumbs(trail, 'Message')}
    <article class="card message">
      <div>
        <h1>${message.subject || '(no subject)'}</h1>
        <dl>
          <dt>From</dt>
          <dd>${message.from === null ? 'nobody' : party(message.from)}</dd>
          <dt>To</dt>
          <dd>
            ${message.to.length === 0 ? 'nobody' : message.to.map((one, at) => html`${at === 0 ? null : '; '}${party(one)}`)}
          </dd>
          <dt>Received</dt>
          <dd>${timeText(message.receivedAt)}${message.isDraft ? ' – a draft' : null}</dd>
          ${
            message.categories.length === 0
              ? null
              : html`<dt>Category</dt>
                  <dd>
                    ${message.categories.map((name) => html`<span class="chip">${name}</span> `)}
                  </dd>`
          }
        </dl>
      </div>
      ${
        text === null
          ? html`<iframe
              sandbox=""
              title="The message itself"
              src="${url}/body"
              height="${view.bodyHeightPx}"
            ></iframe>`
          : html`<div><pre>${text}</pre></div>`
      }
    </article>
    ${
      message.attachments.length === 0
        ? null
        : html`<h2>${countText(message.attachments.length, 'attachment', 'attachments')}</h2>
            <ul class="plain attachments">
              ${message.attachments.map((one) => attachmentCard(url, one))}
            </ul>`
    }`;
}

function attachmentCard(messagePath: string, attachment: StoredAttachment): Html {
  const { name, contentType, place } = attachment;
  const url = `${messagePath}/attachments/${encodeURIComponent(attachment.id)}`;
  return html`<li class="card">
    ${isPicture(contentType) ? html`<img src="${url}" alt="${name}" loading="lazy" />` : null}
    ${
      contentType.startsWith('audio/')
        ? html`<audio controls preload="none" src="${url}"></audio>`
        : null
    }
    ${
      contentType.startsWith('video/')
        ? html`<video controls preload="none" src="${url}"></video>`
        : null
    }
    <a href="${url}" download="${name}">${name}</a><br />
    <span class="note">${contentType}, ${sizeText(place.sizeBytes)}</span>
  </li>`;
}

/** What a browser shows by itself and that cannot hold a script. */
export function isPicture(contentType: string): boolean {
  return /^image\/(png|jpe?g|gif|webp|bmp|avif)\b/i.test(contentType);
}

/** Each by itself and from left to right, so that no name rearranges the numbers beside it. */
function party({ name, address }: Party): Html {
  const shown = html`<bdi dir="ltr">${address}</bdi>`;
  if (name === address || name === '') return shown;
  return html`<bdi dir="ltr">${name}</bdi> &lt;${shown}&gt;`;
}
