import type { Message as GraphMessage } from '@microsoft/microsoft-graph-types';
import type { Answer } from './answer.ts';
import { attachmentJson } from './attachment-object.ts';
import { wantsImmutableIds } from './call.ts';
import type { Call } from './call.ts';
import { matches } from './filter-match.ts';
import { shownBody } from './message-body.ts';
import { readQuery, selected } from './odata.ts';
import type { Expansion, Query } from './odata.ts';
import { canonicalPropertyId, propertiesOf } from './properties.ts';
import type { Mailbox } from './store.ts';
import type { Party, StoredMessage } from './stored.ts';

export const MESSAGE_PAGES = { pageSize: 10, maxPageSize: 1000 };

/** Members that are shown only when selected or expanded. */
const MEMBERS_ON_DEMAND = [
  'internetMessageHeaders',
  'body',
  'uniqueBody',
  'conversationIndex',
  'attachments',
  'extensions',
  'singleValueExtendedProperties',
  'multiValueExtendedProperties',
];

export interface Found {
  readonly userId: string;
  readonly mailbox: Mailbox;
  readonly message: StoredMessage;
}

/** One message as an answer of its own. */
export function entityAnswer(status: number, call: Call, found: Found): Answer {
  const query = readQuery(call.url.searchParams, MESSAGE_PAGES);
  const base = `${call.url.origin}/v1.0`;
  const context = `${base}/$metadata#users('${found.userId}')/messages/$entity`;
  const shown = messageJson(call, found, query);
  const location = `${base}/users('${found.userId}')/messages('${encodeURIComponent(String(shown['id']))}')`;
  return {
    status,
    headers: status === 201 ? { location } : {},
    body: { '@odata.context': context, ...shown },
  };
}

/** A message as Graph's JSON: the members selected, the collections expanded. */
export function messageJson(call: Call, found: Found, query: Query): Record<string, unknown> {
  const { mailbox, message } = found;
  const isWanted = (member: string) => query.select?.includes(member) ?? false;
  const json = {
    ...headJson(message, wantsImmutableIds(call.headers)),
    ...(query.select === null || isWanted('body') || isWanted('uniqueBody')
      ? { body: bodyJson(call, mailbox, message) }
      : {}),
    ...(isWanted('internetMessageHeaders') ? { internetMessageHeaders: message.headers } : {}),
  };
  const known = { type: 'message', members: MEMBERS_ON_DEMAND };
  return {
    ...selected(json, query.select, known),
    ...Object.fromEntries(query.expand.flatMap((one) => expanded(one, mailbox, message))),
  };
}

/** What a filter or an order may look at: all but the body, which lies on disk. */
export function filterableJson(message: StoredMessage): Record<string, unknown> {
  return {
    ...headJson(message, false),
    singleValueExtendedProperties: propertiesOf(message),
  };
}

function headJson(message: StoredMessage, isImmutable: boolean) {
  const changeKey = Buffer.from(message.modifiedAt + message.folderId.slice(-8)).toString('base64');
  const id = isImmutable ? message.immutableId : message.classicId;
  return {
    '@odata.etag': `W/"${changeKey}"`,
    id,
    createdDateTime: message.createdAt,
    lastModifiedDateTime: message.modifiedAt,
    changeKey,
    categories: [...message.categories],
    receivedDateTime: message.receivedAt,
    sentDateTime: message.sentAt,
    hasAttachments: message.attachments.some(({ isInline }) => !isInline),
    internetMessageId: message.internetMessageId,
    subject: message.subject,
    bodyPreview: message.preview,
    importance: message.importance,
    parentFolderId: message.folderId,
    conversationId: message.conversationId,
    isDeliveryReceiptRequested: message.isDraft ? null : false,
    isReadReceiptRequested: false,
    isRead: message.isRead,
    isDraft: message.isDraft,
    webLink: `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(id)}&exvsurl=1&viewmodel=ReadMessageItem`,
    inferenceClassification: 'focused',
    ...(message.sender === null ? {} : { sender: recipient(message.sender) }),
    ...(message.from === null ? {} : { from: recipient(message.from) }),
    toRecipients: message.to.map(recipient),
    ccRecipients: message.cc.map(recipient),
    bccRecipients: message.bcc.map(recipient),
    replyTo: message.replyTo.map(recipient),
    flag: { flagStatus: 'notFlagged' },
  } satisfies GraphMessage & { '@odata.etag': string };
}

function bodyJson(call: Call, mailbox: Mailbox, message: StoredMessage) {
  const prefer = call.headers['prefer']?.toString() ?? '';
  const content = mailbox.read(message.body.place).toString('utf8');
  return shownBody(
    { contentType: message.body.contentType, content },
    {
      isText: /outlook\.body-content-type\s*=\s*"?text"?/i.test(prefer),
      isUnsafeAllowed: /outlook\.allow-unsafe-html/i.test(prefer),
    },
  );
}

function expanded(
  expansion: Expansion,
  mailbox: Mailbox,
  message: StoredMessage,
): [string, unknown][] {
  const { property, filter, select } = expansion;
  if (property === 'attachments') {
    const shown = message.attachments.map((one) => attachmentJson(mailbox, one, select));
    return [[property, shown]];
  }
  if (property !== 'singleValueExtendedProperties' || filter === null) return [];
  const found = propertiesOf(message).filter((one) =>
    matches(
      { op: 'any', path: property, variable: 'p', inner: prefixed(filter) },
      { [property]: [one] },
    ),
  );
  return found.length === 0 ? [] : [[property, found]];
}

/** `id eq '…'` of an expansion, said of the lambda's variable. */
function prefixed(filter: NonNullable<Expansion['filter']>): NonNullable<Expansion['filter']> {
  if (filter.op === 'and' || filter.op === 'or') {
    return { op: filter.op, left: prefixed(filter.left), right: prefixed(filter.right) };
  }
  if (filter.op !== 'compare') return filter;
  const value = typeof filter.value === 'string' ? filter.value : '';
  return { ...filter, path: `p/${filter.path}`, value: canonicalPropertyId(value) ?? value };
}

function recipient(party: Party) {
  return { emailAddress: { name: party.name, address: party.address } };
}
